/** How numbers in PyTorch's order become a weight of a TensorFlow.js layer. */
export interface Conversion {
  /** What the numbers are taken to be before their axes are put in order. */
  view: number[];
  /** Axes of the view in the order of the result. */
  order: number[];
  /** The result. */
  shape: number[];
}

/** [C, H, W] or [C, D, H, W]: the feature map that PyTorch flattens before a linear layer. */
export type Flattened = readonly number[];

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const equal = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((size, i) => size === b[i]);
const axes = (count: number) => Array.from({ length: count }, (_, axis) => axis);

/**
 * How a PyTorch array becomes a layer's weight, by the kind of weight:
 * - kernel of a convolution [out, in, …sides] → [sides…, in, out], and of a transposed one [in, out, …sides] →
 *   [sides…, out, in]: both spread and gather by the same formula, so nothing is flipped;
 * - kernel of a dense layer [out, in] → [in, out]; with `flattened`, inputs move from PyTorch's order C, H, W to H, W, C;
 * - either from the other: [out, in · sides] ↔ [out, in, …sides], as where VGG16's first fully connected layer becomes
 *   a convolution 7 × 7;
 * - depthwise kernel [C · m, 1, …sides] → [sides…, C, m];
 * - everything else as it is.
 *
 * @param target shape of the layer's weight
 * @returns undefined where the shapes do not go together
 */
export function conversion(
  kind: string,
  source: readonly number[],
  target: readonly number[],
  flattened?: Flattened,
): Conversion | undefined {
  const shape = [...target];
  if (kind === 'depthwise_kernel') {
    const [sides, [channels, multiplier]] = split(target);
    const fits = equal(source, [channels * multiplier, 1, ...sides]);
    return fits
      ? { view: [channels, multiplier, ...sides], order: spatialFirst(sides.length, [0, 1]), shape }
      : undefined;
  }
  if (kind === 'kernel') {
    const view = kernelView(source, target, flattened);
    return view && { view, order: spatialFirst(view.length - 2, [1, 0]), shape };
  }
  return equal(source, target) ? { view: shape, order: axes(shape.length), shape } : undefined;
}

/** The source as [last axis of the target, the one before, …sides]. */
function kernelView(
  source: readonly number[],
  target: readonly number[],
  flattened?: Flattened,
): number[] | undefined {
  const [sides, [before, last]] = split(target);
  const expected = [last, before, ...sides];
  if (equal(source, expected)) {
    return flattened && product(flattened) === before ? [last, ...flattened] : expected;
  }
  if (source[0] !== last || product(source) !== product(expected)) return undefined;
  if (source.length === 2) return expected; // a linear layer as a convolution over all that it sees
  return sides.length === 0 ? [...source] : undefined; // such a convolution as a dense layer
}

/** Sides, and the last two axes. */
const split = (target: readonly number[]): [number[], [number, number]] => [
  target.slice(0, -2),
  target.slice(-2) as [number, number],
];

const spatialFirst = (sides: number, rest: readonly number[]) => [
  ...axes(sides).map((axis) => axis + 2),
  ...rest,
];
