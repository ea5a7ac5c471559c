import type { Image, Samples } from '../../io/image';
import { elementsOf } from '../../metrics/grid';

/** An array of the same type as `like`, filled with zeros. */
export function samplesLike<T extends Samples>(like: T, length: number): T {
  return new (like.constructor as new (length: number) => T)(length);
}

/** The samples as single-precision floats; the array itself where it has them. */
export function asFloats(data: Samples): Float32Array {
  return data instanceof Float32Array ? data : new Float32Array(data);
}

const LIMITS: readonly [new (length: number) => Samples, number, number][] = [
  [Uint8Array, 0, 255],
  [Int8Array, -128, 127],
  [Uint16Array, 0, 65535],
  [Int16Array, -32768, 32767],
  [Int32Array, -2147483648, 2147483647],
  [Uint32Array, 0, 4294967295],
];

/** The least and greatest number that arrays of this integer type hold; undefined for floats. */
export function integerLimits(like: Samples): [number, number] | undefined {
  const found = LIMITS.find(([type]) => like instanceof type);
  return found && [found[1], found[2]];
}

/**
 * Interpolated values as elements of the type of `like`: integers are rounded, halves away from zero, and limited to
 * what the type holds, as `scipy.ndimage` does.
 */
export function fromFloats<T extends Samples>(values: Float32Array, like: T): T {
  if (like instanceof Float32Array) return values as Samples as T;
  const target = samplesLike(like, values.length);
  const limits = integerLimits(like);
  if (!limits) {
    target.set(values);
    return target;
  }
  const [low, high] = limits;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    const rounded = value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
    target[index] = Math.min(Math.max(rounded, low), high);
  }
  return target;
}

/** Whether `value` can be stored in an array like this one without change (a float32 may round it). */
export function holds(like: Samples, value: number): boolean {
  const limits = integerLimits(like);
  return !limits || (Number.isInteger(value) && value >= limits[0] && value <= limits[1]);
}

/**
 * Checks that an image's numbers agree.
 *
 * @throws RangeError for other than 2 or 3 spatial sizes, sizes or channels that are no positive integers, and another
 *   number of samples than they multiply to
 */
export function requireImage(owner: string, { data, shape, channels }: Image): void {
  const sizes = `[${shape.join(', ')}]`;
  const whole = (size: number) => Number.isSafeInteger(size) && size >= 1;
  if ((shape.length !== 2 && shape.length !== 3) || !shape.every(whole)) {
    throw new RangeError(
      `${owner}: got shape ${sizes}; expected positive integers [height, width] or [depth, height, width]`,
    );
  }
  if (!whole(channels) || data.length !== elementsOf(shape) * channels) {
    throw new RangeError(
      `${owner}: got ${data.length} samples for shape ${sizes} and ${channels} channels; expected ` +
        `${elementsOf(shape) * channels}: pass the shape of the samples`,
    );
  }
}

/** @throws RangeError where `values` are not `count` positive integers */
export function requireSizes(owner: string, values: readonly number[], count: number): void {
  if (values.length !== count || values.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new RangeError(
      `${owner}: got shape [${values.join(', ')}]; expected ${count} positive integers, one for each axis of the image`,
    );
  }
}

/** To the nearest integer, halves to the even one, as Python's `round`. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + Math.abs(floor % 2) : Math.round(value);
}
