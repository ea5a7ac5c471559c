import type { Image, Samples } from '../../../lib/io/image';
import { hashed } from '../../nn/hashed';

export type SampleType = 'uint8' | 'uint16' | 'int16' | 'float32' | 'float64';

/** The image `typed(smooth(number, shape), type)` of tests/goldens/histogram.py. */
export function smoothImage(number: number, shape: readonly number[], type: SampleType): Image {
  const noise = hashed(
    number,
    shape.reduce((product, size) => product * size, 1),
  );
  const values = noise.map((value, index) => {
    const ramp = Math.fround(Math.fround(index / noise.length) * 0.5);
    return Math.fround(Math.fround(value + 1) * 0.25) + ramp;
  });
  return { data: typed(values, type), shape, channels: 1 };
}

function typed(values: Float32Array, type: SampleType): Samples {
  const scaled = (top: number) => values.map((value) => value * top);
  switch (type) {
    case 'uint8':
      return new Uint8Array(scaled(255));
    case 'uint16':
      return new Uint16Array(scaled(65535));
    case 'int16':
      return new Int16Array(scaled(2000));
    case 'float64':
      return new Float64Array(values);
    case 'float32':
      return values;
  }
}

/** An image of single samples by a list. */
export function row<T extends Samples>(data: T): Image<T> {
  return { data, shape: [1, data.length], channels: 1 };
}

/** A number of evenly mixed values: the mean and the standard deviation of an array. */
export function spreadOf(values: ArrayLike<number>): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    sum += values[index];
    squares += values[index] ** 2;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(squares / values.length - mean ** 2) };
}
