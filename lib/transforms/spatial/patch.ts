import type { Image } from '../../io/image';
import { requireImage, requireSizes, roundHalfEven } from './samples';
import { requireSameShape } from './nonzero';
import { cropBox, type Box, type PadOptions } from './window';

export interface PatchOptions {
  /** Sizes of the patch, slowest axis first. */
  shape: readonly number[];
  /** True: the patch's middle is on foreground, where there is any; default false: anywhere. */
  foreground?: boolean;
  /** Labels that are foreground; default all but 0 that the mask has, and negative ones left out. */
  labels?: readonly number[];
  /** Outside of the image; default fill 0. */
  image?: PadOptions;
  /** Outside of the mask; default fill 0. */
  mask?: PadOptions;
}

/**
 * Where a patch is cut, by nnU-Net's rules (`nnUNetDataLoader.get_bbox`): anywhere inside; about the middle along axes
 * that are shorter than the patch; with `foreground` about a pixel of a label that is drawn first, so that rare labels
 * come as often as common ones. Such a patch may reach beyond the image's end.
 *
 * @param random uniform numbers in [0, 1)
 * @throws RangeError for other sizes than the mask has axes, and foreground without a mask
 */
export function drawPatch(
  image: Image,
  mask: Image | undefined,
  { shape, foreground = false, labels }: PatchOptions,
  random: () => number,
): Box {
  const owner = 'drawPatch';
  requireImage(owner, image);
  requireSizes(owner, shape, image.shape.length);
  if (foreground && !mask)
    throw new RangeError(`${owner}: got no mask; expected one for patches on foreground`);
  const pixel = foreground && mask ? drawForeground(mask, labels, random) : undefined;
  return placePatch(image.shape, shape, pixel, random);
}

/**
 * Where a patch of this shape is cut of an image: about a pixel, or anywhere, as `drawPatch` says.
 *
 * @param pixel its place along each axis
 */
export function placePatch(
  image: readonly number[],
  shape: readonly number[],
  pixel: readonly number[] | undefined,
  random: () => number,
): Box {
  const missing = shape.map((size, axis) => Math.max(0, size - image[axis]));
  const low = missing.map((count) => -Math.ceil(count / 2));
  const high = missing.map((count, axis) => image[axis] + Math.ceil(count / 2) - shape[axis]);
  const start = pixel
    ? pixel.map((at, axis) => Math.max(low[axis], at - Math.floor(shape[axis] / 2)))
    : low.map((least, axis) => least + Math.floor(random() * (high[axis] - least + 1)));
  return { start, shape };
}

/**
 * Cuts the same random patch from image and mask.
 *
 * Shape: [h, w] or [d, h, w] → options.shape; affines follow
 *
 * @throws RangeError where image and mask differ in size, and as `drawPatch`
 */
export function randomPatch<I extends Image, M extends Image = Image>(
  sample: { image: I; mask?: M },
  options: PatchOptions,
  random: () => number,
): { image: I; mask?: M; box: Box } {
  const { image, mask } = sample;
  if (mask) requireSameShape('randomPatch', image, mask);
  const box = drawPatch(image, mask, options, random);
  const patch = { image: cropBox(image, box, options.image), box };
  return mask ? { ...patch, mask: cropBox(mask, box, options.mask) } : patch;
}

/**
 * Whether patch number `position` of a batch is to be on foreground: the last third of it (nnU-Net's
 * `_oversample_last_XX_percent`, position ≥ round(batch size · (1 − share))).
 */
export function forcesForeground(position: number, batchSize: number, share = 0.33): boolean {
  return position >= roundHalfEven(batchSize * (1 - share));
}

/** A random pixel of a random label, undefined where there is no foreground. */
function drawForeground(
  { data, shape }: Image,
  labels: readonly number[] | undefined,
  random: () => number,
): number[] | undefined {
  const counts = new Map<number, number>();
  for (let index = 0; index < data.length; index++) {
    const label = data[index];
    if (labels ? labels.includes(label) : label > 0) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  const present = [...counts.keys()].sort((a, b) => a - b);
  const label = present[Math.floor(random() * present.length)];
  let rank = Math.floor(random() * counts.get(label)!);
  let index = -1;
  while (rank >= 0) if (data[++index] === label) rank--;
  return placeOf(index, shape);
}

/** Where the pixel of that number lies along each axis. */
export function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}
