import type { Image, Samples, Volume } from '../io/image';
import { spacingOf } from '../io/image';
import { toRas } from '../io/orientation';
import { readImage } from '../io/read-image';
import { resampleToSpacing } from '../transforms/spatial/resample-spacing';
import type { OnProgress } from './data-progress';
import { ensureDataset } from './ensure';
import { FREESURFER_GROUPS, groupLabels, requireGroups } from './label-groups';
import type { GroupedLabels, LabelGroups } from './label-groups';
import type { SegmentationSamples } from './segmentation-data';
import { inSharedMemory } from './shared-memory';
import { realOrSynthetic, type SourceOptions } from './source';
import { BRAIN_CLASSES, syntheticBrain } from './synthetic/brain';

/** Side of the synthetic head in mm. */
const SYNTHETIC_SIDE = 192;
/** FreeSurfer scales white matter to about 110; what is brighter than 255 does not fit its bytes. */
const BRIGHTEST = 255;

export interface LoadBrain3dOptions extends SourceOptions {
  /** Files of your own, MGH or NIfTI, of one grid: FreeSurfer's norm.mgz and labels, or others with `groups`. */
  files?: { image: string; labels: string };
  /** Labels of each class; by default `FREESURFER_GROUPS`. The first class is the background. Not for synthetic data. */
  groups?: LabelGroups;
  /**
   * Side of the voxels in mm, as nnU-Net resamples; by default that of the files (1 mm), or 2 mm for synthetic data.
   */
  spacing?: number;
}

export interface Brain3d extends SegmentationSamples, GroupedLabels {
  source: 'brain3d' | 'synthetic';
  /** Shape: [slices, rows, columns], RAS: slices to the head, rows to the front, columns to the right */
  image: Volume;
  /** Same grid, as the file has them: FreeSurfer's numbers; of synthetic data those of the classes. */
  labels: Volume;
  /** Names of the classes in the mask. */
  classes: string[];
  /** Of slices, rows and columns in mm. */
  spacing: [slices: number, rows: number, columns: number];
  /** One volume, 0. Shapes: image [slices, rows, columns], 0…1 (bytes / 255; other types as they are); mask the same */
  sample(index: number): { image: Volume; mask: Volume<Uint8Array> };
  /** One line for the reader: which data these are, and why. */
  notice: string;
}

/**
 * A T1-weighted MRI of a brain with 189 labels in seven classes: FreeSurfer's norm.mgz (skull taken off, white matter about
 * 110) and aparc.a2009s+aseg.mgz (Fischl et al. 2002, Destrieux et al. 2010), 256³ voxels of 1 mm, turned to RAS; files of
 * your own; or a synthetic twin.
 *
 * Batches are patches that a transform cuts of the one volume: `indices: [0, 0, 0, 0]` with `randomCrop` gives four.
 *
 * @throws RangeError for a spacing out of 0.5…16 mm or label groups that are none; Error for files of different grids
 * @throws DataError when the real data are wanted and cannot be had, and, also for `auto`, when files on disk are damaged
 */
export async function loadBrain3d(options: LoadBrain3dOptions = {}): Promise<Brain3d> {
  const { files, groups = FREESURFER_GROUPS, spacing, source = 'auto', seed = 0, onProgress } = options;
  requireGroups('loadBrain3d', groups);
  if (spacing !== undefined && !(spacing >= 0.5 && spacing <= 16)) {
    throw new RangeError(`loadBrain3d: got spacing ${spacing}; expected 0.5 to 16 mm`);
  }
  if (files && source !== 'synthetic') {
    const loaded = await real(files, groups, spacing, onProgress);
    return { ...loaded, notice: `Brain: ${describe(loaded)} of ${files.image} and ${files.labels}.` };
  }
  return realOrSynthetic(
    'loadBrain3d',
    source,
    async () => {
      const { paths, origin } = await ensureDataset('brain3d', { onProgress });
      const own = { image: paths['norm.mgz'], labels: paths['aparc.a2009s+aseg.mgz'] };
      const loaded = await real(own, groups, spacing, onProgress);
      return { ...loaded, notice: `Brain: ${describe(loaded)} of FreeSurfer's labels, from the ${origin}.` };
    },
    (why) => {
      const made = syntheticBrain({ size: Math.min(256, Math.round(SYNTHETIC_SIDE / (spacing ?? 2))), seed });
      onProgress?.({ stage: 'read', done: 1, total: 1 });
      const [image, labels] = [toRas(made.image), toRas(made.labels)];
      const notice = `Brain: a synthetic head in place of a person's (seed ${seed}), ${why}`;
      const loaded = finish(image, labels, { mask: labels, unknown: [] }, [...BRAIN_CLASSES]);
      return { ...loaded, source: 'synthetic' as const, notice };
    },
  );
}

async function real(
  files: { image: string; labels: string },
  groups: LabelGroups,
  spacing: number | undefined,
  onProgress?: OnProgress,
) {
  let done = 0;
  const read = async (file: string) => {
    const volume = toRas(requireVolume(file, await readImage(file)));
    onProgress?.({ stage: 'read', done: ++done, total: 2 });
    return volume;
  };
  const image = await read(files.image);
  const labels = await read(files.labels);
  const off = image.affine.map((value, at) => Math.abs(value - labels.affine[at]));
  if (image.shape.join() !== labels.shape.join() || Math.max(...off) > 1e-3) {
    throw new Error(
      `loadBrain3d: ${files.labels}: got ${labels.shape.join('×')} voxels with affine [${labels.affine.join(', ')}]; ` +
        `expected those of ${files.image}: ${image.shape.join('×')}, [${image.affine.join(', ')}]`,
    );
  }
  const grouped = groupLabels(labels, groups);
  const classes = Object.keys(groups);
  const scaled = <T extends Samples>(volume: Volume<T>, isLabels: boolean) =>
    spacing === undefined
      ? volume
      : resampleToSpacing(volume, [spacing, spacing, spacing], isLabels ? { order: 0 } : {});
  const mask = { ...grouped, mask: scaled(grouped.mask, true) };
  const loaded = finish(scaled(image, false), scaled(labels, true), mask, classes);
  return { ...loaded, source: 'brain3d' as const };
}

function requireVolume(file: string, image: Image | Volume): Volume {
  if ('affine' in image && image.channels === 1) return image;
  throw new Error(
    `loadBrain3d: ${file}: got ${image.shape.join('×')} with ${image.channels} channels; expected a volume of one, MGH or NIfTI`,
  );
}

function finish(image: Volume, labels: Volume, grouped: GroupedLabels, classes: string[]) {
  const { data } = image;
  const unit =
    data instanceof Uint8Array
      ? { ...image, data: Float32Array.from(data, (value) => value / BRIGHTEST) }
      : image;
  const sample = { image: inSharedMemory(unit), mask: inSharedMemory(grouped.mask) };
  return { ...grouped, image, labels, classes, spacing: spacingOf(image), count: 1, sample: () => sample };
}

/** In words: how many voxels and classes, and the labels that no group has. */
function describe({ image, classes, unknown }: Pick<Brain3d, 'image' | 'classes' | 'unknown'>): string {
  const strange = unknown.slice(0, 5).map(({ label, voxels }) => `${label} (${voxels} voxels)`);
  const more = unknown.length > 5 ? ', …' : '';
  const told =
    strange.length > 0 ? `; labels of no group, now background: ${strange.join(', ')}${more};` : '';
  return `${image.shape.join('×')} voxels in ${classes.length} classes${told}`;
}
