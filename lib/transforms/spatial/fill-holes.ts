import { componentRuns } from '../../metrics/components';

/**
 * A mask with its holes filled: 0 stays only what is connected to the outside through edges (in space, faces) of zeros.
 * Equals `scipy.ndimage.binary_fill_holes`.
 *
 * @param mask row-major, any but 0 inside
 * @param shape [height, width] or [depth, height, width]
 * @returns 0 or 1
 * @throws RangeError for sizes that do not multiply to the number of values
 */
export function fillHoles(mask: ArrayLike<number>, shape: readonly number[]): Uint8Array {
  const background = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) if (mask[at] === 0) background[at] = 1;
  const runs = componentRuns('fillHoles', background, shape);
  const { numbers, count } = runs.numbered();
  const open = new Uint8Array(count + 1);
  const onBorder = borderOf(shape);
  runs.each((run, from, to) => {
    if (onBorder(from, to)) open[numbers[run]] = 1;
  });
  const filled = new Uint8Array(mask.length).fill(1);
  runs.each((run, from, to) => {
    if (open[numbers[run]] === 1) for (let at = from; at < to; at++) filled[at] = 0;
  });
  return filled;
}

/** Whether elements of one row, from a flat index to another (exclusive), reach the border of the grid. */
function borderOf(shape: readonly number[]): (from: number, to: number) => boolean {
  const [depth, height, width] = shape.length === 3 ? shape : [1, ...shape];
  const area = height * width;
  return (from, to) => {
    const slice = Math.floor(from / area);
    const row = Math.floor(from / width) - slice * height;
    return (
      from % width === 0 ||
      to % width === 0 ||
      row === 0 ||
      row === height - 1 ||
      (shape.length === 3 && (slice === 0 || slice === depth - 1))
    );
  };
}
