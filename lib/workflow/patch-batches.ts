import { extname, join } from 'node:path';
import { prefetchedBatches } from '../datasets/prefetch';
import type { PreparedBatch } from '../datasets/segmentation-data';
import type { Configuration } from '../planning/plan';
import { tf } from '../runtime';
import type { TrainingBatch } from '../train/step';
import type { LabelScheme } from './label-scheme';
import type { PatchOptions } from './patch-loader';

/** nnU-Net's share of each batch that is cut about foreground. */
const FOREGROUND = 0.33;
/** A turn may lay a side along the other, and the field of view grow: nnU-Net cuts patches that are larger by this. */
const MARGIN = 0.85;
/** nnU-Net's `ANISO_THRESHOLD`: volumes of thicker slices are turned and scaled within these alone. */
const ANISOTROPIC = 3;

export interface PatchBatchOptions {
  /** The store of preprocessed cases. */
  folder: string;
  cases: PatchOptions['cases'];
  network: Pick<Configuration, 'patchSize' | 'batchSize'>;
  labels: LabelScheme;
  seed: number;
  /** Batches. */
  count: number;
  epoch: number;
  /** nnU-Net's augmentation. */
  augment: boolean;
  workers?: number;
  signal?: AbortSignal;
}

/**
 * An epoch's batches of patches, made in threads ahead of the step that takes them. All that is random follows from seed
 * and epoch.
 *
 * Shape: images [batch, …patchSize, channels]; masks [batch, …patchSize, 1], or a channel for each region
 */
export function patchBatches(options: PatchBatchOptions): AsyncGenerator<PreparedBatch, void, undefined> {
  const { folder, cases, network, labels, seed, count, epoch, augment, workers, signal } = options;
  const { patchSize, batchSize } = network;
  const patches = count * batchSize;
  const cutSize = augment ? cutSizeOf(patchSize) : patchSize;
  const cut: PatchOptions = {
    folder,
    cases: cases.map(({ id, shape, channels, places, annotated }) => ({
      id,
      shape,
      channels,
      places,
      annotated,
    })),
    ...{ patchSize, cutSize, batchSize, foreground: FOREGROUND, patches },
  };
  const { foreground, regionOrder, ignore } = labels;
  const loader = moduleOf('patch-loader');
  const augmentation = {
    module: moduleOf('../transforms/pipeline-recipe'),
    name: 'nnUNetAugmentation',
    options: { shape: patchSize, crop: true },
    factory: true,
  };
  return prefetchedBatches(
    { count: patches, load: { module: loader, name: 'loadPatch', options: cut } },
    {
      batchSize,
      shuffle: false,
      transform: [
        ...(augment ? [augmentation] : []),
        { module: loader, name: 'toTarget', options: { foreground, regionOrder, ignore } },
      ],
      ...{ seed, epoch, workers, signal },
    },
  );
}

const moduleOf = (name: string) => join(__dirname, `${name}${extname(__filename)}`);

/** What nnU-Net's `get_patch_size` cuts, so that turned and scaled patches have small empty corners, if any. */
function cutSizeOf(patchSize: readonly number[]): number[] {
  const inSlices = patchSize.length === 3 && Math.max(...patchSize) / patchSize[0] > ANISOTROPIC;
  const turned = inSlices ? patchSize.slice(1) : patchSize;
  const size = Math.ceil(Math.max(...turned) / MARGIN);
  return patchSize.map((side, axis) => (inSlices && axis === 0 ? side : size));
}

/** A few batches without augmentation, to be disposed of; always the same ones. */
export async function keptBatches(
  options: Omit<PatchBatchOptions, 'epoch' | 'augment'>,
): Promise<TrainingBatch[]> {
  const kept: TrainingBatch[] = [];
  if (options.cases.length === 0) return kept;
  for await (const { images, masks, indices } of patchBatches({ ...options, epoch: 0, augment: false })) {
    kept.push({ images: tf.keep(images.clone()), masks: tf.keep(masks.clone()), indices });
  }
  return kept;
}
