import { fourierOf, middleOf } from '../intensity/fourier';

/** The filters of `skimage.transform.iradon`; 'none' is its None. */
export type ProjectionFilter = 'ramp' | 'shepp-logan' | 'cosine' | 'hamming' | 'hann' | 'none';
export const PROJECTION_FILTERS: readonly ProjectionFilter[] = [
  'ramp',
  'shepp-logan',
  'cosine',
  'hamming',
  'hann',
  'none',
];

/**
 * The gain of each frequency, from 0 on. The ramp |f| is taken from its samples in space, 1/4 at 0, −1 / (πn)² at odd n,
 * which spares the reconstruction a bias (Kak & Slaney 1988, chapter 3, equation 61); the others are windows on it.
 *
 * @param size even
 */
export function projectionFilter(filter: ProjectionFilter, size: number): Float64Array {
  if (filter === 'none') return new Float64Array(size).fill(1);
  const kernel = new Float64Array(2 * size);
  kernel[0] = 0.25;
  for (let index = 1; index < size; index += 2) {
    kernel[2 * index] = -1 / (Math.PI * Math.min(index, size - index)) ** 2;
  }
  const spectrum = new Float64Array(2 * size);
  fourierOf(size).forward(kernel, spectrum);
  const middle = middleOf(size);
  return Float64Array.from({ length: size }, (_, frequency) => {
    // The place of this frequency in a window whose middle is frequency 0.
    const place = (frequency + middle) % size;
    return 2 * spectrum[2 * frequency] * windowAt(filter, frequency, place, size);
  });
}

function windowAt(filter: ProjectionFilter, frequency: number, place: number, size: number): number {
  const turn = (2 * Math.PI * place) / (size - 1);
  if (filter === 'shepp-logan') {
    if (frequency === 0) return 1;
    const omega = (Math.PI * (frequency < size / 2 ? frequency : frequency - size)) / size;
    return Math.sin(omega) / omega;
  }
  if (filter === 'cosine') return Math.sin((Math.PI * place) / size);
  if (filter === 'hamming') return 0.54 - 0.46 * Math.cos(turn);
  if (filter === 'hann') return 0.5 - 0.5 * Math.cos(turn);
  return 1;
}

/**
 * Filters each column of a sinogram, padded with zeros to a power of two.
 *
 * @returns one line for each angle
 */
export function filterProjections(
  values: Float32Array,
  detectors: number,
  angles: number,
  filter: ProjectionFilter,
  size: number,
): Float64Array[] {
  const window = projectionFilter(filter, size);
  // NumPy's windows are not quite even. Of a real line, the real part that counts comes of their even part.
  const gains = window.map((gain, frequency) => (gain + window[(size - frequency) % size]) / 2);
  const fourier = fourierOf(size);
  const line = new Float64Array(2 * size);
  const spectrum = new Float64Array(2 * size);
  // Two real columns at a time, as real and imaginary parts: the gains are real and even, so that they stay apart.
  const filtered: Float64Array[] = [];
  for (let column = 0; column < angles; column += 2) {
    line.fill(0);
    const second = column + 1 < angles;
    for (let detector = 0; detector < detectors; detector++) {
      line[2 * detector] = values[detector * angles + column];
      if (second) line[2 * detector + 1] = values[detector * angles + column + 1];
    }
    fourier.forward(line, spectrum);
    for (let frequency = 0; frequency < size; frequency++) {
      spectrum[2 * frequency] *= gains[frequency];
      spectrum[2 * frequency + 1] *= gains[frequency];
    }
    fourier.inverse(spectrum, line);
    filtered.push(Float64Array.from({ length: detectors }, (_, detector) => line[2 * detector]));
    if (second)
      filtered.push(Float64Array.from({ length: detectors }, (_, detector) => line[2 * detector + 1]));
  }
  return filtered;
}
