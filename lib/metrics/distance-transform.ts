import { requireGrid, requireSpacing } from './grid';

/** For each element: how far the nearest zero is, and which element that is (−1 where there is no zero). */
export interface NearestZeros {
  distances: Float64Array;
  /** Flat row-major index of the nearest zero, the element's own where it is zero; any one of equally near ones. */
  indices: Int32Array;
}

/**
 * The exact Euclidean distance of each element to the nearest zero: D(p) = min over q with mask(q) = 0 of
 * √Σₐ (spacingₐ·(pₐ − qₐ))²; 0 at zeros, Infinity everywhere where there is no zero.
 *
 * Squared distances are separable: one pass an axis replaces f(p) by min over q of spacing²·(p − q)² + f(q), the
 * lower envelope of parabolas (Felzenszwalb and Huttenlocher 2012, "Distance transforms of sampled functions",
 * algorithm 1), in time proportional to the number of elements. Equals `scipy.ndimage.distance_transform_edt`
 * with `sampling`, where there is a zero.
 *
 * @param mask row-major values (last axis fastest), any but 0 inside
 * @param shape sizes of the axes, slowest first: [length], [height, width] or [depth, height, width]
 * @param spacing distance of neighbours along each axis, default 1; the result has its unit
 * @throws RangeError for sizes that do not multiply to the number of values, and a spacing that is not positive
 */
export function distanceTransform(
  mask: ArrayLike<number>,
  shape: readonly number[],
  spacing?: readonly number[],
): Float64Array {
  return transform('distanceTransform', mask, shape, spacing, undefined);
}

/**
 * `distanceTransform` that also says which zero is the nearest.
 *
 * @param mask as for `distanceTransform`
 * @param shape as for `distanceTransform`
 * @param spacing as for `distanceTransform`
 * @throws RangeError as `distanceTransform`
 */
export function nearestZeros(
  mask: ArrayLike<number>,
  shape: readonly number[],
  spacing?: readonly number[],
): NearestZeros {
  const indices = new Int32Array(mask.length);
  return { distances: transform('nearestZeros', mask, shape, spacing, indices), indices };
}

function transform(
  owner: string,
  mask: ArrayLike<number>,
  shape: readonly number[],
  spacing: readonly number[] | undefined,
  indices: Int32Array | undefined,
): Float64Array {
  requireGrid(owner, mask, shape);
  const step = requireSpacing(owner, shape, spacing);
  const distances = new Float64Array(mask.length);
  for (let index = 0; index < mask.length; index++) {
    const zero = mask[index] === 0;
    distances[index] = zero ? 0 : Infinity;
    if (indices) indices[index] = zero ? index : -1;
  }
  let stride = mask.length;
  // Slowest axis first: squares are then added in SciPy's order, and a distance is not an ulp beside a tolerance there.
  shape.forEach((size, axis) => {
    const block = stride;
    stride /= size;
    const pass = new LowerEnvelope(size, stride, step[axis]);
    for (let start = 0; start < mask.length; start += block) {
      for (let inner = start; inner < start + stride; inner++) pass.apply(distances, indices, inner);
    }
  });
  for (let index = 0; index < distances.length; index++) distances[index] = Math.sqrt(distances[index]);
  return distances;
}

/** One pass along one axis; the buffers serve all of its lines. */
class LowerEnvelope {
  private readonly heights: Float64Array;
  private readonly sources: Int32Array;
  /** Where the parabolas of the envelope have their lowest points, left to right. */
  private readonly vertices: Int32Array;
  /** From where on each of them is the lowest. */
  private readonly starts: Float64Array;

  constructor(
    private readonly length: number,
    private readonly stride: number,
    private readonly spacing: number,
  ) {
    this.heights = new Float64Array(length);
    this.sources = new Int32Array(length);
    this.vertices = new Int32Array(length);
    this.starts = new Float64Array(length);
  }

  apply(values: Float64Array, indices: Int32Array | undefined, start: number): void {
    const { length, stride, spacing, heights, sources, vertices, starts } = this;
    const weight = spacing * spacing;
    let count = 0;
    for (let q = 0, at = start; q < length; q++, at += stride) {
      const height = values[at];
      heights[q] = height;
      if (indices) sources[q] = indices[at];
      if (height === Infinity) continue;
      let from = -Infinity;
      while (count > 0) {
        const v = vertices[count - 1];
        from = (q + v + (height - heights[v]) / (weight * (q - v))) / 2;
        if (from > starts[count - 1]) break;
        count--;
      }
      vertices[count] = q;
      starts[count++] = from;
    }
    if (count === 0) return;
    for (let p = 0, lowest = 0, at = start; p < length; p++, at += stride) {
      while (lowest + 1 < count && starts[lowest + 1] < p) lowest++;
      const v = vertices[lowest];
      const offset = spacing * (p - v);
      values[at] = heights[v] + offset * offset;
      if (indices) indices[at] = sources[v];
    }
  }
}
