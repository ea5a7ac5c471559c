import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { htmlPage } from '../display/html-page';
import { tableBundle } from '../display/table';
import { writeFileWhole } from '../io/write-file';
import { meanWithoutNaN } from '../metrics/class-scores';
import type { DatasetDescription } from './dataset-json';
import type { CaseEvaluation, Evaluation } from './evaluate';
import { casePicture } from './evaluation-pictures';
import { caseRows, meanRows } from './evaluation-tables';

export interface EvaluationReportOptions {
  /** Folder with the images, named as the label maps, or as nnU-Net names them: case_0000.nii.gz. */
  images?: string;
  /** What the labels are called. */
  dataset?: Pick<DatasetDescription, 'labels'>;
  /** How many of the worst cases are drawn; default 4. */
  worst?: number;
}

/**
 * Writes an evaluation as one HTML file that needs nothing from elsewhere: means with their intervals, pictures of the
 * worst cases, the scores of all cases.
 *
 * @throws Error for an images folder without the image of a case that is drawn, and what the readers throw
 */
export async function writeEvaluationReport(
  file: string,
  evaluation: Evaluation,
  { images, dataset, worst = 4 }: EvaluationReportOptions = {},
): Promise<void> {
  const nameOf = (label: number) =>
    Object.entries(dataset?.labels.names ?? {}).find(([, value]) => value === label)?.[0] ?? `label ${label}`;
  const pictures: string[] = [];
  for (const one of worstCases(evaluation, worst)) {
    const image = images === undefined ? {} : { image: imageOf(one, images) };
    pictures.push(
      await casePicture(one, { ...image, nameOf: evaluation.instances ? () => 'instances' : nameOf }),
    );
  }
  writeFileWhole(file, Buffer.from(page(evaluation, pictures)));
}

/** The cases with the lowest score, lowest first: their mean Dice over labels, of instances the average precision. */
export function worstCases({ cases }: Pick<Evaluation, 'cases'>, count: number): CaseEvaluation[] {
  const scoreOf = ({ labels, instances }: CaseEvaluation) =>
    instances ? instances.ap : meanWithoutNaN(Object.values(labels).map(({ dice }) => dice));
  return cases
    .filter((one) => !Number.isNaN(scoreOf(one)))
    .sort((a, b) => scoreOf(a) - scoreOf(b))
    .slice(0, count);
}

/** The first image file of a case. */
function imageOf({ id }: CaseEvaluation, folder: string): string {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter((name) => name.startsWith(`${id}.`) || name.startsWith(`${id}_0000.`)).sort();
  if (own.length > 0) return join(folder, own[0]);
  throw new Error(`${folder}: got no image of the case ${id}; expected ${id}.* or ${id}_0000.*`);
}

function page(evaluation: Evaluation, pictures: readonly string[]): string {
  const { cases, confidence } = evaluation;
  const table = (rows: object[]) => tableBundle(rows, { limit: Infinity }).data['text/html'] as string;
  const title = `Evaluation of ${cases.length} case${cases.length === 1 ? '' : 's'}`;
  const percent = Number((100 * confidence).toPrecision(4));
  return htmlPage({
    title,
    body:
      `<p>Means over cases with their ${percent} % confidence intervals (bootstrap).</p>\n` +
      `${table(meanRows(evaluation))}\n<h2>Worst cases</h2>\n${pictures.join('\n')}\n` +
      `<h2>All cases</h2>\n${table(caseRows(evaluation))}`,
  });
}
