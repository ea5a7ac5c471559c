import { pixelsLike, type ImageStack, type Pixels } from '../io/image-stack';

/**
 * One way to walk over an image: its pixel (row, column) lies at `offset + row * rowStride + column * columnStride`.
 * Flips and quarter turns only change these numbers, so any chain of them costs one copy, as in NumPy.
 */
export interface PlaneView {
  height: number;
  width: number;
  offset: number;
  rowStride: number;
  columnStride: number;
}

/** The image as it is stored. */
export function wholePlane(height: number, width: number): PlaneView {
  return { height, width, offset: 0, rowStride: width, columnStride: 1 };
}

/** Rows in reverse order. */
export function flipRows(view: PlaneView): PlaneView {
  return { ...view, offset: view.offset + (view.height - 1) * view.rowStride, rowStride: -view.rowStride };
}

/** Columns in reverse order. */
export function flipColumns(view: PlaneView): PlaneView {
  return {
    ...view,
    offset: view.offset + (view.width - 1) * view.columnStride,
    columnStride: -view.columnStride,
  };
}

/** Rows become columns. */
function transpose(view: PlaneView): PlaneView {
  return {
    height: view.width,
    width: view.height,
    offset: view.offset,
    rowStride: view.columnStride,
    columnStride: view.rowStride,
  };
}

/** `turns` (0 to 3) quarter turns, counter-clockwise. */
export function turn(view: PlaneView, turns: number): PlaneView {
  if (turns === 0) return view;
  if (turns === 1) return flipRows(transpose(view));
  if (turns === 2) return flipRows(flipColumns(view));
  return transpose(flipRows(view));
}

/** Writes what `view` shows of the image that starts at `from` in `source`, row by row, to `target` from `to` on. */
export function copyView(source: Pixels, from: number, view: PlaneView, target: Pixels, to: number): void {
  for (let row = 0; row < view.height; row++) {
    let position = from + view.offset + row * view.rowStride;
    const start = to + row * view.width;
    for (let column = 0; column < view.width; column++) {
      target[start + column] = source[position];
      position += view.columnStride;
    }
  }
}

/** Every page of the stack seen through the same change of view. */
export function viewPages<T extends Pixels>(
  stack: ImageStack<T>,
  change: (view: PlaneView) => PlaneView,
): ImageStack<T> {
  const view = change(wholePlane(stack.height, stack.width));
  const data = pixelsLike(stack.data, stack.data.length);
  const area = stack.height * stack.width;
  for (let page = 0; page < stack.pages; page++) copyView(stack.data, page * area, view, data, page * area);
  return { data, pages: stack.pages, height: view.height, width: view.width };
}
