import { eachOf } from '../io/each-of';
import type { Image } from '../io/image';
import { readPicture } from '../io/picture';
import { seededRandom } from '../runtime/seed';
import type { OnProgress } from './data-progress';
import { ensureDataset } from './ensure';
import { mixSeeds } from './hash';
import { squareOf, toUnit, withChannels } from './picture-samples';
import type { SegmentationSamples } from './segmentation-data';
import { shuffled } from './shuffle';
import { realOrSynthetic, requireInteger, type SourceOptions } from './source';
import { syntheticNuclei } from './synthetic/nuclei';
import { readTabTable } from './tab-table';

/** Images of the data set, and of its synthetic twin unless told otherwise. */
const REAL_COUNT = 664;
const SYNTHETIC_COUNT = 40;
const READ_AT_ONCE = 4;

export interface LoadNucleiOptions extends SourceOptions {
  /** How many images, drawn by `seed`; by default all 664, or 40 synthetic ones. */
  count?: number;
  /**
   * Side in pixels: of each image the largest square about its middle, resized (image bilinear, labels nearest). Without it
   * each image keeps its own size. Small nuclei are lost where it is small.
   */
  size?: number;
  /** 1: colours become gray, the default; 3: gray becomes RGB. */
  channels?: 1 | 3;
}

export interface NucleiImage {
  id: string;
  /** Colours and stored size, such as `gray 256×256`. */
  kind: string;
  /** Shape: [height, width, 1 or 3], as it is stored, 0…255 */
  image: Image<Uint8Array>;
  /** Shape: [height, width], 0 outside and a number of its own in each nucleus */
  labels: Image<Uint16Array>;
  /** Nuclei that have at least a pixel. */
  nuclei: number;
}

export interface Nuclei extends SegmentationSamples {
  source: 'nuclei' | 'synthetic';
  images: NucleiImage[];
  /**
   * The kind of each image. As `strata` of `splitIndices` and `kFold`, all kinds come into all parts; as `groups`, a
   * network is tested on kinds that it has never seen. Patients are not published.
   */
  kinds: string[];
  /** Shapes: image [height, width, channels], 0…1; mask [height, width], 1 in nuclei; labels as in `images` */
  sample(index: number): {
    image: Image<Float32Array>;
    mask: Image<Uint8Array>;
    labels: Image<Uint16Array>;
  };
  /** One line for the reader: which data these are, and why. */
  notice: string;
}

/**
 * Cell nuclei under the microscope with each nucleus marked: the first stage of the 2018 Data Science Bowl (BBBC038,
 * Caicedo et al. 2019, CC0) with corrected labels: 664 images of different sizes, most fluorescent and gray, 107 stained
 * and in colour; 28,986 nuclei. Or a synthetic twin.
 *
 * Batches need one size and one number of channels: give `size`, or cut patches in a transform (`randomCrop`).
 *
 * Memory: about 400 MB for all of them at their own sizes.
 *
 * @throws RangeError for an option out of its range
 * @throws DataError when the real data are wanted and cannot be had, and, also for `auto`, when files on disk are damaged
 */
export async function loadNuclei(options: LoadNucleiOptions = {}): Promise<Nuclei> {
  const { count, size, channels = 1, source = 'auto', seed = 0, onProgress } = options;
  if (count !== undefined) requireInteger('loadNuclei', 'count', count, 1, REAL_COUNT);
  if (size !== undefined) requireInteger('loadNuclei', 'size', size, 16, 2048);
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`loadNuclei: got ${String(channels)} channels; expected 1 (gray) or 3 (RGB)`);
  }
  const prepare = (id: string, kind: string, image: Image<Uint8Array>, labels: Image<Uint16Array>) => {
    const sized = size === undefined ? { image, labels } : inSquare(image, labels, size);
    return { id, kind, ...sized, nuclei: numbersIn(sized.labels.data) };
  };
  return realOrSynthetic(
    'loadNuclei',
    source,
    async () => {
      const { images, origin } = await real(count ?? REAL_COUNT, seed, prepare, onProgress);
      const notice = `Nuclei: ${images.length} images of the 2018 Data Science Bowl, from the ${origin}.`;
      return { ...samplesOf(images, channels), source: 'nuclei' as const, notice };
    },
    (why) => {
      const images = synthetic(count ?? SYNTHETIC_COUNT, seed, prepare, onProgress);
      const notice = `Nuclei: ${images.length} synthetic images in place of those of the 2018 Data Science Bowl (seed ${seed}), ${why}`;
      return { ...samplesOf(images, channels), source: 'synthetic' as const, notice };
    },
  );
}

export const nucleiKind = (image: Record<'mode' | 'height' | 'width', string | number>): string =>
  `${image.mode} ${image.height}×${image.width}`;

type Prepare = (
  id: string,
  kind: string,
  image: Image<Uint8Array>,
  labels: Image<Uint16Array>,
) => NucleiImage;

async function real(
  count: number,
  seed: number,
  prepare: Prepare,
  onProgress?: OnProgress,
): Promise<{ images: NucleiImage[]; origin: string }> {
  const index = (await ensureDataset('nuclei', { files: ['index.tsv'] })).paths['index.tsv'];
  const rows = readTabTable(index, ['id', 'width', 'height', 'mode']);
  const drawn = shuffled(rows.length, seededRandom(seed)).slice(0, count);
  const chosen = drawn.sort((a, b) => a - b).map((row) => rows[row]);
  const files = chosen.flatMap(({ id }) => [`images/${id}.png`, `labels/${id}.png`]);
  const { paths, origin } = await ensureDataset('nuclei', { files, onProgress });
  const images: NucleiImage[] = [];
  let done = 0;
  await eachOf(chosen, READ_AT_ONCE, async ({ id, width, height, mode }, position) => {
    const [image, labels] = await Promise.all(
      ['images', 'labels'].map((part) => readPicture(paths[`${part}/${id}.png`])),
    );
    // The files are those of the manifest: images of 8 bits, labels of 16.
    const kind = nucleiKind({ mode, height, width });
    images[position] = prepare(id, kind, image as Image<Uint8Array>, labels as Image<Uint16Array>);
    onProgress?.({ stage: 'read', done: ++done, total: chosen.length });
  });
  return { images, origin };
}

/** Sizes of the real images, each with the share of images that it and the ones before it have. */
const SIZES: [share: number, height: number, width: number][] = [
  [0.6, 256, 256],
  [0.8, 256, 320],
  [0.95, 360, 360],
  [1, 520, 696],
];

function synthetic(count: number, seed: number, prepare: Prepare, onProgress?: OnProgress): NucleiImage[] {
  return Array.from({ length: count }, (_, number) => {
    const own = mixSeeds(seed, number);
    const drawn = seededRandom(own)();
    const [, height, width] = SIZES.find(([share]) => drawn < share)!;
    const { image, labels } = syntheticNuclei({ height, width, seed: own });
    const id = `synthetic-${String(number).padStart(3, '0')}`;
    const kind = nucleiKind({ mode: image.channels === 1 ? 'gray' : 'rgb', height, width });
    onProgress?.({ stage: 'read', done: number + 1, total: count });
    return prepare(id, kind, image, labels);
  });
}

function inSquare(image: Image<Uint8Array>, labels: Image<Uint16Array>, size: number) {
  return { image: squareOf(image, size, 'bilinear'), labels: squareOf(labels, size, 'nearest') };
}

function numbersIn(labels: Uint16Array): number {
  const there = new Uint8Array(65536);
  for (const label of labels) there[label] = 1;
  return there.subarray(1).reduce((sum, value) => sum + value, 0);
}

function samplesOf(images: NucleiImage[], channels: 1 | 3) {
  return {
    count: images.length,
    images,
    kinds: images.map(({ kind }) => kind),
    sample(index: number) {
      const { image, labels } = images[index];
      const mask = { ...labels, data: Uint8Array.from(labels.data, (label) => Number(label > 0)) };
      return { image: toUnit(withChannels(image, channels)), mask, labels };
    },
  };
}
