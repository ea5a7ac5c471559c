import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Fingerprint } from '../planning/fingerprint';
import { fingerprintJson, readFingerprintJson } from '../planning/fingerprint-json';
import { planDataset, type DatasetPlan } from '../planning/plan';
import { plansJson, type PlansJson } from '../planning/plans-json';
import { readDatasetJson, type DatasetDescription } from './dataset-json';
import { writableFolder } from './disk';
import { extractFingerprint } from './extract-fingerprint';
import { checkIntegrity, integrityError, problemLine } from './integrity';
import { planningDataset, readerName } from './planning-dataset';
import { openRawDataset, readJson, type RawDataset } from './raw-dataset';
import { writeJson } from './results';

export interface PlanFolderOptions {
  /** Memory of the GPU that the plan is for; 8 by default. */
  gigabytes?: number;
  /** Whether all cases are checked first; default true. */
  verify?: boolean;
  /** Where dataset_fingerprint.json and nnUNetPlans.json go; by default the data set's folder. */
  output?: string;
  /** Told what is odd, a line each. */
  onNotice?: (line: string) => void;
  onProgress?: (stage: string, done: number, total: number) => void;
  /** Stops the work between two cases. */
  signal?: AbortSignal;
}

export interface Planned {
  dataset: DatasetDescription;
  fingerprint: Fingerprint;
  plan: DatasetPlan;
  /** As nnU-Net's file, with the reasons. */
  json: PlansJson;
}

export const planFiles = (folder: string) => ({
  fingerprint: join(folder, 'dataset_fingerprint.json'),
  plans: join(folder, 'nnUNetPlans.json'),
});

/**
 * Plans a data set in nnU-Net's raw layout: checks it, takes its fingerprint, and writes both of nnU-Net's files,
 * dataset_fingerprint.json and nnUNetPlans.json, each whole or not at all. A fingerprint that is newer than all of the data
 * set's files is not taken again.
 *
 * @throws Error that lists all that is wrong with the data set, RangeError where no patch fits into the memory, the
 *   signal's reason
 */
export async function planFolder(folder: string, options: PlanFolderOptions = {}): Promise<Planned> {
  const { gigabytes, verify = true, output = folder, onNotice, onProgress, signal } = options;
  writableFolder('planFolder', output);
  const files = planFiles(output);
  const raw = await openOrReport(folder, verify, options);
  raw.dataset.notices.forEach((notice) => onNotice?.(notice));
  const fresh = await isFresh(files.fingerprint, raw);
  const fingerprint = fresh
    ? readFingerprintJson(await readJson(files.fingerprint), files.fingerprint)
    : await extractFingerprint(raw, {
        onCase: (done, total) => onProgress?.('Fingerprint', done, total),
        signal,
      });
  if (fresh) onNotice?.(`${files.fingerprint} is newer than the data set: taken as it is`);
  else writeJson(files.fingerprint, fingerprintJson(fingerprint));
  const planned = plannedOf(fingerprint, raw.dataset, raw.name, gigabytes);
  writeJson(files.plans, planned.json);
  return planned;
}

/**
 * Plans from nnU-Net's own two files, without any image.
 *
 * @param fingerprintFile dataset_fingerprint.json
 * @param datasetFile dataset.json; its folder's name is the data set's
 * @throws Error naming the file and the field that is wrong, RangeError where no patch fits into the memory
 */
export async function planFromFiles(
  fingerprintFile: string,
  datasetFile: string,
  { gigabytes, onNotice }: Pick<PlanFolderOptions, 'gigabytes' | 'onNotice'> = {},
): Promise<Planned> {
  for (const file of [fingerprintFile, datasetFile]) {
    if (!existsSync(file)) throw new Error(`${file}: got no such file; expected one that nnU-Net wrote`);
  }
  const fingerprint = readFingerprintJson(await readJson(fingerprintFile), fingerprintFile);
  const dataset = readDatasetJson(await readJson(datasetFile), datasetFile);
  dataset.notices.forEach((notice) => onNotice?.(notice));
  const { numTraining } = dataset;
  if (numTraining !== fingerprint.shapes.length) {
    onNotice?.(
      `${datasetFile}: numTraining is ${numTraining}, the fingerprint has ${fingerprint.shapes.length} cases; planned for ` +
        `${numTraining}, as nnU-Net does`,
    );
  }
  return plannedOf(fingerprint, dataset, basename(dirname(resolve(datasetFile))), gigabytes);
}

function plannedOf(
  fingerprint: Fingerprint,
  dataset: DatasetDescription,
  datasetName: string,
  gigabytes?: number,
): Planned {
  const plan = planDataset(fingerprint, planningDataset(dataset), { gigabytes });
  const json = plansJson(plan, { datasetName, reader: readerName(dataset, fingerprint) });
  return { dataset, fingerprint, plan, json };
}

async function openOrReport(
  folder: string,
  verify: boolean,
  { onNotice, onProgress }: PlanFolderOptions,
): Promise<RawDataset> {
  if (verify) {
    const report = await checkIntegrity(folder, {
      onProgress: (done, total) => onProgress?.('Checking', done, total),
    });
    report.warnings.forEach((warning) => onNotice?.(problemLine(warning)));
    const error = integrityError(folder, report);
    if (error) throw error;
  }
  return openRawDataset(folder);
}

/** Whether a fingerprint is there that was written after all of the data set's files. */
async function isFresh(file: string, { folder, cases }: RawDataset): Promise<boolean> {
  if (!existsSync(file)) return false;
  const written = (await stat(file)).mtimeMs;
  const files = [join(folder, 'dataset.json'), ...cases.flatMap(({ images, label }) => [...images, label])];
  const times = await Promise.all(files.map(async (one) => (await stat(one)).mtimeMs));
  if (times.some((time) => time >= written)) return false;
  const { shapes } = readFingerprintJson(await readJson(file), file);
  return shapes.length === cases.length;
}
