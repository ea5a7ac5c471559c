import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { planDataset, type DatasetPlan } from '../planning/plan';
import { readPlansJson } from '../planning/read-plans-json';
import { extractFingerprint } from './extract-fingerprint';
import { checkIntegrity, integrityError, problemLine } from './integrity';
import { planningDataset } from './planning-dataset';
import { openRawDataset, readJson, type RawDataset } from './raw-dataset';
import { readSettings, resultsFiles } from './results';
import { trainDataset, type TrainOptions } from './train';
import type { FoldResult } from './train-fold';

/** As nnU-Net calls it, and `segcourse plan` writes it. */
const PLANS = 'nnUNetPlans.json';

export interface TrainFolderOptions extends TrainOptions {
  /**
   * nnU-Net's plans file to begin with; by default nnUNetPlans.json beside dataset.json, or else the data set is checked,
   * and planned for 8 GB.
   */
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
  raw.dataset.notices.forEach((notice) => options.onNotice?.(notice));
  const plan = await planOf(raw, folder, options);
  return trainDataset(raw, plan, folder, { ...options, since });
}

async function planOf(raw: RawDataset, folder: string, options: TrainFolderOptions): Promise<DatasetPlan> {
  const given = options.plan === undefined ? undefined : await planIn(options.plan);
  if (await readSettings(folder)) {
    const { plans } = resultsFiles(folder);
    const own = await planIn(plans);
    if (!given || isDeepStrictEqual(given, own)) return own;
    throw new Error(
      `${folder}: got ${options.plan}; its training began with another plan, ${plans}: leave the option out to go on, or ` +
        'train into another folder',
    );
  }
  if (given) return given;
  const { onNotice, onProgress, signal } = options;
  const beside = join(raw.folder, PLANS);
  if (existsSync(beside)) {
    onNotice?.(`plan: ${beside}`);
    return planIn(beside);
  }
  const report = await checkIntegrity(raw.folder, {
    onProgress: (done, total) => onProgress?.('Checking', done, total),
  });
  const error = integrityError(raw.folder, report);
  if (error) throw error;
  report.warnings.forEach((warning) => onNotice?.(problemLine(warning)));
  const fingerprint = await extractFingerprint(raw, {
    onCase: (done, total) => onProgress?.('Fingerprint', done, total),
    signal,
  });
  return planDataset(fingerprint, planningDataset(raw.dataset));
}

async function planIn(file: string): Promise<DatasetPlan> {
  if (!existsSync(file)) {
    throw new Error(`${file}: got no such file; expected a plan, nnU-Net's or of segcourse plan`);
  }
  return readPlansJson(await readJson(file), file);
}
