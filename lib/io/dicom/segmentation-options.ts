import type { Volume } from '../image';
import type { DicomSlice } from './slices';
import { pileAffine } from './slice-geometry';

/** A term of a terminology, such as { value: '10200004', scheme: 'SCT', meaning: 'Liver' }. */
export interface DicomCode {
  value: string;
  scheme: string;
  meaning: string;
}

export interface Segment {
  /** 1, 2, 3 …: in a binary segmentation the mask's label. */
  number: number;
  /** At most 64 characters. */
  label: string;
  /** What kind of thing it is; tissue by default. */
  category?: DicomCode;
  /** What it is; tissue by default. */
  type?: DicomCode;
  /** sRGB, 0…255. */
  colour?: readonly [number, number, number];
  description?: string;
  /** AUTOMATIC by default. */
  algorithm?: 'AUTOMATIC' | 'SEMIAUTOMATIC' | 'MANUAL';
}

export interface WriteDicomSegmentationOptions {
  segments: readonly Segment[];
  /**
   * 'binary' (the default): the mask's values are segment numbers, 0 is none. 'fractional': the mask has a channel for each
   * segment, of probabilities from 0 to 1.
   */
  kind?: 'binary' | 'fractional';
  /** What the algorithm is called; "segcourse" by default. */
  algorithmName?: string;
  seriesDescription?: string;
  seriesNumber?: number;
  /** A name in capitals; "SEGMENTATION" by default. */
  contentLabel?: string;
}

const OWNER = 'writeDicomSegmentation';
/** Places of mask and series in mm may differ by this. */
const SAME_PLACE = 0.01;

/** @throws RangeError for what cannot be written */
export function checkSegmentation(
  mask: Volume,
  slices: readonly DicomSlice[],
  { segments, kind = 'binary' }: WriteDicomSegmentationOptions,
): void {
  const fail = (got: string, expected: string): never => {
    throw new RangeError(`${OWNER}: got ${got}; expected ${expected}`);
  };
  if (slices.length === 0) fail('no slices', 'those that readDicomSeries gave');
  if (kind !== 'binary' && kind !== 'fractional') fail(`kind '${String(kind)}'`, "'binary' or 'fractional'");
  const shape = [slices.length, slices[0].rows, slices[0].columns];
  if (mask.shape.some((size, axis) => size !== shape[axis])) {
    fail(`a mask of ${mask.shape.join(' × ')}`, `${shape.join(' × ')} like the series; restore its shape`);
  }
  const { affine } = pileAffine(slices);
  const apart = Math.max(...affine.map((value, index) => Math.abs(value - mask.affine[index])));
  if (!(apart <= SAME_PLACE)) {
    fail(
      `a mask whose affine differs by ${apart}`,
      'the affine of the series; reorient or resample the mask to it',
    );
  }
  segments.forEach(({ number, label }, index) => {
    if (number !== index + 1)
      fail(`segment number ${number} at place ${index}`, 'numbers 1, 2, 3 … in order');
    if (label.trim() === '') fail(`an empty label of segment ${number}`, 'a name');
  });
  if (segments.length === 0 || segments.length > 65535) fail(`${segments.length} segments`, '1 to 65535');
  const channels = kind === 'binary' ? 1 : segments.length;
  if (mask.channels !== channels) {
    const meaning = kind === 'binary' ? 'a mask of segment numbers' : 'one a segment';
    fail(`${mask.channels} channels in the mask`, `${channels}: ${meaning}`);
  }
  const most = kind === 'binary' ? segments.length : 1;
  const wrong = (mask.data as Float32Array).findIndex(
    (value) => !(value >= 0 && value <= most) || (kind === 'binary' && !Number.isInteger(value)),
  );
  if (wrong >= 0) {
    const range = kind === 'binary' ? `0 or the number of a segment, 1 to ${most}` : '0 to 1';
    fail(`${mask.data[wrong]} in the mask, at index ${wrong}`, range);
  }
}
