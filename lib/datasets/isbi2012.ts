import type { ImageStack } from '../io/image-stack';
import { readTiff } from '../io/tiff';
import { resizeBilinear, resizeNearest } from '../transforms/resize';
import { DataError } from './data-error';
import type { OnProgress } from './data-progress';
import { ensureDataset } from './ensure';
import type { SegmentationData } from './segmentation-data';
import { realOrSynthetic, type SourceOptions } from './source';
import { syntheticEmStack } from './synthetic-em';

/** Pages, rows and columns of each stack of the challenge. */
const PAGES = 30;
const SIDE = 512;

export interface LoadIsbi2012Options extends SourceOptions {
  /** Side of the square images in pixels; 128 by default. */
  size?: number;
}

export interface Isbi2012 extends SegmentationData {
  source: 'isbi2012' | 'synthetic';
  /** Side of the images in pixels. */
  size: number;
  /** One line for the reader: which data these are, and why. */
  notice: string;
}

/**
 * Electron microscopy with the cell membranes marked: 30 serial sections of a fruit fly's nerve cord, 4 × 4 nm a pixel,
 * 50 nm apart (ISBI 2012 challenge; Cardona et al. 2010, Arganda-Carreras et al. 2015), or a synthetic twin.
 *
 * Images are resized bilinearly and masks by nearest neighbour, both as Pillow does, then images / 255 and membrane = 1
 * (label < 128; the challenge's labels are white for cells).
 *
 * Shape: images and masks [30, size, size]; `toTensors` makes [30, size, size, 1] of them
 *
 * @throws RangeError for a size that is no integer from 16 to 2048 or an unknown source
 * @throws DataError when the real data are wanted and cannot be had, and, also for `auto`, when files on disk are damaged
 */
export async function loadIsbi2012(options: LoadIsbi2012Options = {}): Promise<Isbi2012> {
  const { size = 128, source = 'auto', seed = 0, onProgress } = options;
  if (!Number.isInteger(size) || size < 16 || size > 2048) {
    throw new RangeError(
      `loadIsbi2012: got size ${size}; expected an integer from 16 to 2048, such as 128 or 512`,
    );
  }
  return realOrSynthetic(
    'loadIsbi2012',
    source,
    () => real(size, onProgress),
    (why) => synthetic(size, seed, why),
  );
}

async function real(size: number, onProgress?: OnProgress): Promise<Isbi2012> {
  const files = ['train-volume.tif', 'train-labels.tif'];
  const { paths, origin } = await ensureDataset('isbi2012', { files, onProgress });
  const [images, labels] = await Promise.all(files.map((file) => readStack(paths[file])));
  const notice = `ISBI 2012: the challenge's ${PAGES} training images and labels, from the ${origin}.`;
  return { ...prepare(images, labels, size), source: 'isbi2012', size, notice };
}

function synthetic(size: number, seed: number, why: string): Isbi2012 {
  const { images, labels } = syntheticEmStack({ pages: PAGES, size: SIDE, seed });
  const notice = `ISBI 2012: synthetic images and labels in place of the challenge's (seed ${seed}), ${why}`;
  return { ...prepare(images, labels, size), source: 'synthetic', size, notice };
}

async function readStack(path: string): Promise<ImageStack<Uint8Array>> {
  const stack = await readTiff(path);
  const { data, pages, height, width } = stack;
  if (!(data instanceof Uint8Array) || pages !== PAGES || height !== SIDE || width !== SIDE) {
    const got = `${pages}×${height}×${width}, ${data.BYTES_PER_ELEMENT * 8} bits`;
    throw new DataError('damaged', `${path}: got ${got}; expected ${PAGES}×${SIDE}×${SIDE}, 8 bits`);
  }
  return { data, pages, height, width };
}

function prepare(
  images: ImageStack<Uint8Array>,
  labels: ImageStack<Uint8Array>,
  size: number,
): SegmentationData {
  const scaled = resizeBilinear(images, size, size);
  const masks = resizeNearest(labels, size, size);
  return {
    images: { ...scaled, data: Float32Array.from(scaled.data, (value) => value / 255) },
    masks: { ...masks, data: masks.data.map((value) => (value < 128 ? 1 : 0)) },
  };
}
