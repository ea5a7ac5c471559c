import type { Image } from '../io/image';
import type { ImageStack, Pixels } from '../io/image-stack';
import type { FlipRotate } from '../transforms/flip-rotate';
import { flip, quarterTurn } from '../transforms/spatial/flips';
import { requireMask, type MaskedSample } from './sample';
import type { SegmentationData, SegmentationSamples } from './segmentation-data';

export function countOf(data: SegmentationData | SegmentationSamples): number {
  return 'sample' in data ? data.count : data.images.pages;
}

/**
 * One image of the data and its mask, laid as `placement` says. Without one, its numbers are the data's own: not to be
 * written to.
 */
export function dataSample(
  data: SegmentationData | SegmentationSamples,
  index: number,
  placement?: FlipRotate,
): MaskedSample {
  const sample =
    'sample' in data
      ? requireMask(data.sample(index))
      : { image: pageAt(data.images, index), mask: pageAt(data.masks, index) };
  if (!placement) return sample;
  return { ...sample, image: placed(sample.image, placement), mask: placed(sample.mask, placement) };
}

function pageAt({ data, height, width }: ImageStack, index: number): Image<Pixels> {
  const area = height * width;
  return { data: data.subarray(index * area, (index + 1) * area), shape: [height, width], channels: 1 };
}

/** The flips, then the turns; those of each slice in a volume. */
function placed(image: Image, { vertical, horizontal, turns }: FlipRotate): Image {
  const rows = image.shape.length - 2;
  const flipped = [...(vertical ? [rows] : []), ...(horizontal ? [rows + 1] : [])];
  return quarterTurn(flip(image, flipped), turns);
}

/** @throws RangeError where masks and images do not match, or `augment` would turn images that are not square */
export function requireData(
  owner: string,
  data: SegmentationData | SegmentationSamples,
  augment: boolean,
): void {
  if ('sample' in data) {
    if (!Number.isSafeInteger(data.count) || data.count < 0 || typeof data.sample !== 'function') {
      throw new RangeError(
        `${owner}: got ${String(data.count)} samples by ${typeof data.sample}; expected a count and a function of the index`,
      );
    }
    return;
  }
  const { images, masks } = data;
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
