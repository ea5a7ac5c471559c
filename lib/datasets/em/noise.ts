import { hash } from '../hash';

export interface NoiseOptions {
  /** Distance of the lattice points in pixels: about the size of the blobs. */
  scale: number;
  /** Distance of the lattice points in pages; without it every page is a field of its own. */
  depth?: number;
  /** Standard deviation. */
  amplitude: number;
  seed: number;
}

/** Standard deviation of uniform values in [−1, 1] after cubic B-splines in three dimensions: √⅓ · 0.479^(3/2). */
const SPREAD = 0.1914;

/** Weights of the four lattice points around a position, `t` of the way from the second to the third. */
function splineWeights(t: number): [number, number, number, number] {
  const s = 1 - t;
  return [
    (s * s * s) / 6,
    (4 - 6 * t * t + 3 * t * t * t) / 6,
    (4 - 6 * s * s + 3 * s * s * s) / 6,
    (t * t * t) / 6,
  ];
}

/** A random value in [−1, 1) for each lattice point. */
function lattice(x: number, y: number, z: number, seed: number): number {
  return hash(x, y, z, seed) / 2 ** 31 - 1;
}

/**
 * Adds a smooth random field of one page, mean 0 and standard deviation about `amplitude`: cubic B-splines through hashed
 * lattice values. Only sums and products of float64 numbers, so every machine gets the same.
 *
 * Shape of `field`: [size * size]
 */
export function addNoise(field: Float32Array, size: number, page: number, options: NoiseOptions): void {
  const { scale, depth, amplitude, seed } = options;
  const layer = depth === undefined ? page * 8 : Math.floor(page / depth);
  const layers = splineWeights(depth === undefined ? 0 : page / depth - layer);
  const side = Math.floor((size - 1) / scale) + 4;

  const points = new Float64Array(side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += layers[k] * lattice(column, row, layer + k, seed);
      points[row * side + column] = (sum * amplitude) / SPREAD;
    }
  }

  const first = new Int32Array(size);
  const weights = new Float64Array(size * 4);
  for (let at = 0; at < size; at++) {
    first[at] = Math.floor(at / scale);
    weights.set(splineWeights(at / scale - first[at]), at * 4);
  }
  const line = new Float64Array(side);
  for (let row = 0, out = 0; row < size; row++) {
    const top = first[row] * side;
    for (let column = 0; column < side; column++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += weights[4 * row + k] * points[top + k * side + column];
      line[column] = sum;
    }
    for (let column = 0, w = 0; column < size; column++, w += 4) {
      const left = first[column];
      field[out++] +=
        weights[w] * line[left] +
        weights[w + 1] * line[left + 1] +
        weights[w + 2] * line[left + 2] +
        weights[w + 3] * line[left + 3];
    }
  }
}

/** A random number of mean 0, standard deviation 1 and nearly normal distribution: the sum of the bytes of a hash. */
export function grain(x: number, y: number, page: number, seed: number): number {
  const bits = hash(x, y, page, seed);
  return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 147.8;
}

/** x² by multiplication: what `**` gives may differ in the last bit between machines. */
export function square(x: number): number {
  return x * x;
}
