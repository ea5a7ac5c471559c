"""Goldens of CIELab colours as DICOM stores them, from highdicom; and a check of a segmentation that was written.

Run with highdicom 0.28.2, pydicom 3.0.2; writes dicom-colours.json beside this file. No randomness. With two arguments, a
segmentation file of this library and the folder of its series, it reads the file with pydicom and highdicom instead, and
prints the segments, the voxels of each and the affine of the volume (LPS).
"""

import json
import sys
from pathlib import Path

import highdicom
import pydicom

if len(sys.argv) == 3:
    segmentation = highdicom.seg.segread(sys.argv[1])
    headers = [pydicom.dcmread(path, stop_before_pixels=True) for path in Path(sys.argv[2]).glob("*.dcm")]
    instances = [one.SOPInstanceUID for one in headers if one.Modality != "SEG"]
    numbers = list(segmentation.segment_numbers)
    masks = segmentation.get_pixels_by_source_instance(instances, segment_numbers=numbers)
    for index, number in enumerate(numbers):
        description = segmentation.get_segment_description(number)
        print(number, description.segment_label, description.segmented_property_type.meaning, masks[..., index].sum())
    print(segmentation.get_volume().affine)
    sys.exit()

rgb = [(0, 0, 0), (255, 255, 255), (200, 60, 30), (0, 255, 0), (0, 0, 255), (1, 2, 3), (128, 174, 128)]
golden = {
    "made with": f"highdicom {highdicom.__version__}",
    "colours": [{"rgb": one, "cielab": list(highdicom.color.CIELabColor.from_rgb(*one).value)} for one in rgb],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
