import type { Refuse } from '../tiff-directory';
import type { DicomDataSet } from './data-set';
import { plane, rescale, type DicomHeader, type Vector } from './header';

/** One slice of a volume: a file, or a frame of one. */
export interface DicomSlice {
  file: string;
  /** Frame in the file, from 0. */
  frame: number;
  /** Centre of the first voxel in mm, LPS. */
  position: Vector;
  orientation: NonNullable<DicomHeader['orientation']>;
  pixelSpacing: readonly [number, number];
  rows: number;
  columns: number;
  slope: number;
  intercept: number;
  header: DicomHeader;
}

/** The slices of a file that lie somewhere in the patient; none where it says not where. */
export function slicesOf(header: DicomHeader, refuse: Refuse): DicomSlice[] {
  const { dataSet, frames, file, rows, columns } = header;
  const shared = dataSet.items('SharedFunctionalGroupsSequence')[0];
  const perFrame = dataSet.items('PerFrameFunctionalGroupsSequence');
  if (perFrame.length < frames && frames > 1) return [];
  const count = perFrame.length > 0 ? frames : 1;
  const slices: DicomSlice[] = [];
  for (let frame = 0; frame < count; frame++) {
    const { position, orientation, pixelSpacing, slope, intercept } = shared
      ? framePlane(header, shared, perFrame[frame], refuse)
      : header;
    if (!position || !orientation || !pixelSpacing) return [];
    slices.push({
      file,
      frame,
      position,
      orientation,
      pixelSpacing,
      rows,
      columns,
      slope,
      intercept,
      header,
    });
  }
  return slices;
}

type FramePlane = Pick<DicomHeader, 'position' | 'orientation' | 'pixelSpacing' | 'slope' | 'intercept'>;

/** By the functional groups of enhanced multi-frame files. Source: DICOM PS3.3 C.7.6.16. */
function framePlane(
  header: DicomHeader,
  shared: DicomDataSet,
  own: DicomDataSet | undefined,
  refuse: Refuse,
): FramePlane {
  type Macro = Parameters<DicomDataSet['items']>[0];
  const macro = (name: Macro) => own?.items(name)[0] ?? shared.items(name)[0];
  const [position, orientation, measures, values] = (
    [
      'PlanePositionSequence',
      'PlaneOrientationSequence',
      'PixelMeasuresSequence',
      'PixelValueTransformationSequence',
    ] as const
  ).map(macro);
  const { slope, intercept } = values ? rescale(values, refuse) : header;
  return {
    position: (position && plane(position, refuse).position) ?? header.position,
    orientation: (orientation && plane(orientation, refuse).orientation) ?? header.orientation,
    pixelSpacing: (measures && plane(measures, refuse).pixelSpacing) ?? header.pixelSpacing,
    slope,
    intercept,
  };
}

/** What messages call slices: "a.dcm, b.dcm (frame 3) and 5 more". */
export function nameSlices(slices: readonly DicomSlice[], most = 6): string {
  const names = slices.slice(0, most).map(nameSlice);
  const more = slices.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

export function nameSlice({ file, frame, header }: DicomSlice): string {
  return header.frames > 1 ? `${file} (frame ${frame})` : file;
}
