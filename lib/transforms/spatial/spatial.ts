import type { Image } from '../../io/image';
import {
  aboutCentre,
  composeMaps,
  identityMap,
  rotationMap,
  scalingMap,
  shearMap,
  translationMap,
  type AffineMap,
  type Shear,
} from './affine';
import {
  gridDisplacement,
  smoothDisplacement,
  type GridDisplacementOptions,
  type SmoothDisplacementOptions,
} from './elastic';
import { requireSameShape } from './nonzero';
import { warp, type Geometry, type SamplingOptions, type WarpOptions } from './warp';

/** How a picture is moved about its middle. */
export interface Movement {
  /** Degrees: one number for a picture, three for a volume (about the slice, row and column axis); see `rotationMap`. */
  rotation?: number | readonly number[];
  /** Factor by which things grow, one for all axes or one for each; default 1. */
  scaling?: number | readonly number[];
  /** In the moved picture, applied one after the other. */
  shear?: Shear | readonly Shear[];
  /** How far things move, in samples along each axis. */
  translation?: readonly number[];
}

/**
 * The map of new to old positions that scales a picture, then shears, turns and moves it, all about its middle: one map,
 * so that the picture is resampled once.
 *
 * @throws RangeError for factors that are not positive, and numbers of other dimensions than the shape has
 */
export function movementMap(shape: readonly number[], movement: Movement): AffineMap {
  const owner = 'movementMap';
  const { rotation, scaling = 1, shear = [], translation } = movement;
  const dimensions = shape.length;
  const factors = typeof scaling === 'number' ? shape.map(() => scaling) : scaling;
  if (factors.length !== dimensions || factors.some((factor) => !(factor > 0 && factor < Infinity))) {
    throw new RangeError(
      `${owner}: got scaling [${factors.join(', ')}]; expected positive numbers, one or ${dimensions}`,
    );
  }
  const angles = rotation === undefined ? undefined : typeof rotation === 'number' ? [rotation] : rotation;
  if (angles && angles.length !== (dimensions === 2 ? 1 : 3)) {
    throw new RangeError(
      `${owner}: got rotation [${angles.join(', ')}]; expected ${dimensions === 2 ? '1 angle' : '3 angles'} in degrees`,
    );
  }
  if (translation && (translation.length !== dimensions || !translation.every(Number.isFinite))) {
    throw new RangeError(
      `${owner}: got translation [${translation.join(', ')}]; expected ${dimensions} finite numbers`,
    );
  }
  const shears = 'along' in shear ? [shear] : shear;
  const map = composeMaps(
    scalingMap(factors.map((factor) => 1 / factor)),
    ...shears.map(({ along, by, factor }) => shearMap(dimensions, { along, by, factor: -factor })),
    angles ? rotationMap(angles) : identityMap(dimensions),
    translationMap(translation ? translation.map((offset) => 0 - offset) : shape.map(() => 0)),
  );
  return aboutCentre(map, shape);
}

/**
 * Scales, shears, turns and moves a picture or volume about its middle in one resampling.
 *
 * @throws RangeError as `movementMap` and `warp`
 */
export function move<I extends Image>(image: I, movement: Movement, options: SamplingOptions = {}): I {
  return warp(image, { affine: movementMap(image.shape, movement) }, options);
}

/**
 * Turns a picture counter-clockwise about its middle, in degrees, or a volume about its axes; equal to
 * `scipy.ndimage.rotate(reshape=False)`.
 */
export function rotate<I extends Image>(
  image: I,
  degrees: number | readonly number[],
  options: SamplingOptions = {},
): I {
  return move(image, { rotation: degrees }, options);
}

/** Deformation of a picture: U-Net's coarse grid, or Simard's smoothed field. */
export type Elastic =
  ({ kind: 'grid' } & GridDisplacementOptions) | ({ kind: 'smooth' } & SmoothDisplacementOptions);

/** The deformation that `elastic` draws. */
export function elasticDisplacement(shape: readonly number[], elastic: Elastic, random: () => number) {
  return elastic.kind === 'grid'
    ? gridDisplacement(shape, elastic, random)
    : smoothDisplacement(shape, elastic, random);
}

/**
 * Deforms image and mask by the same random field.
 *
 * @param random uniform numbers in [0, 1)
 * @throws RangeError as `gridDisplacement`, `smoothDisplacement` and `warpSample`
 */
export function elasticDeform<I extends Image, M extends Image = Image>(
  sample: { image: I; mask?: M },
  elastic: Elastic,
  random: () => number,
  options: SampleOptions = {},
): { image: I; mask?: M } {
  const { shape } = sample.image;
  const geometry = {
    affine: identityMap(shape.length),
    displacement: elasticDisplacement(shape, elastic, random),
  };
  return warpSample(sample, geometry, options);
}

export interface SampleOptions {
  /** Default order 1, constant border of 0. */
  image?: WarpOptions;
  /** Default order 0, constant border of 0. */
  mask?: WarpOptions;
}

/**
 * Resamples image and mask by the same geometry.
 *
 * @throws RangeError where they differ in size, and as `warp`
 */
export function warpSample<I extends Image, M extends Image = Image>(
  { image, mask }: { image: I; mask?: M },
  geometry: Geometry,
  options: SampleOptions = {},
): { image: I; mask?: M } {
  if (!mask) return { image: warp(image, geometry, options.image) };
  requireSameShape('warpSample', image, mask);
  return {
    image: warp(image, geometry, options.image),
    mask: warp(mask, geometry, { order: 0, ...options.mask }),
  };
}
