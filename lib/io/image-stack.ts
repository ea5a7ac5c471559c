/** The element types that image files hold. */
export type Pixels = Uint8Array | Uint16Array | Float32Array;

/**
 * Single-channel images of one size, one after the other: pixel (row, column) of page p is
 * `data[(p * height + row) * width + column]`. A single image is a stack of one page.
 *
 * Shape: [pages, height, width]
 */
export interface ImageStack<T extends Pixels = Pixels> {
  data: T;
  pages: number;
  height: number;
  width: number;
}

/** An array of the same type as `like`, filled with zeros. */
export function pixelsLike<T extends Pixels>(like: T, length: number): T {
  return new (like.constructor as new (length: number) => T)(length);
}

/**
 * The pages at `indices`, copied in that order.
 *
 * @throws RangeError for an index outside 0 … pages − 1
 */
export function selectPages<T extends Pixels>(
  stack: ImageStack<T>,
  indices: readonly number[],
): ImageStack<T> {
  const area = stack.height * stack.width;
  const data = pixelsLike(stack.data, indices.length * area);
  indices.forEach((index, position) => {
    if (!Number.isInteger(index) || index < 0 || index >= stack.pages) {
      throw new RangeError(
        `selectPages: got index ${index}; expected an integer from 0 to ${stack.pages - 1}`,
      );
    }
    data.set(stack.data.subarray(index * area, (index + 1) * area), position * area);
  });
  return { ...stack, data, pages: indices.length };
}
