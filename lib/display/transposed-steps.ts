/** Numbers in rows. */
export type Grid = readonly (readonly number[])[];

/** A transposed convolution of one channel, square in everything. */
export interface TransposedShape {
  /** Side of the input. */
  inputSize: number;
  /** Side of the kernel. */
  kernelSize: number;
  stride: number;
  /** As PyTorch and TensorFlow count it: what is cut off each side of the output. 0 to kernelSize − 1. */
  padding: number;
}

export const fill = (rows: number, columns: number, value: (row: number, column: number) => number): Grid =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => value(row, column)),
  );

/** Zeros round the interlaced input, on each side: k − 1 − p. */
export const borderOf = ({ kernelSize, padding }: TransposedShape) => kernelSize - 1 - padding;

/** Side of the input with stride − 1 zeros between neighbours: (H − 1)·s + 1. */
export const interlacedSize = ({ inputSize, stride }: TransposedShape) => (inputSize - 1) * stride + 1;

/** Side of the output: (H − 1)·s − 2p + k. */
export const outputSize = (shape: TransposedShape) =>
  interlacedSize(shape) + 2 * borderOf(shape) - shape.kernelSize + 1;

/** The index of the input pixel that lies at a place of the interlaced and padded axis, −1 for a zero. */
export function sourceOf(shape: TransposedShape, place: number): number {
  const at = place - borderOf(shape);
  return at >= 0 && at < interlacedSize(shape) && at % shape.stride === 0 ? at / shape.stride : -1;
}

/** The input, interlaced with zeros and padded. */
export function spread(shape: TransposedShape, input: Grid): Grid {
  const size = interlacedSize(shape) + 2 * borderOf(shape);
  return fill(size, size, (row, column) => input[sourceOf(shape, row)]?.[sourceOf(shape, column)] ?? 0);
}

/** The kernel turned by 180°: what a convolution layer must hold to do the same on the spread input. */
export const turned = (kernel: Grid): Grid => [...kernel].reverse().map((row) => [...row].reverse());

/** What an ordinary convolution with stride 1 and no padding makes of the spread input. */
export function correlate(grid: Grid, kernel: Grid): Grid {
  const size = grid.length - kernel.length + 1;
  return fill(size, size, (row, column) =>
    kernel.reduce(
      (sum, weights, y) => sum + weights.reduce((s, weight, x) => s + weight * grid[row + y][column + x], 0),
      0,
    ),
  );
}

/** How many input pixels reach each output pixel. Uneven numbers are what checkerboards are made of. */
export function contributions(shape: TransposedShape): Grid {
  const ones = (size: number) => fill(size, size, () => 1);
  return correlate(spread(shape, ones(shape.inputSize)), ones(shape.kernelSize));
}
