/**
 * What lies outside of an image, by the names of `scipy.ndimage`, for samples a b c d:
 *
 * - `constant`: k k k | a b c d | k k k, with nothing interpolated between d and k: positions outside are k
 * - `grid-constant`: the same samples, with interpolation between d and k
 * - `nearest`: a a a | a b c d | d d d
 * - `reflect`: c b a | a b c d | d c b
 * - `mirror`: d c b | a b c d | c b a
 * - `grid-wrap`: b c d | a b c d | a b c
 * - `wrap`: the same with d and a at one place, so that the period is a sample shorter
 */
export type Border = 'constant' | 'nearest' | 'reflect' | 'mirror' | 'wrap' | 'grid-constant' | 'grid-wrap';

export const BORDERS: readonly Border[] = [
  'constant',
  'nearest',
  'reflect',
  'mirror',
  'wrap',
  'grid-constant',
  'grid-wrap',
];

/** 0: the nearest sample; 1: linear; 3: cubic B-spline through the samples. */
export type Order = 0 | 1 | 3;

/** @throws RangeError for another border or order */
export function requireSampling(owner: string, order: Order, border: Border): void {
  if (![0, 1, 3].includes(order)) {
    throw new RangeError(`${owner}: got order ${order}; expected 0 (nearest), 1 (linear) or 3 (cubic)`);
  }
  if (!BORDERS.includes(border)) {
    throw new RangeError(`${owner}: got border ${border}; expected one of: ${BORDERS.join(', ')}`);
  }
}

/** What a position outside of a constant border becomes. */
export const OUTSIDE = -2;

/**
 * A position along an axis of `size` samples as one inside that has the same value, as `scipy.ndimage` finds it;
 * `OUTSIDE` where there is none. Under `reflect` and `grid-wrap` it may lie up to a sample outside, where it is between
 * two samples of opposite ends.
 */
export function foldPosition(position: number, size: number, border: Border): number {
  const last = size - 1;
  if (position >= 0 && position <= last) return position;
  switch (border) {
    case 'constant':
      return OUTSIDE;
    case 'grid-constant':
      return position > -1 && position < size ? position : OUTSIDE;
    case 'nearest':
      return position < 0 ? 0 : last;
    case 'reflect': {
      const inPeriod = modulo(position, 2 * size);
      return inPeriod > size - 0.5 ? 2 * size - 1 - inPeriod : inPeriod;
    }
    case 'mirror': {
      if (last === 0) return 0;
      const inPeriod = modulo(position, 2 * last);
      return inPeriod > last ? 2 * last - inPeriod : inPeriod;
    }
    case 'grid-wrap':
      return modulo(position, size);
    case 'wrap':
      return last === 0 ? 0 : modulo(position, last);
  }
}

/** The sample at an integer place along an axis, −1 where there is none. */
export function foldIndex(index: number, size: number, border: Border): number {
  if (index >= 0 && index < size) return index;
  if (border === 'grid-constant') return -1;
  const folded = foldPosition(index, size, border);
  return folded === OUTSIDE ? -1 : folded;
}

/** Where the samples around a position inside come from. SciPy continues `constant` and `wrap` by mirroring. */
export function tapBorder(border: Border): Border {
  return border === 'constant' || border === 'wrap' ? 'mirror' : border;
}

const modulo = (value: number, period: number) => value - period * Math.floor(value / period);
