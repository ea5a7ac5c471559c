import { boundingBox, cropped } from '../metrics/bounding-box';

/** The rectangle of a mask in which there is something. */
export interface MaskWindow {
  /** 1 inside. Shape: [height · width] */
  data: Uint8Array;
  shape: readonly [height: number, width: number];
  /** Its first row and column in the whole mask. */
  top: number;
  left: number;
}

/**
 * The smallest rectangle with all of a mask, and a margin where the mask has room for it: objects are small in large images.
 *
 * @param mask above 0 inside
 * @returns undefined where nothing is inside
 */
export function windowOf(
  mask: ArrayLike<number>,
  shape: readonly number[],
  margin = 0,
): MaskWindow | undefined {
  const isInside = (value: number) => value > 0;
  const box = boundingBox([mask], shape, isInside);
  if (!box) return undefined;
  const [rows, columns] = box.map(({ from, to }, axis) => ({
    from: Math.max(from - margin, 0),
    to: Math.min(to + margin, shape[axis]),
  }));
  return {
    data: cropped(mask, shape, [rows, columns], isInside),
    shape: [rows.to - rows.from, columns.to - columns.from],
    top: rows.from,
    left: columns.from,
  };
}

/** Calls back for each pixel: its place in the window, and in a mask of that many columns. */
export function eachPixel(
  { shape: [rows, columns], top, left }: MaskWindow,
  width: number,
  visit: (at: number, place: number) => void,
): void {
  for (let row = 0, at = 0; row < rows; row++) {
    const start = (top + row) * width + left;
    for (let column = 0; column < columns; column++) visit(at++, start + column);
  }
}
