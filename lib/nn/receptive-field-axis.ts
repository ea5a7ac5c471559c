/**
 * What the positions of a feature map see of the image, along one axis and as if the image had no border:
 * position o sees the pixels first[r] + q · step … last[r] + q · step, with o = q · period + r, 0 ≤ r < period, and
 * period = first.length. So a position moves by step / period pixels on average: the stride.
 *
 * A period above 1 comes with upsampling, behind which neighbours see windows of different sizes. A position that sees
 * nothing (a transposed convolution with a kernel shorter than its stride leaves such) has first ∞ and last −∞.
 */
export interface Reach {
  first: readonly number[];
  last: readonly number[];
  step: number;
}

/** Pixels first … last, both included. */
export interface Span {
  first: number;
  last: number;
}

const NOTHING: Span = { first: Infinity, last: -Infinity };

/** Each pixel sees itself. */
export const PIXEL: Reach = { first: [0], last: [0], step: 1 };

/** The pixels that position o sees; beyond the image where its window overlaps the padding. */
export function seenFrom({ first, last, step }: Reach, o: number): Span {
  const turns = Math.floor(o / first.length);
  const r = o - turns * first.length;
  return { first: first[r] + turns * step, last: last[r] + turns * step };
}

/** Average pixels between the windows of neighbours. */
export const strideOf = ({ first, step }: Reach) => step / first.length;

/** The largest window in pixels. */
export const sizeOf = ({ first, last }: Reach) =>
  Math.max(0, ...first.map((begin, r) => last[r] - begin + 1));

/** A sliding window of convolution or pooling: output o reads the inputs o · stride − before + k · dilation. */
export interface Window {
  size: number;
  stride: number;
  dilation: number;
  /** Padding in front of the first position. */
  before: number;
}

/** Araujo, Norris and Sim (2019), "Computing Receptive Fields of Convolutional Neural Networks", eq. 1–2, exactly. */
export function slide(reach: Reach, { size, stride, dilation, before }: Window): Reach {
  const period = reach.first.length / gcd(reach.first.length, stride);
  return gather(reach, period, period * stride, (o) =>
    range(size).map((k) => o * stride - before + k * dilation),
  );
}

/** A transposed convolution: input i writes to the outputs i · stride + k · dilation − before. */
export function spread(reach: Reach, { size, stride, dilation, before }: Window): Reach {
  return gather(reach, reach.first.length * stride, reach.first.length, (o) =>
    range(size)
      .map((k) => (o + before - k * dilation) / stride)
      .filter(Number.isInteger),
  );
}

/**
 * Resampling of `from` positions to `to`: output o reads the inputs `taps(o)`, a function that moves on by the reduced
 * fraction from / to.
 */
export function resample(reach: Reach, from: number, to: number, taps: (o: number) => number[]): Reach {
  const common = gcd(from, to);
  const turns = reach.first.length / gcd(reach.first.length, from / common);
  return gather(reach, (to / common) * turns, (from / common) * turns, taps);
}

/** Bilinear and nearest positions, and the bins of adaptive pooling, of a resampling from → to. */
export const TAPS = {
  /** o ↦ (o + ½) · from / to − ½, as in PyTorch with `align_corners=False`. */
  halfPixel: (from: number, to: number) => (o: number) => {
    const source = ((2 * o + 1) * from) / (2 * to) - 0.5;
    return neighbours(source);
  },
  /** o ↦ o · from / to: bilinear `tf.layers.upSampling2d`. */
  corner: (from: number, to: number) => (o: number) => neighbours((o * from) / to),
  nearest: (from: number, to: number) => (o: number) => [Math.floor((o * from) / to)],
  /** Bins ⌊o · from / to⌋ … ⌈(o + 1) · from / to⌉ − 1 of PyTorch's adaptive pooling. */
  bins: (from: number, to: number) => (o: number) => [
    Math.floor((o * from) / to),
    Math.ceil(((o + 1) * from) / to) - 1,
  ],
};

function neighbours(source: number): number[] {
  const below = Math.floor(source);
  return source === below ? [below] : [below, below + 1];
}

/**
 * What a position sees through several branches together.
 *
 * Branches of different strides, as one that was resized to another's odd size, move apart along the map, so that
 * there is no window without the map's end: then the `length` positions that the map has are taken one by one.
 *
 * @param length positions of the feature map
 * @param pixels of the image
 */
export function join(reaches: readonly Reach[], length: number, pixels: number): Reach {
  const [{ first, step }] = reaches;
  const alike = reaches.every((other) => other.step * first.length === step * other.first.length);
  const period = alike ? reaches.map((reach) => reach.first.length).reduce(lcm) : length;
  const seen = range(period).map((o) => reaches.map((reach) => seenFrom(reach, o)).reduce(hull, NOTHING));
  return { ...columns(seen), step: alike ? (step * period) / first.length : pixels };
}

/** `period` positions of the new map stand over `advance` positions of the old one, a multiple of its period. */
function gather(reach: Reach, period: number, advance: number, taps: (o: number) => number[]): Reach {
  const seen = range(period).map((o) =>
    taps(o)
      .map((i) => seenFrom(reach, i))
      .reduce(hull, NOTHING),
  );
  return { ...columns(seen), step: (reach.step * advance) / reach.first.length };
}

const hull = (a: Span, b: Span): Span => ({
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
});
const columns = (spans: Span[]) => ({
  first: spans.map(({ first }) => first),
  last: spans.map(({ last }) => last),
});
const range = (length: number) => Array.from({ length }, (_, index) => index);
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const lcm = (a: number, b: number) => (a / gcd(a, b)) * b;
