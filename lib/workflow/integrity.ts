import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { eachOf } from '../io/each-of';
import type { Samples } from '../io/image';
import { misfitsOf } from './geometry-check';
import type { LabelScheme } from './label-scheme';
import { listRawDataset, type ListedDataset, type TrainingCase } from './raw-dataset';
import { channelError, labelsOf } from './read-case';
import { readCaseFile, type CaseFile } from './read-file';

const CHECKED_AT_ONCE = 2;
/** nnU-Net's number of folds: with fewer cases, some would have nothing to be scored on. */
const FOLDS = 5;
/** So many odd values of a mask are named. */
const MOST_NAMED = 6;

/** Something that is wrong or odd with a data set. */
export interface IntegrityProblem {
  /** The case's id; none where the data set as a whole is meant. */
  case?: string;
  /** What was got, what was expected, with the file's name. */
  message: string;
}

export interface IntegrityReport {
  /** Cases that were looked at. */
  cases: number;
  /** What training must not begin with. */
  errors: IntegrityProblem[];
  /** What may be meant. */
  warnings: IntegrityProblem[];
}

export interface IntegrityOptions {
  onProgress?: (done: number, total: number) => void;
}

/**
 * Reads all training cases of a folder in nnU-Net's raw layout and tells everything that is wrong with them, as its
 * `verify_dataset_integrity` does, which ends at the first kind of problem.
 *
 * Errors: files that are missing or damaged, another number of cases or channels than dataset.json says, channels or masks
 * of other sizes or spacing than the first channel, NaN and infinite values, masks with values that are no labels of
 * dataset.json (fractions too) or in colours, no foreground in any mask. Warnings: other origins or directions (nnU-Net
 * goes on by the voxels), masks of background only, labels that no mask has, masks without an image, fewer cases than
 * folds. Stricter than nnU-Net in two ways: it has no objection to infinite values and to masks that are all empty, of
 * which training makes NaN; and its reader of .nii.gz makes 0 of NaN, of which the check then sees nothing.
 *
 * @throws Error for a dataset.json that is missing or wrong: with all that is wrong with it
 */
export async function checkIntegrity(
  folder: string,
  { onProgress }: IntegrityOptions = {},
): Promise<IntegrityReport> {
  const listed = await listRawDataset(folder);
  const { cases, dataset } = listed;
  const errors: IntegrityProblem[] = listed.problems.map((message) => ({ message }));
  const warnings: IntegrityProblem[] = [];
  const checked: CheckedCase[] = [];
  let done = 0;
  await eachOf(cases, CHECKED_AT_ONCE, async (one, index) => {
    checked[index] = await checkCase(one, dataset.channels.length, dataset.labels);
    onProgress?.(++done, cases.length);
  });
  cases.forEach(({ id }, index) => {
    errors.push(...checked[index].errors.map((message) => ({ case: id, message })));
    warnings.push(...checked[index].warnings.map((message) => ({ case: id, message })));
  });
  const told = labelProblems(checked, dataset.labels);
  errors.push(...told.errors.map((message) => ({ message })));
  const odd = [...told.warnings, ...(await surplusMasks(listed)), ...fewCases(cases)];
  warnings.push(...odd.map((message) => ({ message })));
  return { cases: cases.length, errors, warnings };
}

/** An error with all that `checkIntegrity` found; undefined where it found no errors. */
export function integrityError(folder: string, { errors }: IntegrityReport): Error | undefined {
  if (errors.length === 0) return undefined;
  const lines = errors.map((problem) => `  ${problemLine(problem)}`);
  const count = errors.length === 1 ? 'one problem' : `${errors.length} problems`;
  return new Error(`${folder}: got ${count}; expected none:\n${lines.join('\n')}`);
}

export const problemLine = ({ case: id, message }: IntegrityProblem) =>
  id === undefined ? message : `${id}: ${message}`;

interface CheckedCase {
  errors: string[];
  warnings: string[];
  /** Values in the mask; none where it could not be read. */
  labels?: ReadonlySet<number>;
}

async function checkCase(
  { images, label }: TrainingCase,
  channels: number,
  scheme: LabelScheme,
): Promise<CheckedCase> {
  const errors: string[] = [];
  const warnings: string[] = [];
  const read = async (file: string, kind: 'image' | 'mask') => {
    // Files that are not there have been told.
    if (!existsSync(file)) return undefined;
    try {
      return await readCaseFile(file, kind);
    } catch (error) {
      errors.push((error as Error).message);
      return undefined;
    }
  };
  let first: CaseFile | undefined;
  const stored: CaseFile[] = [];
  for (const [index, path] of [...images, label].entries()) {
    const isMask = index === images.length;
    const file = await read(path, isMask ? 'mask' : 'image');
    if (!file) continue;
    if (first) {
      const misfits = misfitsOf(first, file);
      errors.push(...misfits.errors);
      warnings.push(...misfits.warnings);
    }
    if (isMask) return { errors, warnings, ...checkMask(file, scheme, errors, warnings) };
    first ??= file;
    errors.push(...notFinite(path, file.image.data));
    // Only the number of channels is asked for later.
    stored.push({ ...file, image: { ...file.image, data: new Uint8Array() } });
    const total = stored.reduce((sum, { image }) => sum + image.channels, 0);
    if (stored.length === images.length && total !== channels) {
      errors.push(channelError(stored, total, channels));
    }
  }
  return { errors, warnings };
}

function notFinite(file: string, data: Samples): string[] {
  let [nan, infinite] = [0, 0];
  if (data instanceof Float32Array || data instanceof Float64Array) {
    for (let at = 0; at < data.length; at++) {
      if (Number.isFinite(data[at])) continue;
      if (Number.isNaN(data[at])) nan++;
      else infinite++;
    }
  }
  const tell = (count: number, what: string) =>
    `${file}: got ${count} ${count === 1 ? 'voxel' : 'voxels'} of ${what}; expected finite numbers: replace them`;
  return [...(nan ? [tell(nan, 'NaN')] : []), ...(infinite ? [tell(infinite, 'infinity')] : [])];
}

function checkMask(
  file: CaseFile,
  { all, ignore }: LabelScheme,
  errors: string[],
  warnings: string[],
): Pick<CheckedCase, 'labels'> {
  let values: Float32Array;
  try {
    values = labelsOf(file).data;
  } catch (error) {
    errors.push((error as Error).message);
    return {};
  }
  const broken = notFinite(file.file, values);
  errors.push(...broken);
  const labels = new Set(values);
  const known = new Set([...all, ...(ignore === undefined ? [] : [ignore])]);
  const odd = [...labels]
    .filter((value) => Number.isFinite(value) && !known.has(value))
    .sort((a, b) => a - b);
  if (odd.length > 0) {
    const named = odd.slice(0, MOST_NAMED).map((value) => Number(value.toPrecision(6)));
    const more = odd.length > MOST_NAMED ? ` and ${odd.length - MOST_NAMED} more` : '';
    const hint = /\.jpe?g$/i.test(file.file) ? '; JPEG changes values: save masks as PNG' : '';
    errors.push(
      `${file.file}: got the values ${named.join(', ')}${more}; expected labels of dataset.json: ` +
        `${[...known].join(', ')}${hint}`,
    );
  } else if (broken.length === 0 && !all.slice(1).some((label) => labels.has(label))) {
    warnings.push(
      `${file.file}: got no foreground, only ${[...labels].join(', ')}: is the mask empty by intent?`,
    );
  }
  return { labels };
}

/** What only all masks together tell. */
function labelProblems(
  checked: readonly CheckedCase[],
  { all, names }: LabelScheme,
): { errors: string[]; warnings: string[] } {
  const masks = checked.flatMap(({ labels }) => (labels ? [labels] : []));
  const absent = all.slice(1).filter((label) => !masks.some((labels) => labels.has(label)));
  if (masks.length === 0 || absent.length === 0) return { errors: [], warnings: [] };
  if (absent.length === all.length - 1) {
    return { errors: ['labels: got no foreground in any mask; expected some to learn from'], warnings: [] };
  }
  const nameOf = (label: number) =>
    Object.keys(names).find((name) => names[name] === label) ?? 'in regions only';
  const named = absent.map((label) => `${label} (${nameOf(label)})`);
  return { errors: [], warnings: [`labels: no mask has ${named.join(', ')}: nothing can be learnt of it`] };
}

async function surplusMasks({ folder, dataset, cases }: ListedDataset): Promise<string[]> {
  const masks = join(folder, 'labelsTr');
  if (dataset.files || !existsSync(masks)) return [];
  const known = new Set(cases.map(({ label }) => basename(label)));
  const files = (await readdir(masks)).filter(
    (file) => file.endsWith(dataset.fileEnding) && !known.has(file),
  );
  return files
    .sort()
    .map((file) => `${join(masks, file)}: got a mask without an image in imagesTr; it is not used`);
}

function fewCases(cases: readonly TrainingCase[]): string[] {
  if (cases.length === 0 || cases.length >= FOLDS) return [];
  const count = cases.length === 1 ? 'one training case' : `${cases.length} training cases`;
  return [
    `got ${count}; ${FOLDS} or more let a cross-validation of ${FOLDS} folds tell how good the models are`,
  ];
}
