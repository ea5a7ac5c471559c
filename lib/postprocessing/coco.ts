import type { Image } from '../io/image';
import { writeFileWhole } from '../io/write-file';

/** A picture's file and the label map that belongs to it. */
export interface CocoSource {
  /** As it is written into the data set; a path is taken as it is. */
  fileName: string;
  /** Shape: [height, width], 1 channel; 0 is background, every other number one object. */
  labels: Image;
}

export interface CocoOptions {
  /** What kind of thing an object is; a function for all of them. Default: `object`. */
  categories?: Readonly<Record<number, string>> | ((label: number, image: number) => string | undefined);
  description?: string;
}

/** Run lengths down the columns, from background on, as pycocotools packs them into text. */
export interface CocoMask {
  size: [height: number, width: number];
  counts: string;
}

export interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  segmentation: CocoMask;
  /** Pixels. */
  area: number;
  bbox: [x: number, y: number, width: number, height: number];
  iscrowd: 0;
}

export interface CocoDataset {
  info: { description: string };
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: CocoAnnotation[];
  categories: { id: number; name: string }[];
}

/**
 * Label maps as a COCO data set of instances. Masks are run lengths, which keep every pixel and every hole; polygons would
 * not. Numbers of images, annotations and categories begin with 1, in the order in which they come.
 *
 * Source: the format of COCO (Lin et al. 2014), as pycocotools reads it.
 *
 * @throws RangeError for no images, two of one name, and labels that are not [height, width] of whole numbers from 0
 */
export function labelsToCoco(
  sources: readonly CocoSource[],
  { categories = {}, description = 'segcourse' }: CocoOptions = {},
): CocoDataset {
  if (sources.length === 0) throw new RangeError('labelsToCoco: got no images; expected at least one');
  sources.forEach(({ fileName, labels }, index) => {
    if (sources.findIndex((other) => other.fileName === fileName) < index || fileName === '') {
      throw new RangeError(`labelsToCoco: got file name '${fileName}' of image ${index}; expected its own`);
    }
    checkLabels(labels, index);
  });
  const nameOf = typeof categories === 'function' ? categories : (label: number) => categories[label];
  const numbers = new Map<string, number>();
  const annotations = sources.flatMap(({ labels }, image) =>
    masksOf(labels).map(({ label, ...mask }) => {
      const name = nameOf(label, image) ?? 'object';
      if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
      return { image_id: image + 1, category_id: numbers.get(name)!, ...mask, iscrowd: 0 as const };
    }),
  );
  return {
    info: { description },
    images: sources.map(({ fileName, labels: { shape } }, index) => ({
      id: index + 1,
      file_name: fileName,
      width: shape[1],
      height: shape[0],
    })),
    annotations: annotations.map((annotation, index) => ({ id: index + 1, ...annotation })),
    categories: [...numbers].map(([name, id]) => ({ id, name })),
  };
}

/** Writes a data set to a file, beside and renamed. */
export function writeCoco(file: string, dataset: CocoDataset): void {
  writeFileWhole(file, Buffer.from(`${JSON.stringify(dataset)}\n`));
}

/** An object while its runs are collected: where its last one ended, and where it lies. */
interface Runs {
  counts: number[];
  end: number;
  area: number;
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** The masks of a label map in ascending order of the labels. */
function masksOf({ data, shape: [height, width] }: Image) {
  const objects = new Map<number, Runs>();
  for (let column = 0; column < width; column++) {
    for (let row = 0; row < height;) {
      const label = data[row * width + column];
      const start = row;
      do row++;
      while (row < height && data[row * width + column] === label);
      if (label !== 0) addRun(objects, label, column, start, row, height);
    }
  }
  return [...objects]
    .sort(([a], [b]) => a - b)
    .map(([label, { counts, end, area, top, bottom, left, right }]) => {
      const rest = height * width - end;
      return {
        label,
        segmentation: {
          size: [height, width] as [number, number],
          counts: packCounts(rest > 0 ? [...counts, rest] : counts),
        },
        area,
        bbox: [left, top, right - left + 1, bottom - top] as CocoAnnotation['bbox'],
      };
    });
}

function addRun(
  objects: Map<number, Runs>,
  label: number,
  column: number,
  start: number,
  stop: number,
  height: number,
): void {
  const from = column * height + start;
  const length = stop - start;
  const object = objects.get(label);
  if (!object) {
    const place = { top: start, bottom: stop, left: column, right: column };
    objects.set(label, { counts: [from, length], end: from + length, area: length, ...place });
    return;
  }
  // A column that ends at the bottom goes on at the top of the next.
  if (from === object.end) object.counts[object.counts.length - 1] += length;
  else object.counts.push(from - object.end, length);
  object.end = from + length;
  object.area += length;
  object.top = Math.min(object.top, start);
  object.bottom = Math.max(object.bottom, stop);
  object.right = column;
}

/**
 * Each count from the third on as its difference from the one before the last, in groups of five bits from the lowest on;
 * a sixth bit says that more follow, and 48 makes a character of them.
 */
function packCounts(counts: readonly number[]): string {
  const characters: number[] = [];
  counts.forEach((count, index) => {
    let value = index > 2 ? count - counts[index - 2] : count;
    for (let more = true; more;) {
      const bits = value & 31;
      value >>= 5;
      more = bits & 16 ? value !== -1 : value !== 0;
      characters.push(48 + (more ? bits | 32 : bits));
    }
  });
  return String.fromCharCode(...characters);
}

function checkLabels({ data, shape, channels }: Image, index: number): void {
  const fail = (got: string): never => {
    throw new RangeError(
      `labelsToCoco: got ${got} of image ${index}; expected [height, width] of whole numbers from 0 and one channel`,
    );
  };
  const [height, width] = shape;
  if (shape.length !== 2 || channels !== 1 || data.length === 0 || data.length !== height * width) {
    fail(`${data.length} labels of shape [${shape.join(', ')}] and ${channels} channels`);
  }
  const wrong = (data as Float32Array).findIndex((label) => !(Number.isInteger(label) && label >= 0));
  if (wrong >= 0) fail(`label ${data[wrong]}`);
}
