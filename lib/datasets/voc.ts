import type { Image } from '../io/image';
import { seededRandom } from '../runtime/seed';
import type { OnProgress } from './data-progress';
import { ensureDataset } from './ensure';
import { mixSeeds } from './hash';
import { squareOf, toUnit } from './picture-samples';
import type { SegmentationSamples } from './segmentation-data';
import { realOrSynthetic, requireInteger, type SourceOptions } from './source';
import { shuffled, splitIndices, type Split } from './split';
import { syntheticShapes, type VocObject } from './synthetic/shapes';
import { VOC_CLASSES, type VocClass } from './voc-classes';
import { filesBelow, LIST_FILES, pathsOf, readLists, readPhotographs } from './voc-files';
import type { StoredPhotograph, VocFiles, VocLists } from './voc-files';

export interface LoadVocOptions extends SourceOptions {
  /**
   * A folder of your own in VOC's layout, such as `VOCdevkit/VOC2012`, in place of the course's sample: Annotations,
   * JPEGImages, SegmentationClass, SegmentationObject, and in ImageSets `Main` and `Segmentation`.
   */
  folder?: string;
  /** How many photographs, drawn by `seed`; by default all, or 32 synthetic ones. */
  count?: number;
  /**
   * Side in pixels: of each photograph the largest square about its middle, resized (image bilinear, masks nearest).
   * Without it each keeps its own size.
   */
  size?: number;
}

export interface VocPhotograph extends StoredPhotograph {
  /** Shape: [height, width, 3], 0…255; gray photographs as RGB */
  image: Image<Uint8Array>;
  /** In the order of the annotation; their boxes are in the pixels of the stored photograph. */
  objects: VocObject[];
  /** The classes of its objects, each once, in VOC's order. */
  classes: VocClass[];
  /** The class of the object with the largest box; undefined where there is no object. */
  label?: VocClass;
  /** Shape: [height, width], 0 background, 1…20 as `VOC_CLASSES`, 255 void: never counted (`ignoreIndex: 255`) */
  mask?: Image<Uint8Array>;
  /** Shape: [height, width], 0 background, 1 … n the objects, 255 void */
  instances?: Image<Uint8Array>;
}

export interface Voc extends SegmentationSamples {
  source: 'voc' | 'synthetic';
  /** All of them; those with masks come first: `photographs[index]` is that of `sample(index)`. */
  photographs: VocPhotograph[];
  /** Indices of samples, for segmentation. */
  split: Split;
  /** Indices of photographs, for classification. */
  photographSplit: Split;
  /** Shapes: image [height, width, 3], 0…1; mask and instances [height, width] as in `photographs` */
  sample(index: number): {
    image: Image<Float32Array>;
    mask: Image<Uint8Array>;
    instances: Image<Uint8Array>;
  };
  /** One line for the reader: which data these are, and why. */
  notice: string;
}

/**
 * Photographs with the 20 classes of PASCAL VOC: objects with boxes for classification and detection, masks of classes and
 * of instances for segmentation, and VOC's split into training and validation.
 *
 * The course's sample is 228 photographs of COCO (Lin et al. 2014; annotations CC BY 4.0, each photograph with its own
 * licence in `images.tsv`) in VOC's layout and with VOC's names (Everingham et al. 2010), 200 of them with masks, of 19
 * classes. With `folder` it is VOC itself or data of your own. Or a synthetic twin: drawings.
 *
 * Batches need one size: give `size`, or cut patches in a transform (`randomCrop`). Memory: about 1 MB a photograph.
 *
 * @throws RangeError for an option out of its range; Error naming the file for a folder of your own that is not in order:
 *   missing files, annotations that are no VOC XML (document types and entities are refused), masks of other sizes or with
 *   other values than 0…20 and 255
 * @throws DataError when the real data are wanted and cannot be had, and, also for `auto`, when files on disk are damaged
 */
export async function loadVoc(options: LoadVocOptions = {}): Promise<Voc> {
  const { folder, count, size, source = 'auto', seed = 0, onProgress } = options;
  if (count !== undefined) requireInteger('loadVoc', 'count', count, 1, 100_000);
  if (size !== undefined) requireInteger('loadVoc', 'size', size, 16, 2048);
  const prepare = (stored: StoredPhotograph) => prepared(stored, size);
  if (folder !== undefined && source !== 'synthetic') {
    const files = filesBelow(folder);
    const loaded = await real(files, await chosen(files, count, seed), prepare, onProgress);
    return {
      ...loaded,
      source: 'voc',
      notice: `VOC: ${loaded.photographs.length} photographs from ${folder}.`,
    };
  }
  return realOrSynthetic(
    'loadVoc',
    source,
    async () => {
      const lists = await ensureDataset('voc', { files: LIST_FILES });
      const choice = await chosen((path) => lists.paths[path], count, seed);
      const wanted = choice.ids.flatMap((id) => pathsOf(id, choice.masked.has(id)));
      const { paths, origin } = await ensureDataset('voc', { files: wanted, onProgress });
      const loaded = await real((path) => paths[path], choice, prepare, onProgress);
      const number = loaded.photographs.length;
      const notice = `VOC: ${number} photographs of COCO with VOC's classes, from the ${origin}.`;
      return { ...loaded, source: 'voc' as const, notice };
    },
    (why) => {
      const loaded = synthetic(count ?? 32, seed, prepare, onProgress);
      const number = loaded.photographs.length;
      const notice = `VOC: ${number} synthetic pictures in place of photographs (seed ${seed}), ${why}`;
      return { ...loaded, source: 'synthetic' as const, notice };
    },
  );
}

interface Choice {
  lists: VocLists;
  /** Those with masks first. */
  ids: string[];
  masked: Set<string>;
}

async function chosen(files: VocFiles, count: number | undefined, seed: number): Promise<Choice> {
  const lists = await readLists(files);
  const masked = new Set([...lists.trainingMasks, ...lists.validationMasks]);
  const all = [...new Set([...lists.training, ...lists.validation, ...masked])].sort();
  const drawn = shuffled(all.length, seededRandom(seed)).slice(0, count ?? all.length);
  const ids = drawn.sort((a, b) => a - b).map((index) => all[index]);
  const first = ids.filter((id) => masked.has(id));
  return { lists, ids: [...first, ...ids.filter((id) => !masked.has(id))], masked };
}

async function real(
  files: VocFiles,
  { lists, ids, masked }: Choice,
  prepare: (stored: StoredPhotograph) => VocPhotograph,
  onProgress?: OnProgress,
) {
  const photographs: VocPhotograph[] = [];
  let done = 0;
  await readPhotographs(files, ids, masked, (stored, position) => {
    photographs[position] = prepare(stored);
    onProgress?.({ stage: 'read', done: ++done, total: ids.length });
  });
  const places = new Map(ids.map((id, index) => [id, index]));
  const indicesOf = (names: readonly string[]) =>
    names
      .map((name) => places.get(name))
      .filter((index) => index !== undefined)
      .sort((a, b) => a - b);
  return {
    ...samplesOf(photographs),
    split: { training: indicesOf(lists.trainingMasks), validation: indicesOf(lists.validationMasks) },
    photographSplit: { training: indicesOf(lists.training), validation: indicesOf(lists.validation) },
  };
}

const SYNTHETIC_SIZES = [
  [180, 240],
  [240, 180],
  [160, 240],
];

function synthetic(
  count: number,
  seed: number,
  prepare: (stored: StoredPhotograph) => VocPhotograph,
  onProgress?: OnProgress,
) {
  const photographs = Array.from({ length: count }, (_, number) => {
    const [height, width] = SYNTHETIC_SIZES[number % SYNTHETIC_SIZES.length];
    const drawn = syntheticShapes({ height, width, seed: mixSeeds(seed, number) });
    const { image, classes: mask, instances, objects } = drawn;
    onProgress?.({ stage: 'read', done: number + 1, total: count });
    return prepare({ id: `synthetic-${String(number).padStart(3, '0')}`, image, objects, mask, instances });
  });
  const split = splitIndices(count, { validation: Math.floor(count / 5), seed });
  return { ...samplesOf(photographs), split, photographSplit: split };
}

function prepared(stored: StoredPhotograph, size?: number): VocPhotograph {
  const { image, mask, instances, objects } = stored;
  const square = (labels?: Image<Uint8Array>) =>
    size !== undefined && labels ? squareOf(labels, size, 'nearest') : labels;
  const areaOf = ({ box }: VocObject) => (box.xmax - box.xmin + 1) * (box.ymax - box.ymin + 1);
  const [largest] = [...objects].sort((a, b) => areaOf(b) - areaOf(a));
  return {
    ...stored,
    image: size === undefined ? image : squareOf(image, size, 'bilinear'),
    classes: VOC_CLASSES.filter((name) => objects.some((object) => object.name === name)),
    ...(largest && { label: largest.name }),
    ...(mask && { mask: square(mask), instances: square(instances) }),
  };
}

function samplesOf(photographs: VocPhotograph[]) {
  return {
    count: photographs.filter(({ mask }) => mask).length,
    photographs,
    sample(index: number) {
      const { image, mask, instances } = photographs[index];
      return { image: toUnit(image), mask: mask!, instances: instances! };
    },
  };
}
