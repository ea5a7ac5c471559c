/** Spatial axes of a feature map: 2 for [B, H, W, C], 3 for [B, D, H, W, C]. */
export type Dimensions = 2 | 3;

/** One number for all spatial axes, or one for each: [height, width] or [depth, height, width]. */
export type Size = number | readonly number[];

/**
 * The size along each spatial axis.
 *
 * @throws RangeError for another number of axes, and for values that are not integers of at least 1
 */
export function perAxis(owner: string, name: string, size: Size, dimensions: Dimensions): number[] {
  const sizes = typeof size === 'number' ? new Array<number>(dimensions).fill(size) : [...size];
  if (sizes.length !== dimensions || !sizes.every((value) => Number.isSafeInteger(value) && value >= 1)) {
    throw new RangeError(
      `${owner}: got ${name} ${JSON.stringify(size)}; expected an integer of at least 1, or ${dimensions} of them`,
    );
  }
  return sizes;
}

/** @throws RangeError for a number of spatial axes other than 2 and 3 */
export function requireDimensions(owner: string, dimensions: number): void {
  if (dimensions !== 2 && dimensions !== 3) {
    throw new RangeError(`${owner}: got dimensions ${dimensions}; expected 2 or 3`);
  }
}

/** The product of a list of numbers. */
export const product = (values: readonly number[]) => values.reduce((all, value) => all * value, 1);
