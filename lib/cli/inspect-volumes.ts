import { spacingOf, type Image, type Volume } from '../io/image';
import { mghSlices, readMghHeader } from '../io/mgh';
import { niftiSlices, readNiftiHeader } from '../io/nifti';
import { orientationOf } from '../io/orientation';
import type { VolumeLayout } from '../io/volume-layout';
import { isScaled } from '../io/volume-layout';
import type { VolumeSlice } from '../io/volume-voxels';
import { typeName, type Inspection, type Preview } from './inspection';
import { summarise, type Part } from './value-summary';

type Told = Omit<Inspection, 'file' | 'bytes' | 'format'>;

export async function inspectNifti(path: string): Promise<Told> {
  const header = await readNiftiHeader(path);
  const { version, dataType, affineSource, description, pair } = header;
  const told = await inspectSlices(header, () => niftiSlices(path));
  return {
    ...told,
    details: {
      version: `NIfTI-${version}${pair ? ', voxels in a file of their own' : ''}`,
      'stored as': dataType,
      'affine from': affineSource,
      ...(description.trim() ? { description: description.trim() } : {}),
      ...told.details,
    },
    warnings:
      affineSource === 'pixdim' ? ['neither sform nor qform: where the patient lies is not known'] : [],
  };
}

export async function inspectMgh(path: string): Promise<Told> {
  const header = await readMghHeader(path);
  const told = await inspectSlices(header, () => mghSlices(path));
  return {
    ...told,
    details: { 'stored as': header.dataType, ...told.details },
    warnings: header.placed ? [] : ['no RAS position: where the patient lies is assumed'],
  };
}

/** Slice by slice: a volume larger than memory can be looked at. */
async function inspectSlices(
  layout: VolumeLayout,
  slices: () => AsyncIterable<VolumeSlice>,
): Promise<Omit<Told, 'warnings'>> {
  const { shape, frames, samples, slope, intercept } = layout;
  const middle = Math.floor(shape[0] / 2);
  let seen: Image | undefined;
  const values = await summarise(async function* (): AsyncGenerator<Part> {
    for await (const { image, slice, frame } of slices()) {
      if (slice === middle && frame === 0) seen = image;
      yield { data: image.data, width: shape[2], channels: image.channels };
    }
  });
  const spacing = spacingOf(layout as unknown as Volume);
  return {
    shape,
    channels: samples * frames,
    type: seen && typeName(seen.data),
    spacing,
    orientation: orientationOf(layout),
    details: {
      ...(frames > 1 ? { frames } : {}),
      ...(isScaled(layout) ? { scale: `${slope} × stored + ${intercept}` } : {}),
    },
    values,
    preview: seen && slicePreview(seen, middle, shape[0], spacing),
  };
}

export function slicePreview(
  { data, shape, channels }: Image,
  slice: number,
  slices: number,
  [, row, column]: readonly number[],
): Preview {
  const [height, width] = shape.slice(-2);
  return { data, height, width, channels, aspect: row / column, part: `slice ${slice + 1} of ${slices}` };
}
