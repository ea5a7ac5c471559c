import { boundingBox, cropped } from './bounding-box';
import { Values } from './confusion';
import { distanceTransform } from './distance-transform';
import { elementsOf, requireGrid, requireSpacing } from './grid';
import { elementSizes } from './surface-elements';
import { elementSurface, Surface, voxelSurface } from './surfaces';

/** What of a mask is its surface, and what each part of it weighs. */
export type SurfaceKind = 'voxels' | 'elements';

export interface SurfaceOptions {
  /** Distance of neighbours along each axis, in any unit, which the distances then have; default 1. */
  spacing?: readonly number[];
  /**
   * - `'voxels'` (default): voxels of the mask with a face to the outside; each weighs 1 (MONAI);
   * - `'elements'`: voxel corners between inside and outside; each weighs the length or area of the contour or surface
   *   around it (DeepMind's surface-distance package; MONAI's surface Dice with `use_subvoxels`).
   */
  surface?: SurfaceKind;
}

/** From each part of one surface to the nearest of the other. */
export interface DirectedDistances {
  /** Infinity where the other mask is empty; none where the own mask is. */
  distances: Float64Array;
  /** Length or area of each part; 1 each for `'voxels'`. */
  sizes: Float64Array;
}

/** The distances between the surfaces of two masks, from which all surface scores follow. */
export interface SurfaceDistances {
  surface: SurfaceKind;
  predictionToTruth: DirectedDistances;
  truthToPrediction: DirectedDistances;
}

/** Which of the two lists a score reads: from the prediction's surface, from the truth's, or both. */
export type SurfaceDirection = 'both' | 'predictionToTruth' | 'truthToPrediction';

/**
 * The Euclidean distances from each surface to the other, by distance transforms of their common bounding box. What
 * lies beyond the image is outside, so the surface of a full mask is the image's border.
 *
 * @param prediction probabilities or a mask; inside where the value ≥ 0.5, row-major
 * @param truth a mask of the same shape
 * @param shape [height, width] or [depth, height, width]
 * @throws RangeError for lengths that the shape does not have, other than 2 or 3 axes, a spacing that is not positive,
 *   an unknown kind of surface, and values that are NaN
 */
export function surfaceDistances(
  prediction: Values,
  truth: Values,
  shape: readonly number[],
  options: SurfaceOptions = {},
): SurfaceDistances {
  requireMasks('surfaceDistances', prediction, truth, shape);
  return distancesBetween('surfaceDistances', prediction, truth, shape, options, (value) => value >= 0.5);
}

/**
 * `surfaceDistances` of each class of two label maps against the other classes.
 *
 * @param prediction class numbers 0…classes − 1, row-major
 * @param truth class numbers of the same elements
 * @param classes how many there are
 * @param shape [height, width] or [depth, height, width]
 * @returns one entry a class, at the class's own index
 * @throws RangeError as `surfaceDistances`, and for a number of classes that is no positive integer
 */
export function classSurfaceDistances(
  prediction: Values,
  truth: Values,
  classes: number,
  shape: readonly number[],
  options: SurfaceOptions = {},
): SurfaceDistances[] {
  const owner = 'classSurfaceDistances';
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw new RangeError(`${owner}: got ${classes} classes; expected a positive integer`);
  }
  requireMasks(owner, prediction, truth, shape);
  return Array.from({ length: classes }, (_, label) =>
    distancesBetween(owner, prediction, truth, shape, options, (value) => value === label),
  );
}

function distancesBetween(
  owner: string,
  prediction: Values,
  truth: Values,
  shape: readonly number[],
  { spacing, surface = 'voxels' }: SurfaceOptions,
  isInside: (value: number) => boolean,
): SurfaceDistances {
  if (surface !== 'voxels' && surface !== 'elements') {
    throw new RangeError(`${owner}: got surface '${surface}'; expected 'voxels' or 'elements'`);
  }
  const step = requireSpacing(owner, shape, spacing);
  const box = boundingBox([prediction, truth], shape, isInside);
  const none = { distances: new Float64Array(0), sizes: new Float64Array(0) };
  if (!box) return { surface, predictionToTruth: none, truthToPrediction: none };

  const size = box.map(({ from, to }) => to - from);
  const sizes = surface === 'elements' ? elementSizes(step) : undefined;
  const [ofPrediction, ofTruth] = [prediction, truth].map((values) => {
    const mask = cropped(values, shape, box, isInside);
    return sizes ? elementSurface(mask, size, sizes) : voxelSurface(mask, size);
  });
  const grid = sizes ? size.map((length) => length + 1) : size;
  return {
    surface,
    predictionToTruth: distancesFrom(ofPrediction, ofTruth, grid, step),
    truthToPrediction: distancesFrom(ofTruth, ofPrediction, grid, step),
  };
}

function distancesFrom(
  from: Surface,
  to: Surface,
  shape: readonly number[],
  spacing: readonly number[],
): DirectedDistances {
  const distances = new Float64Array(from.points.length).fill(Infinity);
  if (from.points.length > 0 && to.points.length > 0) {
    const away = new Uint8Array(elementsOf(shape)).fill(1);
    for (const point of to.points) away[point] = 0;
    const map = distanceTransform(away, shape, spacing);
    from.points.forEach((point, index) => (distances[index] = map[point]));
  }
  return { distances, sizes: from.sizes };
}

function requireMasks(owner: string, prediction: Values, truth: Values, shape: readonly number[]): void {
  if (shape.length !== 2 && shape.length !== 3) {
    throw new RangeError(
      `${owner}: got shape [${shape.join(', ')}]; expected [height, width] or [depth, height, width]`,
    );
  }
  for (const [name, values] of [['predicted', prediction] as const, ['true', truth] as const]) {
    requireGrid(`${owner}: ${name} mask`, values, shape);
    for (let index = 0; index < values.length; index++) {
      if (Number.isNaN(values[index])) {
        throw new RangeError(`${owner}: got NaN for ${name} value ${index}; expected numbers`);
      }
    }
  }
}
