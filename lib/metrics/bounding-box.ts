import { Values } from './confusion';
import { elementsOf } from './grid';

/** Half-open range along one axis. */
export interface Range {
  from: number;
  to: number;
}

/** Where along each axis any of the masks (row-major, of one shape) has an element inside; undefined where none has. */
export function boundingBox(
  masks: readonly Values[],
  shape: readonly number[],
  isInside: (value: number) => boolean,
): Range[] | undefined {
  const box = shape.map((size) => ({ from: size, to: 0 }));
  const [rows, width] = rowsOf(shape);
  const last = box[box.length - 1];
  for (let row = 0; row < rows; row++) {
    for (const values of masks) {
      const start = row * width;
      let left = 0;
      while (left < width && !isInside(values[start + left])) left++;
      if (left === width) continue;
      let right = width;
      while (!isInside(values[start + right - 1])) right--;
      last.from = Math.min(last.from, left);
      last.to = Math.max(last.to, right);
      let rest = row;
      for (let axis = shape.length - 2; axis >= 0; axis--) {
        const position = rest % shape[axis];
        box[axis].from = Math.min(box[axis].from, position);
        box[axis].to = Math.max(box[axis].to, position + 1);
        rest = Math.floor(rest / shape[axis]);
      }
    }
  }
  return last.to > 0 ? box : undefined;
}

/** The mask in the box, 1 inside. */
export function cropped(
  values: Values,
  shape: readonly number[],
  box: readonly Range[],
  isInside: (value: number) => boolean,
): Uint8Array {
  const size = box.map(({ from, to }) => to - from);
  const [rows, width] = rowsOf(size);
  const mask = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    let start = box[box.length - 1].from;
    let rest = row;
    let stride = shape[shape.length - 1];
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      start += stride * (box[axis].from + (rest % size[axis]));
      rest = Math.floor(rest / size[axis]);
      stride *= shape[axis];
    }
    for (let at = 0; at < width; at++) mask[row * width + at] = isInside(values[start + at]) ? 1 : 0;
  }
  return mask;
}

/** The number of rows along the last axis, and their length. */
function rowsOf(shape: readonly number[]): [number, number] {
  return [elementsOf(shape.slice(0, -1)), shape[shape.length - 1]];
}
