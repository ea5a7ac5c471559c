import type { Image } from '../../io/image';
import { elementsOf } from '../../metrics/grid';
import { requireImage } from '../spatial/samples';
import { mapChannels, requireNumber, type InFloats, type Interval } from './planes';
import { uniform, type Random } from './random-numbers';

export interface BiasFieldOptions {
  /** Greatest sum of exponents of the polynomial; default 3. */
  order?: number;
  /**
   * One for each product of powers of the positions along the axes, slowest first, the exponent of the last axis counting
   * fastest: for order 1 in the plane 1, x, y. `biasFieldTerms` says how many.
   */
  coefficients: readonly number[];
}

/** How many products of powers a polynomial of this order has: (order + n choose n). */
export function biasFieldTerms(dimensions: number, order: number): number {
  return exponentsOf(dimensions, order).length;
}

function exponentsOf(dimensions: number, order: number): number[][] {
  if (dimensions === 0) return [[]];
  return Array.from({ length: order + 1 }, (_, exponent) =>
    exponentsOf(dimensions - 1, order - exponent).map((others) => [exponent, ...others]),
  ).flat();
}

/**
 * exp(Σ cᵢ · xᵃ yᵇ zᶜ), with positions from −1 to 1 over the image: how unevenly a coil receives. Equal to the field of
 * TorchIO's `BiasField` (Van Leemput et al. 1999).
 *
 * @returns row-major, one number for each place of `shape`
 * @throws RangeError for an order that is no integer from 0, and another number of coefficients than terms
 */
export function biasField(shape: readonly number[], options: BiasFieldOptions): Float32Array {
  const { order = 3, coefficients } = options;
  requireOrder('biasField', order);
  const terms = exponentsOf(shape.length, order);
  if (coefficients.length !== terms.length || !coefficients.every(Number.isFinite)) {
    throw new RangeError(
      `biasField: got ${coefficients.length} coefficients; expected ${terms.length} finite numbers for order ${order} ` +
        `in ${shape.length} dimensions`,
    );
  }
  const powers = shape.map((size) => positionPowers(size, order));
  const width = shape[shape.length - 1];
  const field = new Float32Array(elementsOf(shape));
  const line = new Float64Array(order + 1);
  const places = shape.slice(0, -1).map(() => 0);
  for (let start = 0; start < field.length; start += width) {
    // Along a row, the polynomial is one of the last position only.
    line.fill(0);
    terms.forEach((exponents, term) => {
      let value = coefficients[term];
      for (let axis = 0; axis < places.length; axis++) value *= powers[axis][exponents[axis]][places[axis]];
      line[exponents[places.length]] += value;
    });
    const positions = powers[places.length];
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let exponent = 0; exponent <= order; exponent++)
        sum += line[exponent] * positions[exponent][column];
      field[start + column] = Math.exp(sum);
    }
    for (let axis = places.length - 1; axis >= 0 && ++places[axis] === shape[axis]; axis--) places[axis] = 0;
  }
  return field;
}

/** The powers 0 … order of the positions along an axis, which lie between −1 and 1; 0 of a single one. */
function positionPowers(size: number, order: number): Float64Array[] {
  const half = (size - 1) / 2;
  return Array.from({ length: order + 1 }, (_, exponent) =>
    Float64Array.from({ length: size }, (_, index) => (half > 0 ? (index - half) / half : 0) ** exponent),
  );
}

/**
 * x · field, for each channel.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError as `biasField`
 */
export function addBiasField<I extends Image>(image: I, options: BiasFieldOptions): InFloats<I> {
  requireImage('addBiasField', image);
  const field = biasField(image.shape, options);
  return mapChannels('addBiasField', image, (plane) => {
    for (let index = 0; index < plane.length; index++) plane[index] *= field[index];
    return plane;
  });
}

/** `addBiasField` by drawn coefficients; the defaults are those of TorchIO's `RandomBiasField`. */
export function randomBiasField<I extends Image>(
  image: I,
  options: {
    /** Default 3. */
    order?: number;
    /** Of each coefficient; default [−0.5, 0.5]. */
    coefficients?: Interval;
  },
  random: Random,
): InFloats<I> {
  const { order = 3, coefficients = [-0.5, 0.5] } = options;
  requireOrder('randomBiasField', order);
  coefficients.forEach((limit) => requireNumber('randomBiasField', 'coefficients', limit));
  const drawn = Array.from({ length: biasFieldTerms(image.shape.length, order) }, () =>
    uniform(coefficients, random),
  );
  return addBiasField(image, { order, coefficients: drawn });
}

function requireOrder(owner: string, order: number): void {
  if (Number.isInteger(order) && order >= 0 && order <= 10) return;
  throw new RangeError(`${owner}: got order ${order}; expected an integer from 0 to 10`);
}
