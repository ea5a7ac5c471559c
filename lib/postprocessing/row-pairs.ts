/**
 * Calls back for each pair of rows (along the last axis) of a grid that lie `step` apart: element `from + offset` of the
 * flat values is the neighbour of element `from`, and so on up to `to`, exclusive. Elements without that neighbour are left out.
 *
 * @param shape [height, width] or [depth, height, width]
 * @param step along each axis
 */
export function eachRowPair(
  shape: readonly number[],
  step: readonly number[],
  call: (from: number, to: number, offset: number) => void,
): void {
  const [depth, height, width] = shape.length === 3 ? shape : [1, ...shape];
  const [slices, rows, columns] = step.length === 3 ? step : [0, ...step];
  const offset = (slices * height + rows) * width + columns;
  const [first, last] = [Math.max(0, -columns), width - Math.max(0, columns)];
  if (first >= last) return;
  for (let slice = Math.max(0, -slices); slice < depth - Math.max(0, slices); slice++) {
    for (let row = Math.max(0, -rows); row < height - Math.max(0, rows); row++) {
      const start = (slice * height + row) * width;
      call(start + first, start + last, offset);
    }
  }
}
