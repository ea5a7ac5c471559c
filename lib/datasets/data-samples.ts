import type { Image } from '../io/image';
import { pixelsLike, type ImageStack, type Pixels } from '../io/image-stack';
import { flipRotateView, type FlipRotate } from '../transforms/flip-rotate';
import { copyView, wholePlane } from '../transforms/view';
import type { MaskedSample } from './sample';
import type { SegmentationData } from './segmentation-data';

/**
 * One image of the data and its mask, laid as `placement` says. Without one, its numbers are the data's own: not to be
 * written to.
 */
export function dataSample(
  { images, masks }: SegmentationData,
  index: number,
  placement?: FlipRotate,
): MaskedSample {
  return { image: placedPage(images, index, placement), mask: placedPage(masks, index, placement) };
}

function placedPage<T extends Pixels>(stack: ImageStack<T>, index: number, placement?: FlipRotate): Image<T> {
  const { height, width } = stack;
  const area = height * width;
  const page = stack.data.subarray(index * area, (index + 1) * area) as T;
  if (!placement) return { data: page, shape: [height, width], channels: 1 };
  const view = flipRotateView(wholePlane(height, width), placement);
  const data = pixelsLike(page, area);
  copyView(page, 0, view, data, 0);
  return { data, shape: [view.height, view.width], channels: 1 };
}

/** @throws RangeError where masks and images do not match, or `augment` would turn images that are not square */
export function requireData(owner: string, { images, masks }: SegmentationData, augment: boolean): void {
  if (masks.pages !== images.pages || masks.height !== images.height || masks.width !== images.width) {
    throw new RangeError(
      `${owner}: got masks of ${masks.pages}×${masks.height}×${masks.width}; expected ` +
        `${images.pages}×${images.height}×${images.width} like the images`,
    );
  }
  if (augment && images.height !== images.width) {
    throw new RangeError(
      `${owner}: got augment with images of ${images.height}×${images.width}; expected squares, which quarter turns keep; ` +
        'crop or resize them',
    );
  }
}
