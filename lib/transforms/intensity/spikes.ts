import type { Image } from '../../io/image';
import { axisOf } from '../spatial/lines';
import { fourierOf, middleOf } from './fourier';
import { mapChannels, requireNumber, type Floats, type InFloats } from './planes';

export interface SpikesOptions {
  /** Places in k-space, each one share from 0 to below 1 of every axis, slowest first; 0.5 is the middle. */
  positions: readonly (readonly number[])[];
  /** Height of a spike as a multiple of the greatest magnitude that k-space has before it. */
  intensity: number;
}

/**
 * Stripes over an MR image, of single points of k-space that were disturbed ("herringbone"); equal to TorchIO's `Spike`.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError for positions outside of 0 to 1, or of other dimensions
 */
export function addSpikes<I extends Image>(image: I, options: SpikesOptions): InFloats<I> {
  const owner = 'addSpikes';
  const { positions, intensity } = options;
  const { shape } = image;
  requireNumber(owner, 'intensity', intensity);
  for (const position of positions) {
    if (position.length !== shape.length || position.some((share) => !(share >= 0 && share < 1))) {
      throw new RangeError(
        `${owner}: got position [${position.join(', ')}]; expected ${shape.length} numbers from 0 to below 1`,
      );
    }
  }
  const frequencies = positions.map((position) =>
    position.map((share, axis) => Math.floor(share * shape[axis]) - middleOf(shape[axis])),
  );
  return mapChannels(owner, image, (plane) => {
    const spectrum = spectrumOf(plane, shape);
    let greatest = 0;
    const consider = (at: number) => {
      greatest = Math.max(greatest, Math.hypot(spectrum[at], spectrum[at + 1]));
    };
    for (let at = 0; at < spectrum.length; at += 2) consider(at);
    for (const frequency of frequencies) {
      const height = greatest * intensity;
      addWave(plane, shape, frequency, height / plane.length);
      // The next spike is measured by a k-space that has this one.
      const place = frequency.reduce(
        (sum, f, axis) => sum * shape[axis] + ((f + shape[axis]) % shape[axis]),
        0,
      );
      spectrum[2 * place] += height;
      consider(2 * place);
    }
    return plane;
  });
}

/** Adds height · cos(2π Σ f · x / n), the real part of what one point of k-space is. */
function addWave(
  plane: Floats,
  shape: readonly number[],
  frequency: readonly number[],
  height: number,
): void {
  const last = shape.length - 1;
  const places = shape.map(() => 0);
  for (let start = 0; start < plane.length; start += shape[last]) {
    let turns = 0;
    for (let axis = 0; axis < last; axis++) turns += (frequency[axis] * places[axis]) / shape[axis];
    for (let column = 0; column < shape[last]; column++) {
      plane[start + column] +=
        height * Math.cos(2 * Math.PI * (turns + (frequency[last] * column) / shape[last]));
    }
    for (let axis = last - 1; axis >= 0 && ++places[axis] === shape[axis]; axis--) places[axis] = 0;
  }
}

/** The Fourier transform along all axes, real and imaginary parts by turns. */
function spectrumOf(plane: Floats, shape: readonly number[]): Float64Array {
  const spectrum = new Float64Array(2 * plane.length);
  for (let index = 0; index < plane.length; index++) spectrum[2 * index] = plane[index];
  shape.forEach((_, index) => {
    const { outer, size, stride } = axisOf(shape, 1, index);
    const fourier = fourierOf(size);
    const line = new Float64Array(2 * size);
    const result = new Float64Array(2 * size);
    for (let number = 0; number < outer * stride; number++) {
      const first = Math.floor(number / stride) * size * stride + (number % stride);
      for (let place = 0; place < size; place++) {
        const at = 2 * (first + place * stride);
        line[2 * place] = spectrum[at];
        line[2 * place + 1] = spectrum[at + 1];
      }
      fourier.forward(line, result);
      for (let place = 0; place < size; place++) {
        const at = 2 * (first + place * stride);
        spectrum[at] = result[2 * place];
        spectrum[at + 1] = result[2 * place + 1];
      }
    }
  });
  return spectrum;
}
