import FFT from 'fft.js';
import { axisOf } from '../spatial/lines';

/** A transform of n complex numbers, real and imaginary parts by turns; both sides have room for 2n numbers. */
export interface Fourier {
  size: number;
  /** X[k] = Σ x[j] · exp(−2πi jk / n) */
  forward(from: Float64Array, to: Float64Array): void;
  /** x[j] = Σ X[k] · exp(2πi jk / n) / n */
  inverse(from: Float64Array, to: Float64Array): void;
}

/** The discrete Fourier transform of any size. */
export function fourierOf(size: number): Fourier {
  if (size === 1) return { size, forward: (from, to) => to.set(from), inverse: (from, to) => to.set(from) };
  if ((size & (size - 1)) !== 0) return bluestein(size);
  const fft = new FFT(size);
  return {
    size,
    forward: (from, to) => fft.transform(to, from),
    inverse: (from, to) => fft.inverseTransform(to, from),
  };
}

/**
 * Sizes that are no power of two, by a convolution of a size that is one (Bluestein 1970): with w[j] = exp(−πi j² / n),
 * X[k] = w[k] · Σ (x[j] · w[j]) · conj(w[k − j]).
 */
function bluestein(size: number): Fourier {
  const padded = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const fft = fourierOf(padded);
  const chirp = new Float64Array(2 * size);
  const kernel = new Float64Array(2 * padded);
  for (let index = 0; index < size; index++) {
    // j² modulo 2n: the angle of a large j² would lose its last digits.
    const angle = (Math.PI * ((index * index) % (2 * size))) / size;
    const [real, imaginary] = [Math.cos(angle), -Math.sin(angle)];
    chirp.set([real, imaginary], 2 * index);
    kernel.set([real, -imaginary], 2 * index);
    if (index > 0) kernel.set([real, -imaginary], 2 * (padded - index));
  }
  const transfer = new Float64Array(2 * padded);
  fft.forward(kernel, transfer);
  const line = new Float64Array(2 * padded);
  const spectrum = new Float64Array(2 * padded);
  /** The inverse transform is the forward one of the conjugate, conjugated. */
  const transform = (from: Float64Array, to: Float64Array, sign: 1 | -1, gain: number) => {
    line.fill(0);
    for (let at = 0; at < 2 * size; at += 2) {
      const [real, imaginary] = [from[at], sign * from[at + 1]];
      line[at] = real * chirp[at] - imaginary * chirp[at + 1];
      line[at + 1] = real * chirp[at + 1] + imaginary * chirp[at];
    }
    fft.forward(line, spectrum);
    for (let at = 0; at < 2 * padded; at += 2) {
      const [real, imaginary] = [spectrum[at], spectrum[at + 1]];
      spectrum[at] = real * transfer[at] - imaginary * transfer[at + 1];
      spectrum[at + 1] = real * transfer[at + 1] + imaginary * transfer[at];
    }
    fft.inverse(spectrum, line);
    for (let at = 0; at < 2 * size; at += 2) {
      to[at] = (line[at] * chirp[at] - line[at + 1] * chirp[at + 1]) * gain;
      to[at + 1] = sign * (line[at] * chirp[at + 1] + line[at + 1] * chirp[at]) * gain;
    }
  };
  return {
    size,
    forward: (from, to) => transform(from, to, 1, 1),
    inverse: (from, to) => transform(from, to, -1, 1 / size),
  };
}

/** Where frequency 0 lies in a spectrum whose middle it is, as `fftshift` puts it: place p holds p − middle. */
export const middleOf = (size: number) => Math.floor(size / 2);

/**
 * Changes the spectra of all lines along an axis, and writes the real parts of what they then are.
 *
 * Of an artefact that depends on the place along one axis of k-space only, nothing but this axis need be transformed.
 *
 * @param values row-major samples of one or several images, each of `shape`, changed together
 * @param change of a line's spectra, one an image, from frequency 0 on; its result is in the first
 * @returns the first image as changed
 */
export function changeSpectra(
  images: readonly Float32Array[],
  shape: readonly number[],
  channels: number,
  axis: number,
  change: (spectra: readonly Float64Array[]) => void,
): Float32Array {
  const { outer, size, stride } = axisOf(shape, channels, axis);
  const fourier = fourierOf(size);
  const line = new Float64Array(2 * size);
  const spectra = images.map(() => new Float64Array(2 * size));
  const result = new Float32Array(images[0].length);
  for (let start = 0; start < outer * size * stride; start += size * stride) {
    for (let first = start; first < start + stride; first++) {
      images.forEach((values, number) => {
        line.fill(0);
        for (let index = 0; index < size; index++) line[2 * index] = values[first + index * stride];
        fourier.forward(line, spectra[number]);
      });
      change(spectra);
      fourier.inverse(spectra[0], line);
      for (let index = 0; index < size; index++) result[first + index * stride] = line[2 * index];
    }
  }
  return result;
}
