import { requireGrid, stridesOf } from '../../metrics/grid';

/**
 * A mask with its holes filled: 0 stays only what is connected to the outside through edges (in space, faces) of zeros.
 * Equals `scipy.ndimage.binary_fill_holes`.
 *
 * @param mask row-major, any but 0 inside
 * @returns 0 or 1
 * @throws RangeError for sizes that do not multiply to the number of values
 */
export function fillHoles(mask: ArrayLike<number>, shape: readonly number[]): Uint8Array {
  requireGrid('fillHoles', mask, shape);
  const filled = new Uint8Array(mask.length).fill(1);
  const strides = stridesOf(shape);
  const queue = new Int32Array(mask.length);
  let end = 0;
  const reach = (index: number) => {
    if (mask[index] !== 0 || filled[index] === 0) return;
    filled[index] = 0;
    queue[end++] = index;
  };
  shape.forEach((size, axis) => {
    const stride = strides[axis];
    for (let start = 0; start < mask.length; start += size * stride) {
      for (let inner = start; inner < start + stride; inner++) {
        reach(inner);
        reach(inner + (size - 1) * stride);
      }
    }
  });
  for (let next = 0; next < end; next++) {
    const index = queue[next];
    for (let axis = 0; axis < shape.length; axis++) {
      const stride = strides[axis];
      const at = Math.floor(index / stride) % shape[axis];
      if (at > 0) reach(index - stride);
      if (at < shape[axis] - 1) reach(index + stride);
    }
  }
  return filled;
}
