/** Lines along one axis of row-major samples: sample i of line (outer, inner) at (outer · size + i) · stride + inner. */
export interface Axis {
  outer: number;
  size: number;
  stride: number;
}

/** Axis `axis` of an image; its channels count as further inner lines. */
export function axisOf(shape: readonly number[], channels: number, axis: number): Axis {
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
  return {
    outer: product(shape.slice(0, axis)),
    size: shape[axis],
    stride: product(shape.slice(axis + 1)) * channels,
  };
}

/** Lines that are worked on together: enough for independent sums and whole cache lines, few enough for the cache. */
const LANES = 32;

/**
 * Goes over all lines of an axis, up to 32 at a time.
 *
 * @param visit of the block's first line and its number of lines; `across` where the next line is that of the next
 *   outer index, and otherwise of the next inner one
 */
export function forLines(
  { outer, stride }: Axis,
  visit: (outer: number, inner: number, lanes: number, across: boolean) => void,
): void {
  if (stride >= LANES / 2) {
    for (let o = 0; o < outer; o++) {
      for (let inner = 0; inner < stride; inner += LANES) {
        visit(o, inner, Math.min(LANES, stride - inner), false);
      }
    }
    return;
  }
  for (let o = 0; o < outer; o += LANES) {
    for (let inner = 0; inner < stride; inner++) visit(o, inner, Math.min(LANES, outer - o), true);
  }
}

/** Room for a block of lines of `size` samples. */
export const lineBuffer = (size: number) => new Float64Array(size * LANES);

/** Copies samples `start` · step … of `lanes` lines, times `gain`, side by side into `lines` from its row `row` on. */
export function loadLines(
  source: Float32Array,
  start: number,
  step: number,
  laneStep: number,
  size: number,
  lanes: number,
  lines: Float64Array,
  row: number,
  gain: number,
): void {
  for (let index = 0, at = row * lanes; index < size; index++) {
    let from = start + index * step;
    for (let lane = 0; lane < lanes; lane++, from += laneStep) lines[at++] = source[from] * gain;
  }
}
