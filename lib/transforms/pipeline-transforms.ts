import type { Image } from '../io/image';
import { uniform, type Random } from './intensity/random-numbers';
import type { Interval } from './intensity/planes';
import type { Json, Sample, Transform } from './pipeline';
import { samplesLike } from './spatial/samples';
import { requireSampling, type Border, type Order } from './spatial/borders';
import { flip, quarterTurn } from './spatial/flips';
import { randomPatch, type PatchOptions } from './spatial/patch';
import { cropOrPad } from './spatial/window';
import { elasticDisplacement, movementMap, warpSample, type Elastic } from './spatial/spatial';

/**
 * A transform of the image alone, such as of its intensities.
 *
 * @param change makes a new image
 */
export function imageTransform<O extends Json>(
  name: string,
  options: O,
  change: (image: Image, options: O, random: Random) => Image,
): Transform {
  return {
    name,
    options,
    apply: (sample, random) => ({ ...sample, image: change(sample.image, options, random) }),
  };
}

/**
 * Changes each channel on its own, with numbers of its own.
 *
 * @param probability of each channel
 * @param change of an image with one channel into another of its sizes
 */
export function eachChannel(
  image: Image,
  probability: number,
  random: Random,
  change: (channel: Image) => Image,
): Image {
  const { channels, data, shape } = image;
  if (channels === 1) return random() < probability ? change(image) : image;
  const result = new Float32Array(data);
  for (let channel = 0; channel < channels; channel++) {
    if (random() >= probability) continue;
    const plane = samplesLike(data, data.length / channels);
    for (let pixel = 0; pixel < plane.length; pixel++) plane[pixel] = data[pixel * channels + channel];
    const changed = change({ data: plane, shape, channels: 1 }).data;
    for (let pixel = 0; pixel < plane.length; pixel++) result[pixel * channels + channel] = changed[pixel];
  }
  return { ...image, data: result };
}

/** Flips along each of the axes with probability ½, or another. @throws RangeError as `flip` */
export function randomFlip(options: { axes: readonly number[]; probability?: number }): Transform {
  const { axes, probability = 0.5 } = options;
  return spatialTransform('randomFlip', { axes, probability }, (sample, random) => {
    const chosen = axes.filter(() => random() < probability);
    return both(sample, (image) => flip(image, chosen));
  });
}

/** 0 to 3 quarter turns, all equally likely; in the plane of the last two axes unless told. */
export function randomQuarterTurn(options: { plane?: readonly [number, number] } = {}): Transform {
  return spatialTransform('randomQuarterTurn', { ...options }, (sample, random) => {
    const turns = Math.floor(random() * 4);
    return both(sample, (image) => quarterTurn(image, turns, options.plane));
  });
}

export interface RandomCropOptions extends Omit<PatchOptions, 'foreground'> {
  /** Of a patch whose middle is on foreground, where the sample has some; 0 by default. */
  foregroundProbability?: number;
}

/**
 * Cuts the same random patch of image and mask, as `randomPatch`: samples of any sizes become of one.
 *
 * @throws RangeError for a probability out of 0…1; as `randomPatch` when applied
 */
export function randomCrop(options: RandomCropOptions): Transform {
  const { foregroundProbability = 0, ...patch } = options;
  if (!(foregroundProbability >= 0 && foregroundProbability <= 1)) {
    throw new RangeError(`randomCrop: got foregroundProbability ${foregroundProbability}; expected 0 to 1`);
  }
  const record = { ...options, foregroundProbability } as object as Json;
  return spatialTransform('randomCrop', record, (sample, random) => {
    const foreground = random() < foregroundProbability && sample.mask !== undefined;
    const { image, mask } = randomPatch(sample, { ...patch, foreground }, random);
    return { ...sample, image, ...(mask ? { mask } : {}) };
  });
}

/** The part of these sizes about the middle of image and mask, or the whole padded to them. */
export function centreCrop(options: { shape: readonly number[] }): Transform {
  return spatialTransform('centreCrop', { ...options }, (sample) =>
    both(sample, (image) => cropOrPad(image, options.shape).image),
  );
}

export interface RandomMovementOptions {
  /** Degrees: of the only angle of a picture; for a volume one interval for all three, or one for each. */
  rotation?: Interval | readonly Interval[];
  rotationProbability?: number;
  /** Factor by which the field of view grows, as nnU-Net's: 1.4 shows things at 1 / 1.4 of their size. */
  scaling?: Interval;
  scalingProbability?: number;
  /** Axes that are scaled, by one factor; default all. */
  scalingAxes?: readonly number[];
  /** Samples along each axis. */
  translation?: Interval;
  translationProbability?: number;
  /** Samples along one axis for each along another, drawn for each ordered pair of axes. */
  shear?: Interval;
  shearProbability?: number;
  elastic?: Elastic;
  elasticProbability?: number;
  /** Of the image; default order 1, border 'grid-constant' with fill 0. */
  order?: Order;
  border?: Border;
  fill?: number;
  /** Label outside of the mask; default 0. */
  maskFill?: number;
}

/**
 * Deforms, turns, scales, shears and moves image and mask together in one resampling, each with its probability (default
 * 1 for those that have a range); nothing is resampled where nothing was drawn. Masks take the nearest label.
 *
 * @throws RangeError for an unknown order or border; as `movementMap` and `warp` when applied
 */
export function randomMovement(options: RandomMovementOptions): Transform {
  const { order = 1, border = 'grid-constant', fill = 0, maskFill = 0 } = options;
  requireSampling('randomMovement', order, border);
  const record = { ...options, order, border, fill, maskFill } as object as Json;
  return spatialTransform('randomMovement', record, (sample, random) => {
    const { shape } = sample.image;
    const movement = drawMovement(shape.length, options, random);
    const deforms = options.elastic && random() < (options.elasticProbability ?? 1);
    if (!movement && !deforms) return sample;
    const displacement = deforms ? elasticDisplacement(shape, options.elastic!, random) : undefined;
    const geometry = { affine: movementMap(shape, movement ?? {}), displacement };
    // One label outside fits all borders but those that show the image again.
    const outside = border === 'constant' || border === 'grid-constant';
    const mask = { order: 0, border: outside ? 'constant' : border, fill: maskFill } as const;
    return warpSample(sample, geometry, { image: { order, border, fill }, mask });
  });
}

/** All chances are drawn first, and numbers only for what happens. */
function drawMovement(dimensions: number, options: RandomMovementOptions, random: Random) {
  const { rotation, scaling, translation, shear } = options;
  const happens = (range: unknown, probability = 1) => random() < probability && range !== undefined;
  const turns = happens(rotation, options.rotationProbability);
  const scales = happens(scaling, options.scalingProbability);
  const moves = happens(translation, options.translationProbability);
  const shears = happens(shear, options.shearProbability);
  if (!turns && !scales && !moves && !shears) return undefined;
  const axes = Array.from({ length: dimensions }, (_, axis) => axis);
  const angles = () => anglesOf(rotation!, dimensions).map((range) => uniform(range, random));
  const factor = scales ? 1 / uniform(scaling!, random) : 1;
  return {
    rotation: turns ? angles() : undefined,
    scaling: axes.map((axis) => (options.scalingAxes?.includes(axis) === false ? 1 : factor)),
    translation: moves ? axes.map(() => uniform(translation!, random)) : undefined,
    shear: shears
      ? axes.flatMap((along) =>
          axes.filter((by) => by !== along).map((by) => ({ along, by, factor: uniform(shear!, random) })),
        )
      : undefined,
  };
}

function anglesOf(rotation: Interval | readonly Interval[], dimensions: number): readonly Interval[] {
  if (Array.isArray(rotation[0])) return rotation as readonly Interval[];
  return Array.from({ length: dimensions === 2 ? 1 : 3 }, () => rotation as Interval);
}

function spatialTransform(name: string, options: Json, apply: Transform['apply']): Transform {
  return { name, options, apply };
}

function both(sample: Sample, change: (image: Image) => Image): Sample {
  return {
    ...sample,
    image: change(sample.image),
    ...(sample.mask ? { mask: change(sample.mask) } : {}),
  };
}
