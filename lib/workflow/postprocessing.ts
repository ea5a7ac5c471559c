import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from '../io/image';
import { keepLargestComponent } from '../postprocessing/components';
import {
  largestComponentRule,
  type LabelledCase,
  type LargestDecision,
} from '../postprocessing/largest-rule';
import type { LabelValue } from './label-scheme';
import { readJson, type RawCase, type RawDataset } from './raw-dataset';
import { readCase } from './read-case';
import { readLabelFile } from './read-labels';
import { foldFiles, resultsFiles, writeJson, type Fold } from './results';
import { labelEnding } from './write-labels';

/** What the held-out cases said of keeping only the largest component. */
export interface Postprocessing {
  /** Folds whose held-out cases were asked. */
  folds: number[];
  /** What is done to a prediction, in order; empty where nothing helps. */
  classes: LabelValue[];
  decisions: LargestDecision[];
}

const FORMAT = 'segcourse postprocessing 1';

/**
 * Decides by nnU-Net's rule, on the label maps of the held-out cases of the folds that are trained, and writes
 * postprocessing.json. Does nothing where it has decided for the same folds, or nothing was held out.
 *
 * @returns what is new
 */
export async function decidePostprocessing(
  folder: string,
  { dataset, cases }: RawDataset,
  splits: readonly { fold: Fold; heldOut: readonly string[] }[],
): Promise<Postprocessing | undefined> {
  const asked = splits.filter((one) => one.heldOut.length > 0);
  const folds = asked.map(({ fold }) => fold as number);
  const known = await readPostprocessing(folder);
  if (folds.length === 0 || known?.folds.join() === folds.join()) return undefined;
  const held = asked.flatMap(({ fold, heldOut }) =>
    heldOut.map((id) => {
      const one = cases.find((candidate) => candidate.id === id)!;
      return () => labelledCase(one, foldFiles(folder, fold).validation, dataset.channels.length);
    }),
  );
  const { foreground, ignore } = dataset.labels;
  const decided = { folds, ...(await largestComponentRule(held, { classes: foreground, ignore })) };
  writeJson(resultsFiles(folder).postprocessing, { format: FORMAT, ...decided });
  return decided;
}

/** @throws Error for a postprocessing.json of something else */
export async function readPostprocessing(folder: string): Promise<Postprocessing | undefined> {
  const file = resultsFiles(folder).postprocessing;
  if (!existsSync(file)) return undefined;
  const { format, ...known } = (await readJson(file)) as Postprocessing & { format?: unknown };
  if (format === FORMAT) return known;
  throw new Error(
    `${file}: got format ${JSON.stringify(format)}; expected '${FORMAT}': remove it, and segcourse train decides again`,
  );
}

/** A label map with only the largest component of each of the classes, in order. */
export function postprocessed<T extends Uint8Array | Uint16Array>(
  { data, shape, channels }: Image<T>,
  classes: readonly LabelValue[],
): Image<T> {
  return { data: keepLargestComponent(data, shape, { classes }), shape, channels };
}

/** In words, for each question that was asked. */
export function decisionLine({ classes, helps, before, after, worse }: LargestDecision): string {
  const group = [classes].flat();
  const of = group.length === 1 ? `label ${group[0]}` : `labels ${group.join(', ')} as one`;
  const dice = `Dice ${before.toFixed(4)} → ${after.toFixed(4)}`;
  const but = worse === undefined ? '' : `, but label ${[worse].flat().join(', ')} gets worse`;
  return `only the largest component of ${of}: ${dice}${but}: ${helps ? 'kept' : 'no'}`;
}

async function labelledCase(
  one: RawCase & { label?: string },
  validation: string,
  channels: number,
): Promise<LabelledCase> {
  const { labels, image: _image, ...geometry } = await readCase(one, channels);
  const { labels: prediction, image } = await readLabelFile(
    join(validation, one.id + labelEnding(one.images[0], geometry)),
  );
  return { prediction, truth: labels!.data, shape: image.shape };
}
