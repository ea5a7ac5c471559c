import type { Image } from '../../io/image';
import { boundingBox } from '../../metrics/bounding-box';
import { elementsOf } from '../../metrics/grid';
import { fillHoles } from './fill-holes';
import { holds, requireImage } from './samples';
import { cropBox, type Cropped } from './window';

export interface NonzeroOptions {
  /**
   * Label that mask pixels of 0 outside of the non-zero region get, nnU-Net's −1; default: masks stay as they are. The
   * mask's type must hold it.
   */
  outsideLabel?: number;
}

export interface NonzeroCrop<I extends Image, M extends Image> extends Cropped<I> {
  mask?: M;
  /** 1 where any channel is not 0, and in holes of that; of the cropped sizes. */
  inside: Image<Uint8Array>;
}

/**
 * The smallest part of an image with all that is not 0, such as a head without the air around it, as nnU-Net crops
 * before anything else (`crop_to_nonzero`): any channel not 0, holes filled. An image of zeros stays whole.
 *
 * Shape: [h, w] or [d, h, w] → the bounding box, also of the mask; affines follow
 *
 * @throws RangeError where image and mask differ in size, and for a label that the mask's type does not hold
 */
export function cropToNonzero<I extends Image, M extends Image = Image>(
  sample: { image: I; mask?: M },
  { outsideLabel }: NonzeroOptions = {},
): NonzeroCrop<I, M> {
  const owner = 'cropToNonzero';
  const { image, mask } = sample;
  requireImage(owner, image);
  if (mask) requireSameShape(owner, image, mask);
  if (mask && outsideLabel !== undefined && !holds(mask.data, outsideLabel)) {
    throw new RangeError(
      `${owner}: got outsideLabel ${outsideLabel} for a ${mask.data.constructor.name}; expected a label that it holds: ` +
        'pass an Int8Array for −1',
    );
  }
  const { data, shape, channels } = image;
  const nonzero = new Uint8Array(elementsOf(shape));
  for (let pixel = 0, at = 0; pixel < nonzero.length; pixel++) {
    for (let channel = 0; channel < channels; channel++, at++) if (data[at] !== 0) nonzero[pixel] = 1;
  }
  const ranges = boundingBox([nonzero], shape, (value) => value > 0) ?? shape.map((to) => ({ from: 0, to }));
  const box = { start: ranges.map(({ from }) => from), shape: ranges.map(({ from, to }) => to - from) };
  const inside = cropBox({ data: fillHoles(nonzero, shape), shape, channels: 1 }, box);
  const cropped = { image: cropBox(image, box), box, from: shape, inside };
  if (!mask) return cropped;
  const labels = cropBox(mask, box);
  if (outsideLabel !== undefined) {
    for (let pixel = 0; pixel < inside.data.length; pixel++) {
      if (!inside.data[pixel] && labels.data[pixel] === 0) labels.data[pixel] = outsideLabel;
    }
  }
  return { ...cropped, mask: labels };
}

/** @throws RangeError where image and mask differ in size */
export function requireSameShape(owner: string, image: Image, mask: Image): void {
  requireImage(owner, mask);
  if (image.shape.join() !== mask.shape.join()) {
    throw new RangeError(
      `${owner}: image is [${image.shape.join(', ')}], mask is [${mask.shape.join(', ')}]; expected the same sizes`,
    );
  }
}
