import type { Image } from '../../lib/io/image';
import type { IntensityProperties } from '../../lib/planning/fingerprint';
import type { NormalizationScheme } from '../../lib/planning/normalization-scheme';
import { roundHalfEven } from '../../lib/transforms/intensity/rounding';
import { hashed } from '../nn/hashed';

export interface PackedArray {
  shape: number[];
  /** Little-endian float32 or uint8, as base64. */
  values: string;
}

export interface GoldenFile {
  reader: string;
  files: Record<string, string>;
  images: string[];
  spacing: number[];
  image: PackedArray;
}

export interface GoldenCase {
  title: string;
  number: number;
  shape: number[];
  spacing: number[];
  transpose: number[];
  configuration: number[];
  schemes: NormalizationScheme[];
  masked: boolean[];
  labelNames: Record<string, number | number[]>;
  order: number[] | null;
  low: number;
  withLabels: boolean;
  data: PackedArray;
  box: [number, number][];
  /** One more than nnU-Net's, so that −1 is 0. */
  labels?: PackedArray;
  restored: PackedArray;
  probabilities: PackedArray;
}

export interface PreprocessGolden {
  readers: GoldenFile[];
  intensities: Record<
    'mean' | 'median' | 'std' | 'min' | 'max' | 'percentile_00_5' | 'percentile_99_5',
    number
  >;
  cases: GoldenCase[];
}

export function floatsOf({ values }: PackedArray): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(values, 'base64')).buffer);
}

export const bytesOf = ({ values }: PackedArray) => new Uint8Array(Buffer.from(values, 'base64'));

export function intensitiesOf({ intensities }: PreprocessGolden): IntensityProperties {
  const { percentile_00_5: percentile005, percentile_99_5: percentile995, ...rest } = intensities;
  return { ...rest, percentile005, percentile995 };
}

const product = (shape: readonly number[]) => shape.reduce((all, side) => all * side, 1);

/** What `image_of` of the golden's script makes. */
export function imageOf({ number, shape, schemes, low }: GoldenCase): Image<Float32Array> {
  const channels = schemes.length;
  const voxels = product(shape);
  const values = hashed(number, channels * voxels);
  const [, rows, columns] = shape;
  const data = new Float32Array(values.length);
  for (let voxel = 0; voxel < voxels; voxel++) {
    const at = [Math.floor(voxel / (rows * columns)), Math.floor(voxel / columns) % rows, voxel % columns];
    const inside = at.every((place, axis) => shape[axis] <= 8 || (place >= 1 && place < shape[axis] - 2));
    for (let channel = 0; inside && channel < channels; channel++) {
      const value = roundHalfEven(Math.fround(values[channel * voxels + voxel] * 100));
      data[voxel * channels + channel] = Math.max(value, low);
    }
  }
  return { data, shape, channels };
}

/** What `labels_of` makes. */
export function labelsOf({ shape, labelNames }: GoldenCase): Image<Float32Array> {
  const [, rows, columns] = shape;
  const count = 1 + Math.max(...Object.values(labelNames).flat());
  const data = Float32Array.from({ length: product(shape) }, (_, voxel) => {
    const at = [Math.floor(voxel / (rows * columns)), Math.floor(voxel / columns) % rows, voxel % columns];
    return (Math.floor(at[0] / 3) + Math.floor(at[1] / 4) + Math.floor(at[2] / 5)) % count;
  });
  return { data, shape, channels: 1 };
}

/** The script's logits: hash · 4 with the heads first there. */
export function logitsOf(number: number, shape: readonly number[], heads: number): Image<Float32Array> {
  const voxels = product(shape);
  const values = hashed(number + 500, heads * voxels);
  const data = new Float32Array(values.length);
  for (let voxel = 0; voxel < voxels; voxel++) {
    for (let head = 0; head < heads; head++) data[voxel * heads + head] = values[head * voxels + voxel] * 4;
  }
  return { data, shape: [...shape], channels: heads };
}
