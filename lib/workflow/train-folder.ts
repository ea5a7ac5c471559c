import { existsSync } from 'node:fs';
import { datasetFingerprint, type PlanningCase } from '../planning/fingerprint';
import { planDataset, type DatasetPlan } from '../planning/plan';
import { readPlansJson } from '../planning/read-plans-json';
import { checkIntegrity, integrityError, problemLine } from './integrity';
import { planningDataset } from './planning-dataset';
import { openRawDataset, readJson, type RawDataset } from './raw-dataset';
import { readCase } from './read-case';
import { resultsFiles } from './results';
import { trainDataset, type TrainOptions } from './train';
import type { FoldResult } from './train-fold';

export interface TrainFolderOptions extends TrainOptions {
  /** File of a plan; by default the results folder's own, or one that is made first. */
  plan?: string;
}

/**
 * `trainDataset` of a folder in nnU-Net's raw layout, which is checked and planned first where no plan is given.
 *
 * @throws Error that lists all that is wrong with the data set, for a plan that is not there, and as `trainDataset`
 */
export async function trainFolder(
  dataset: string,
  folder: string,
  options: TrainFolderOptions = {},
): Promise<FoldResult[]> {
  const since = options.since ?? performance.now();
  const raw = await openRawDataset(dataset);
  const plan = await planOf(raw, folder, options);
  return trainDataset(raw, plan, folder, { ...options, since });
}

async function planOf(raw: RawDataset, folder: string, options: TrainFolderOptions): Promise<DatasetPlan> {
  const own = resultsFiles(folder).plans;
  const file = existsSync(own) ? own : options.plan;
  if (file !== undefined) {
    if (!existsSync(file))
      throw new Error(`${file}: got no such file; expected a plan that segcourse plan wrote`);
    return readPlansJson(await readJson(file), file);
  }
  const { onNotice, onProgress } = options;
  const report = await checkIntegrity(raw.folder, {
    onProgress: (done, total) => onProgress?.('Checking', done, total),
  });
  const error = integrityError(raw.folder, report);
  if (error) throw error;
  report.warnings.forEach((warning) => onNotice?.(problemLine(warning)));
  const fingerprint = await datasetFingerprint(planningCases(raw, onProgress));
  return planDataset(fingerprint, planningDataset(raw.dataset));
}

async function* planningCases(
  { cases, dataset }: RawDataset,
  onProgress: TrainOptions['onProgress'],
): AsyncGenerator<PlanningCase> {
  for (const [index, one] of cases.entries()) {
    const { image, labels, spacing } = await readCase(one, dataset.channels.length);
    yield { image, mask: labels!, spacing };
    onProgress?.('Fingerprint', index + 1, cases.length);
  }
}
