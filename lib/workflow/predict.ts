import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../io/file-lock';
import type { Image } from '../io/image';
import { writeNpz } from '../io/npz';
import { elementsOf } from '../metrics/grid';
import { writableFolder } from './disk';
import { inputCases } from './input-cases';
import { postprocessed, readPostprocessing } from './postprocessing';
import { Predictor, type PredictorOptions } from './predict-case';
import {
  areIntact,
  fileHash,
  readLog,
  writeLog,
  type LoggedCase,
  type PredictionsLog,
} from './predictions-log';
import { preprocessCase } from './preprocess';
import type { RawCase } from './raw-dataset';
import { readCase, type CaseGeometry } from './read-case';
import type { LabelValue } from './label-scheme';
import { restoreLabels, restoreProbabilities } from './restore';
import { foldFiles, type Results } from './results';
import { labelEnding, writeLabels } from './write-labels';

const OWNER = 'predictFiles';

export interface PredictOptions extends PredictorOptions {
  /** Also writes `<case>.npz` with `probabilities` [heads, slices, rows, columns], as nnU-Net does. Default false. */
  probabilities?: boolean;
  /** Whether label maps keep only the largest components where the held-out cases said so. Default true. */
  postprocessing?: boolean;
  /** Writes over files that are there and were not made by the same model of the same image. Default false. */
  overwrite?: boolean;
  /** After each case, in the order of their ids; `skipped` where its label map was there already. */
  onCase?: (result: PredictedCase, done: number, total: number) => void;
  /** Share of a case's windows. */
  onProgress?: (id: string, share: number) => void;
  onNotice?: (line: string) => void;
  /** Stops between two batches of windows; the same call goes on with the cases that are missing. */
  signal?: AbortSignal;
}

export interface PredictedCase {
  id: string;
  images: string[];
  labels: string;
  skipped: boolean;
}

type PostprocessedResults = Results & { classes: readonly LabelValue[] };

/** A case and what is to be done. */
interface Task {
  one: RawCase;
  geometry: CaseGeometry;
  inputs: string[];
  outputs: string[];
  done: boolean;
}

/**
 * Predicts images with a trained model: label maps of the images' sizes, spacing, origin and directions, with the labels
 * of the data set. NIfTI and MGH give NIfTI, pictures PNG, TIFF TIFF. Run again, cases whose label maps are there, made
 * by the same model of the same image and unchanged, are skipped.
 *
 * All images are read and checked before the first is predicted, and all that does not fit is told at once.
 *
 * @param inputs image files, or folders of them; channels in files of their own as case_0000.nii.gz, case_0001.nii.gz
 * @param folder where the label maps go, `<case>.nii.gz` and so on
 * @throws RangeError for folds that were not trained; Error that lists images with other channels than the data set, or
 *   too few dimensions, channels of different sizes, and label maps that would be overwritten
 */
export async function predictFiles(
  results: Results,
  inputs: readonly string[],
  folder: string,
  options: PredictOptions = {},
): Promise<PredictedCase[]> {
  const cases = inputCases(inputs, results.dataset.channels.length);
  writableFolder(OWNER, folder);
  const decided = options.postprocessing === false ? undefined : await readPostprocessing(results.folder);
  const classes = decided?.classes ?? [];
  const model = await modelKey(results, classes, options);
  return withFileLock(
    join(folder, 'predictions.lock'),
    async () => {
      const log = await readLog(folder);
      const tasks = await checked(results, cases, folder, log, model, options);
      return predictTasks({ ...results, classes }, tasks, folder, log, model, options);
    },
    (owner) => options.onNotice?.(`waiting for ${owner}, which predicts into ${folder}`),
  );
}

async function modelKey(
  { folder, folds: trained }: Results,
  classes: readonly LabelValue[],
  options: PredictOptions,
): Promise<string> {
  const { folds = trained, mirrors = false } = options;
  const hash = createHash('sha256').update(
    JSON.stringify({ mirrors, ...(classes.length > 0 && { classes }) }),
  );
  for (const fold of folds.filter((each) => trained.includes(each))) {
    hash.update(await fileHash(foldFiles(folder, fold).weights));
  }
  return hash.digest('hex');
}

async function checked(
  { dataset, settings, folder: model }: Results,
  cases: readonly RawCase[],
  folder: string,
  log: PredictionsLog,
  key: string,
  { overwrite = false, probabilities = false }: PredictOptions,
): Promise<Task[]> {
  const problems: string[] = [];
  const tasks: Task[] = [];
  for (const one of cases) {
    try {
      const {
        image: _image,
        warnings: _warnings,
        ...geometry
      } = await readCase(one, dataset.channels.length);
      if (geometry.flat && settings.network.patchSize.length === 3) {
        throw new Error(`${one.images[0]}: got a picture; expected a volume, as ${model} was trained on`);
      }
      const inputs = await Promise.all(one.images.map(fileHash));
      const outputs = [
        one.id + labelEnding(one.images[0], geometry),
        ...(probabilities ? [`${one.id}.npz`] : []),
      ];
      const known = log.cases[one.id];
      const same =
        known?.model === key &&
        known.inputs.join() === inputs.join() &&
        (await areIntact(folder, known.outputs));
      const done = same && outputs.every((name) => name in known.outputs);
      const there = same || overwrite ? [] : outputs.filter((name) => existsSync(join(folder, name)));
      problems.push(...there.map((name) => inTheWay(join(folder, name), known)));
      tasks.push({ one, geometry, inputs, outputs, done });
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new Error(`${OWNER}: ${problems.join('\n  ')}`);
  return tasks;
}

function inTheWay(file: string, known: LoggedCase | undefined): string {
  const what = known
    ? 'made by another model, of another image, or changed since'
    : 'not made by a prediction';
  return `${file}: got a file, ${what}; expected none: predict into another folder, or overwrite it`;
}

async function predictTasks(
  results: PostprocessedResults,
  tasks: readonly Task[],
  folder: string,
  log: PredictionsLog,
  model: string,
  options: PredictOptions,
): Promise<PredictedCase[]> {
  const predicted: PredictedCase[] = [];
  const predictor = tasks.every(({ done }) => done) ? undefined : Predictor.open(results, options);
  try {
    for (const task of tasks) {
      options.signal?.throwIfAborted();
      const { one, inputs, outputs, done } = task;
      if (!done) {
        await predictTask(results, predictor!, task, folder, options);
        const hashes = await Promise.all(
          outputs.map(async (name) => [name, await fileHash(join(folder, name))]),
        );
        log.cases[one.id] = { model, inputs, outputs: Object.fromEntries(hashes) as LoggedCase['outputs'] };
        writeLog(folder, log);
      }
      predicted.push({ id: one.id, images: one.images, labels: join(folder, outputs[0]), skipped: done });
      options.onCase?.(predicted.at(-1)!, predicted.length, tasks.length);
    }
  } finally {
    predictor?.dispose();
  }
  return predicted;
}

async function predictTask(
  { dataset, plan, settings, classes }: PostprocessedResults,
  predictor: Predictor,
  { one, geometry, outputs }: Task,
  folder: string,
  { signal, onProgress }: PredictOptions,
): Promise<void> {
  const { image, properties } = preprocessCase(
    await readCase(one, dataset.channels.length),
    plan,
    settings.network,
  );
  const logits = await predictor.logits(image, {
    signal,
    onProgress: (share) => onProgress?.(one.id, share),
  });
  const [labels, probabilities] = outputs;
  // Before the probabilities, which may be made in the logits' place.
  const map = restoreLabels(logits, properties, plan, dataset.labels);
  if (probabilities !== undefined) {
    const channelsLast = restoreProbabilities(logits, properties, plan, dataset.labels);
    writeNpz(join(folder, probabilities), { probabilities: channelsFirst(channelsLast) });
  }
  await writeLabels(join(folder, labels), postprocessed(map, classes), geometry);
}

/** [slices, rows, columns], channels last → [channels, slices, rows, columns] */
function channelsFirst({ data, shape, channels }: Image<Float32Array>): {
  shape: number[];
  values: Float32Array;
} {
  const voxels = elementsOf(shape);
  const values = new Float32Array(data.length);
  for (let voxel = 0, at = 0; voxel < voxels; voxel++) {
    for (let channel = 0; channel < channels; channel++) values[channel * voxels + voxel] = data[at++];
  }
  return { shape: [channels, ...shape], values };
}
