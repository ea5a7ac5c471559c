import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Image } from '../io/image';
import { writeNpy } from '../io/npy';
import { writeFileWhole } from '../io/write-file';
import { elementsOf } from '../metrics/grid';
import { seededRandom } from '../runtime/seed';
import type { LabelScheme, LabelValue } from './label-scheme';
import {
  preprocessCase,
  type PreprocessedCase,
  type PreprocessingConfiguration,
  type PreprocessingPlan,
} from './preprocess';
import { readJson, type RawDataset, type TrainingCase } from './raw-dataset';
import { readCase } from './read-case';
import { storedFile, type StoredCase } from './stored-case';

/** nnU-Net keeps as many voxels of each label to cut patches about, and at least this share of them all. */
const [MOST_PLACES, LEAST_SHARE] = [10_000, 0.01];
const FORMAT = 'segcourse preprocessed case 1';

export interface StoreOptions {
  plan: PreprocessingPlan;
  configuration: PreprocessingConfiguration;
  onCase?: (done: number, total: number) => void;
  /** Stops between two cases. */
  signal?: AbortSignal;
}

/**
 * Preprocesses the training cases into a folder, one after the other, so that patches are read from disk and no more than
 * one case must fit into memory. Cases that are there already, of the same files, plan and version, are kept.
 *
 * @returns in the order of the data set
 * @throws what `readCase` and `preprocessCase` throw, and the signal's reason
 */
export async function storeCases(
  folder: string,
  { dataset, cases }: Pick<RawDataset, 'dataset' | 'cases'>,
  { plan, configuration, onCase, signal }: StoreOptions,
): Promise<StoredCase[]> {
  const stored: StoredCase[] = [];
  for (const one of cases) {
    signal?.throwIfAborted();
    const key = await keyOf(one, plan, configuration);
    const file = join(folder, `${one.id}.json`);
    const known = await readStored(file, key);
    const made = known ?? (await store(folder, one, dataset, plan, configuration));
    if (!known) writeFileWhole(file, Buffer.from(JSON.stringify({ format: FORMAT, key, ...made })));
    stored.push(made);
    onCase?.(stored.length, cases.length);
  }
  return stored;
}

/** Changes with the files and with whatever shapes the result. */
async function keyOf(
  { images, label }: TrainingCase,
  { transposeForward, intensities }: PreprocessingPlan,
  { spacing, normalizations }: PreprocessingConfiguration,
): Promise<string> {
  const files = await Promise.all(
    [...images, label].map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return [basename(file), size, mtimeMs];
    }),
  );
  const schemes = normalizations.map(({ scheme, insideMask }) => [scheme, insideMask]);
  const all = { files, transposeForward, intensities, spacing, schemes };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

async function readStored(file: string, key: string): Promise<StoredCase | undefined> {
  if (!existsSync(file)) return undefined;
  const {
    format,
    key: own,
    ...stored
  } = (await readJson(file)) as StoredCase & Record<'format' | 'key', string>;
  return format === FORMAT && own === key ? stored : undefined;
}

async function store(
  folder: string,
  one: TrainingCase,
  { channels, labels }: RawDataset['dataset'],
  plan: PreprocessingPlan,
  configuration: PreprocessingConfiguration,
): Promise<StoredCase> {
  const preprocessed = preprocessCase(await readCase(one, channels.length), plan, configuration);
  const { image, labels: mask, properties } = preprocessed as Required<PreprocessedCase>;
  const { lists, ...ranges } = placesOf(mask, labels);
  const shape = [...image.shape];
  writeNpy(storedFile(folder, one.id, 'image'), { shape: [...shape, image.channels], values: image.data });
  writeNpy(storedFile(folder, one.id, 'labels'), { shape, values: mask.data });
  const values = Uint32Array.from(lists.flat());
  writeNpy(storedFile(folder, one.id, 'places'), { shape: [values.length], values });
  return { id: one.id, shape, channels: image.channels, properties, ...ranges };
}

function placesOf(
  mask: Image<Int16Array>,
  { foreground, ignore }: LabelScheme,
): Pick<StoredCase, 'places' | 'annotated'> & { lists: number[][] } {
  const random = seededRandom(elementsOf(mask.shape));
  const lists = foreground.map((value) => drawn(mask.data, isOf(value), random));
  if (ignore !== undefined) lists.push(drawn(mask.data, (label) => label >= 0 && label !== ignore, random));
  let end = 0;
  const ranges = lists.map((list): [number, number] => [end, (end += list.length)]);
  const annotated = ignore === undefined ? undefined : ranges.pop();
  return { lists, places: ranges, ...(annotated && { annotated }) };
}

function isOf(value: LabelValue): (label: number) => boolean {
  if (typeof value === 'number') return (label) => label === value;
  const labels = new Set(value);
  return (label) => labels.has(label);
}

/** Numbers of voxels, in ascending order: each stretch of them gives one at random. */
function drawn(data: Int16Array, wanted: (label: number) => boolean, random: () => number): number[] {
  let all = 0;
  for (let voxel = 0; voxel < data.length; voxel++) if (wanted(data[voxel])) all++;
  const count = Math.max(Math.min(MOST_PLACES, all), Math.ceil(all * LEAST_SHARE));
  const places: number[] = [];
  const begin = (stretch: number) => Math.floor(stretch * (all / count));
  const rank = () => {
    const [from, to] = [begin(places.length), begin(places.length + 1)];
    return from + Math.floor(random() * (to - from));
  };
  for (let voxel = 0, seen = 0, next = rank(); places.length < count; voxel++) {
    if (!wanted(data[voxel]) || seen++ !== next) continue;
    places.push(voxel);
    next = rank();
  }
  return places;
}
