import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { tableBundle } from '../display/table';
import { readDatasetJson } from '../workflow/dataset-json';
import { evaluatePredictions } from '../workflow/evaluate';
import { writeEvaluationReport } from '../workflow/evaluation-report';
import { caseRows, evaluationJson, meanRows } from '../workflow/evaluation-tables';
import { readJson } from '../workflow/raw-dataset';
import { numberOption, parsed } from './arguments';
import { stageProgress } from './stage-progress';
import { UsageError, type Surroundings } from './terminal';

export const EVALUATE_HELP = `segcourse evaluate <predictions folder> <references folder> [options]

Scores label maps against references of the same names: Dice, IoU, HD95, average surface distance and volume difference
of each label in each case, and their means with confidence intervals. NIfTI, MGH, TIFF, PNG, JPEG, npy, DICOM.

  --dataset <dataset.json>  names of the labels, regions, what is ignored; by default the one beside the references
                            folder, if there is one
  --instances               labels are instances, such as nuclei: scores of the foreground, and AP and PQ
  --partial                 references without a prediction are left out
  --confidence <0.95>       of the intervals
  --json                    writes everything as JSON instead of tables; null where there is no score
  --html <report.html>      also writes a report with pictures of the worst cases
  --images <folder>         the images that were predicted, for the pictures
  --worst <4>               how many cases are drawn
`;

export async function evaluateCommand(args: string[], { out, errors }: Surroundings): Promise<number> {
  const { values, positionals } = parsed('evaluate', args, {
    dataset: { type: 'string' },
    instances: { type: 'boolean' },
    partial: { type: 'boolean' },
    confidence: { type: 'string' },
    json: { type: 'boolean' },
    html: { type: 'string' },
    images: { type: 'string' },
    worst: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    out.write(EVALUATE_HELP);
    return 0;
  }
  if (positionals.length !== 2) {
    throw new UsageError(
      `evaluate: got ${positionals.length} folders; expected two: that of the predictions, that of the references`,
    );
  }
  const [predictions, references] = positionals;
  const confidence = numberOption('evaluate', 'confidence', values.confidence) ?? 0.95;
  if (!(confidence > 0 && confidence < 1)) {
    throw new UsageError(
      `evaluate: got --confidence ${confidence}; expected a number between 0 and 1, such as 0.95`,
    );
  }
  const worst = numberOption('evaluate', 'worst', values.worst);
  const description = values.instances ? undefined : (values.dataset ?? datasetBeside(references));
  const dataset =
    description === undefined ? {} : { dataset: readDatasetJson(await readJson(description), description) };
  const progress = stageProgress(errors);
  const evaluation = await evaluatePredictions(predictions, references, {
    ...dataset,
    ...{ instances: values.instances, partial: values.partial, confidence },
    onCase: (done, total) => progress('Scoring', done, total),
    onNotice: (line) => errors.write(`${line}\n`),
  });
  if (values.html !== undefined) {
    await writeEvaluationReport(values.html, evaluation, { ...dataset, images: values.images, worst });
  }
  if (values.json) out.write(`${evaluationJson(evaluation)}\n`);
  else {
    const tables = [caseRows(evaluation), meanRows(evaluation)].map(
      (rows) => tableBundle(rows, { limit: Infinity }).data['text/plain'] as string,
    );
    out.write(`${tables.join('\n\n')}\n`);
  }
  return 0;
}

/** dataset.json of nnU-Net's raw layout, whose references are in labelsTr. */
function datasetBeside(references: string): string | undefined {
  const file = join(dirname(references), 'dataset.json');
  return existsSync(file) ? file : undefined;
}
