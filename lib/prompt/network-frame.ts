import type { Image } from '../io/image';
import { resize } from '../transforms/spatial/resize';
import { DIVISOR } from './network';
import { placed } from './placed';
import type { PromptImage } from './prompt-image';

/** The longest side that the network sees: larger images are made smaller. */
export const LONGEST = 1024;
/** Standard deviations from the mean; what is brighter or darker is cut off. */
const MOST = 5;

/** How an image lies in the network's frame: scaled, at its top left, the rest zeros. */
export interface Frame {
  /** Of the image in the frame: [height, width] */
  inner: readonly [number, number];
  /** Sides divisible by 16. */
  outer: readonly [number, number];
  /** Of the frame ÷ of the image, along each axis. */
  scale: readonly [number, number];
}

export function frameOf([height, width]: readonly number[]): Frame {
  const shrink = Math.min(1, LONGEST / Math.max(height, width));
  const inner = [height, width].map((side) => Math.max(1, Math.round(side * shrink))) as [number, number];
  const outer = inner.map((side) => Math.ceil(side / DIVISOR) * DIVISOR) as [number, number];
  return { inner, outer, scale: [inner[0] / height, inner[1] / width] };
}

/** What the samples of an image are standardized by. */
export interface Moments {
  mean: number;
  deviation: number;
}

/** Over all samples and channels; a deviation of 1 where all samples are equal. */
export function momentsOf({ data }: Image): Moments {
  let sum = 0;
  let squares = 0;
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / data.length;
  const deviation = Math.sqrt(Math.max(squares / data.length - mean * mean, 0)) || 1;
  return { mean, deviation };
}

/** In deviations from the mean, cut at ±5. */
export function standardized(value: number, { mean, deviation }: Moments): number {
  return Math.min(Math.max((value - mean) / deviation, -MOST), MOST);
}

/** An image in its frame as the network takes it: RGB, standardized. Shape: → [outer height · outer width · 3] */
export function framed(image: PromptImage, { inner, outer }: Frame): Float32Array {
  const { data, channels } = resize(image, inner, { antiAliasing: true });
  const moments = momentsOf(image);
  const values = Float32Array.from({ length: inner[0] * inner[1] * 3 }, (_, at) =>
    standardized(data[channels === 3 ? at : Math.floor(at / 3)], moments),
  );
  return placed(values, inner, outer, 3);
}
