import { loadBrain3d } from '../datasets/brain3d';
import { loadIsbi2012 } from '../datasets/isbi2012';
import { loadNuclei } from '../datasets/nuclei';
import { withChannels } from '../datasets/picture-samples';
import type { SourceOptions } from '../datasets/source';
import { pageOf, type Image, type Volume } from '../io/image';
import { cropBox } from '../transforms/spatial/window';
import { requireNewDataset, writeRawDataset, type RawDescription, type RawSample } from './write-raw-dataset';

export interface CourseDatasetOptions extends SourceOptions {
  /** Only so many images of the nuclei, drawn by `seed`. */
  count?: number;
  /** Side of the images of ISBI 2012 in pixels; 512, as they are, by default. */
  size?: number;
  /** Of the brain's voxels in mm; 1, as they are, by default. */
  spacing?: number;
}

interface CourseDataset extends RawDescription {
  /** Which data these are; one line. */
  notice: string;
  samples: Iterable<RawSample>;
  count: number;
}

const LOADERS: Record<string, (options: CourseDatasetOptions) => Promise<CourseDataset>> = {
  nuclei: nucleiDataset,
  isbi2012: isbiDataset,
  brain3d: brainDataset,
};

export const COURSE_DATASETS = Object.keys(LOADERS);

/**
 * Writes one of the course's data sets in nnU-Net's raw layout:
 *
 * - `nuclei`: microscopy in colours (gray ones as RGB), label 1 in nuclei
 * - `isbi2012`: 30 sections of electron microscopy, label 1 in membranes
 * - `brain3d`: the eight octants of one head as cases of their own, tissues as labels
 *
 * @returns which data they are, and how many cases
 * @throws RangeError for another name; what the loader throws, and `writeRawDataset`
 */
export async function writeCourseDataset(
  name: string,
  folder: string,
  { onProgress, ...options }: CourseDatasetOptions & { onCase?: (done: number, total: number) => void } = {},
): Promise<{ notice: string; cases: number }> {
  if (!Object.hasOwn(LOADERS, name)) {
    throw new RangeError(`writeCourseDataset: got '${name}'; expected one of: ${COURSE_DATASETS.join(', ')}`);
  }
  requireNewDataset(folder);
  const { notice, samples, count, ...description } = await LOADERS[name]({ onProgress, ...options });
  const cases = await writeRawDataset(
    folder,
    { ...description, more: { description: notice } },
    samples,
    (done) => options.onCase?.(done, count),
  );
  return { notice, cases };
}

async function nucleiDataset(options: CourseDatasetOptions): Promise<CourseDataset> {
  const { images, notice } = await loadNuclei(options);
  function* samples(): Generator<RawSample> {
    for (const { id, image, labels } of images) {
      const mask = { ...labels, data: Uint8Array.from(labels.data, (label) => Number(label > 0)) };
      yield { id, image: withChannels(image, 3), mask };
    }
  }
  return {
    channels: ['red', 'green', 'blue'],
    labels: ['background', 'nucleus'],
    fileEnding: '.png',
    ...{ notice, samples: samples(), count: images.length },
  };
}

async function isbiDataset({ size = 512, ...options }: CourseDatasetOptions): Promise<CourseDataset> {
  const { images, masks, notice } = await loadIsbi2012({ size, ...options });
  function* samples(): Generator<RawSample> {
    for (let page = 0; page < images.pages; page++) {
      const image = pageOf(images, page);
      const bytes = Uint8Array.from(image.data, (value) => Math.round(255 * value));
      yield {
        id: `section_${String(page).padStart(2, '0')}`,
        image: { ...image, data: bytes },
        mask: pageOf(masks, page),
      };
    }
  }
  return {
    channels: ['electron microscopy'],
    labels: ['background', 'membrane'],
    fileEnding: '.png',
    ...{ notice, samples: samples(), count: images.pages },
  };
}

async function brainDataset(options: CourseDatasetOptions): Promise<CourseDataset> {
  const { classes, notice, ...brain } = await loadBrain3d(options);
  const { image, mask } = brain.sample(0);
  const octants = [0, 1, 2, 3, 4, 5, 6, 7].map((number) => [number >> 2, (number >> 1) & 1, number & 1]);
  function* samples(): Generator<RawSample> {
    for (const [number, halves] of octants.entries()) {
      const part = <T extends Image | Volume>(volume: T): T => {
        const middle = volume.shape.map((size) => size >> 1);
        const start = halves.map((half, axis) => half * middle[axis]);
        const shape = halves.map((half, axis) => (half ? volume.shape[axis] - middle[axis] : middle[axis]));
        return cropBox(volume, { start, shape });
      };
      yield { id: `octant_${number}`, image: part(image), mask: part(mask) };
    }
  }
  return {
    channels: ['T1'],
    labels: classes,
    fileEnding: '.nii.gz',
    ...{ notice, samples: samples(), count: octants.length },
  };
}
