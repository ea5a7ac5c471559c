import { addNoise, type NoiseOptions } from '../em/noise';

/** The most bytes or voxels that a maker of synthetic data is asked for at once. */
const MOST_SAMPLES = 2 ** 28;

/**
 * A smooth random field of mean 0 on a rectangle: a cut from `addNoise`'s square.
 *
 * Shape: [height * width]
 */
export function smoothField(
  height: number,
  width: number,
  page: number,
  ...octaves: NoiseOptions[]
): Float32Array {
  const side = Math.max(height, width);
  const square = new Float32Array(side * side);
  for (const octave of octaves) addNoise(square, side, page, octave);
  if (height === width) return square;
  const field = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    field.set(square.subarray(row * side, row * side + width), row * width);
  }
  return field;
}

/**
 * Blurs rows and columns by three passes of a running mean of 2 · radius + 1, which is close to a Gaussian of standard
 * deviation √(radius · (radius + 1)); edges repeat.
 */
export function blurred(field: Float32Array, height: number, width: number, radius: number): Float32Array {
  let from = Float32Array.from(field);
  let to = new Float32Array(field.length);
  for (let pass = 0; pass < 3; pass++) {
    runningMean(from, to, height, width, 1, width, radius);
    runningMean(to, from, width, height, width, 1, radius);
  }
  [from, to] = [to, from];
  return to;
}

/** Means along lines of `length` samples that lie `step` apart; the lines lie `stride` apart. */
function runningMean(
  from: Float32Array,
  to: Float32Array,
  lines: number,
  length: number,
  step: number,
  stride: number,
  radius: number,
): void {
  const share = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line++) {
    const start = line * stride;
    const sample = (at: number) => from[start + Math.min(Math.max(at, 0), length - 1) * step];
    let sum = 0;
    for (let at = -radius; at <= radius; at++) sum += sample(at);
    for (let at = 0; at < length; at++) {
      to[start + at * step] = sum * share;
      sum += sample(at + radius + 1) - sample(at - radius);
    }
  }
}

/** A direction at random: (cos φ, sin φ) without either function, whose last bits may differ between machines. */
export function randomDirection(random: () => number): [number, number] {
  for (;;) {
    const x = 2 * random() - 1;
    const y = 2 * random() - 1;
    const squared = x * x + y * y;
    if (squared > 1 || squared < 0.01) continue;
    const length = Math.sqrt(squared);
    return [x / length, y / length];
  }
}

/** Uniform in [low, high). */
export function between(random: () => number, low: number, high: number): number {
  return low + (high - low) * random();
}

/** An integer from 0 to 255. */
export function toByte(value: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5), 0), 255);
}

/** Weight of the inside at `distance` from an edge that is `width` wide: 1 inside (negative), 0 outside. */
export function coverage(distance: number, width: number): number {
  return Math.min(Math.max(0.5 - distance / width, 0), 1);
}

export function requireSize(
  caller: string,
  name: string,
  value: number,
  lowest: number,
  highest: number,
): void {
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw new RangeError(`${caller}: got ${name} ${value}; expected an integer from ${lowest} to ${highest}`);
  }
}

/** Refuses sizes whose product no machine of the course has memory for. */
export function requireSamples(caller: string, samples: number): void {
  if (samples > MOST_SAMPLES) {
    throw new RangeError(
      `${caller}: got ${samples} voxels; expected at most ${MOST_SAMPLES}: choose smaller sizes`,
    );
  }
}
