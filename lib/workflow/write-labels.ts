import type { Image, Volume } from '../io/image';
import { writeNifti } from '../io/nifti-write';
import { writePng } from '../io/png-write';
import { writeTiff } from '../io/tiff-write';
import { writeFileWhole } from '../io/write-file';
import type { CaseGeometry } from './read-case';

/** What label maps are written as: lossless, whatever the images are. */
export type LabelEnding = '.nii.gz' | '.nii' | '.png' | '.tif';

/**
 * Endings of label maps for images of that ending: volumes in the scanner's space as NIfTI, stacks as TIFF, pictures as
 * TIFF where they were, else PNG.
 */
export function labelEnding(imageFile: string, { affine, flat }: CaseGeometry): LabelEnding {
  if (affine) return /\.nii$/i.test(imageFile) ? '.nii' : '.nii.gz';
  return flat && !/\.tiff?$/i.test(imageFile) ? '.png' : '.tif';
}

/**
 * Writes a label map with the geometry of its image, beside its place and renamed.
 *
 * @param labels [slices, rows, columns], sizes of the image
 */
export async function writeLabels(
  file: string,
  labels: Image<Uint8Array | Uint16Array>,
  { affine, flat, spacing }: CaseGeometry,
): Promise<void> {
  const { data, shape } = labels;
  if (affine) {
    const volume: Volume = { data, shape: shape as Volume['shape'], channels: 1, affine };
    return writeNifti(file, volume);
  }
  const [slices, height, width] = shape;
  if (/\.png$/i.test(file)) return writePng(file, { data, shape: [height, width], channels: 1 });
  if (flat) return writeTiff(file, { data, shape: [height, width], channels: 1 });
  await writeTiff(file, { data, pages: slices, height, width });
  // TIFF has no place for it: nnU-Net reads it from a file beside.
  writeFileWhole(file.replace(/\.tif$/, '.json'), Buffer.from(JSON.stringify({ spacing })));
}
