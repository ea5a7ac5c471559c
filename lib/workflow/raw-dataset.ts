import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type DatasetDescription, readDatasetJson } from './dataset-json';

/** A case's files; no image is read yet. */
export interface RawCase {
  id: string;
  /** One for each channel, or fewer that hold several channels each (RGB pictures). */
  images: string[];
}

export interface TrainingCase extends RawCase {
  label: string;
}

export interface RawDataset {
  /** The folder's name, such as Dataset004_Hippocampus. */
  name: string;
  folder: string;
  dataset: DatasetDescription;
  /** In the order of their ids. */
  cases: TrainingCase[];
  /** Those of imagesTs, if there are any. */
  testCases: RawCase[];
}

/** A data set as it was found, with what is wrong with its files. */
export interface ListedDataset extends RawDataset {
  problems: string[];
}

/**
 * Opens a folder in nnU-Net's raw layout: dataset.json, imagesTr with one file for each channel (case_0000.nii.gz,
 * case_0001.nii.gz …), labelsTr (case.nii.gz), perhaps imagesTs. Where dataset.json lists the files itself (`dataset`),
 * these are taken, relative to the folder.
 *
 * @throws Error that lists everything that is wrong: with dataset.json, missing folders, files and channels
 */
export async function openRawDataset(folder: string): Promise<RawDataset> {
  const { problems, ...dataset } = await listRawDataset(folder);
  if (problems.length > 0) throw new Error(`${folder}:\n  ${problems.join('\n  ')}`);
  return dataset;
}

/**
 * `openRawDataset` that tells what is wrong with the files instead of throwing.
 *
 * @throws Error for a dataset.json that is missing or wrong
 */
export async function listRawDataset(folder: string): Promise<ListedDataset> {
  const dataset = await readDescription(join(folder, 'dataset.json'));
  const problems: string[] = [];
  const cases = dataset.files
    ? listedCases(folder, dataset.files)
    : await foundCases(folder, dataset, problems);
  problems.push(...missingFiles(folder, cases, dataset));
  const { numTraining } = dataset;
  if (cases.length !== numTraining) {
    problems.push(
      `numTraining: got ${numTraining} in dataset.json, but ${cases.length} training cases; expected as many: correct it`,
    );
  }
  return {
    name: basename(resolve(folder)),
    folder,
    dataset,
    cases,
    testCases: await casesIn(join(folder, 'imagesTs'), dataset.fileEnding),
    problems,
  };
}

async function readDescription(file: string): Promise<DatasetDescription> {
  if (!existsSync(file)) {
    throw new Error(`${file}: got no such file; expected nnU-Net's description of the data set`);
  }
  return readDatasetJson(await readJson(file), file);
}

/** @throws Error naming the file, where it is no JSON */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: got ${(error as Error).message}; expected JSON`);
  }
}

function listedCases(folder: string, files: NonNullable<DatasetDescription['files']>): TrainingCase[] {
  const place = (file: string) => resolve(folder, withVariables(file));
  return Object.entries(files).map(([id, { images, label }]) => ({
    id,
    images: images.map(place),
    label: place(label),
  }));
}

/** `$NAME` and `${NAME}` by the environment, as nnU-Net takes them; unknown ones stay. */
const withVariables = (file: string) =>
  file.replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => {
    return process.env[braced ?? bare ?? ''] ?? all;
  });

async function foundCases(
  folder: string,
  { fileEnding }: DatasetDescription,
  problems: string[],
): Promise<TrainingCase[]> {
  for (const name of ['imagesTr', 'labelsTr']) {
    if (!existsSync(join(folder, name))) {
      problems.push(`${name}: got no such folder; expected it beside dataset.json`);
    }
  }
  const cases = await casesIn(join(folder, 'imagesTr'), fileEnding);
  return cases.map((one) => ({ ...one, label: join(folder, 'labelsTr', one.id + fileEnding) }));
}

/** Cases by their files' names: case_0000.nii.gz is channel 0 of `case`. */
async function casesIn(folder: string, fileEnding: string): Promise<RawCase[]> {
  if (!existsSync(folder)) return [];
  const cases = new Map<string, string[]>();
  const files = (await readdir(folder)).filter((file) => file.endsWith(fileEnding) && !file.startsWith('.'));
  for (const file of files.sort()) {
    const stem = file.slice(0, -fileEnding.length);
    const id = /_\d{4}$/.test(stem) ? stem.slice(0, -5) : stem;
    cases.set(id, [...(cases.get(id) ?? []), join(folder, file)]);
  }
  return [...cases].map(([id, images]) => ({ id, images })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** In words; all of them. */
function missingFiles(
  folder: string,
  cases: readonly TrainingCase[],
  { fileEnding, files, channels }: DatasetDescription,
): string[] {
  const problems: string[] = [];
  for (const { id, images, label } of cases) {
    const absent = [...images, label].filter((file) => !existsSync(file));
    problems.push(...absent.map((file) => `${id}: got no file ${file}; expected it to be there`));
    if (files) continue;
    const numbers = images.map((file) =>
      Number(file.slice(0, -fileEnding.length).match(/_(\d{4})$/)?.[1] ?? -1),
    );
    if (numbers.includes(-1)) {
      problems.push(
        `${id}: got ${images.map((file) => basename(file)).join(', ')}; expected the channel's number in the name: ` +
          `${id}_0000${fileEnding}`,
      );
    } else if (numbers.some((number, index) => number !== index)) {
      problems.push(
        `${id}: got the channels ${numbers.join(', ')} of ${channels.length}; expected all files from _0000 on`,
      );
    }
  }
  if (cases.length === 0) problems.push(`${folder}: got no training cases; expected images in imagesTr`);
  return problems;
}
