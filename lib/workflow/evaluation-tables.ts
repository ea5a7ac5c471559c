import { formatNumber } from '../display/text';
import { INSTANCE_METRICS, REGION_METRICS, type Evaluation, type MeanScore } from './evaluate';

type Row = Record<string, string | number>;

/** Headings of the scores, with their units. */
export function headingsOf({ unit }: Pick<Evaluation, 'unit'>): Record<string, string> {
  return {
    dice: 'Dice',
    iou: 'IoU',
    hd95: `HD95 (${unit})`,
    averageSurfaceDistance: `surface distance (${unit})`,
    volumeDifference: unit === 'mm' ? 'volume difference (mm³)' : 'area difference (pixels)',
    ap50: 'AP at IoU 0.5',
    ap: 'AP',
    pq: 'PQ',
    sq: 'SQ',
    rq: 'RQ',
  };
}

/** One row a label, and one of all: means with their confidence intervals. */
export function meanRows(evaluation: Evaluation): Row[] {
  const { means, overall, instances } = evaluation;
  const headings = headingsOf(evaluation);
  const rowOf = (
    label: string,
    scores: Readonly<Record<string, MeanScore>>,
    metrics: readonly string[],
  ): Row => ({
    label,
    cases: scores[metrics[0]].cases,
    ...Object.fromEntries(metrics.map((metric) => [headings[metric], meanText(scores[metric])])),
  });
  const labels = Object.entries(means);
  const rows = labels.map(([label, scores]) => rowOf(label, scores, REGION_METRICS));
  if (labels.length > 1) rows.push(rowOf('mean of labels', overall, REGION_METRICS));
  if (instances) {
    const found = rowOf('instances', instances, INSTANCE_METRICS);
    for (const row of rows)
      for (const metric of INSTANCE_METRICS) row[headings[metric]] = found[headings[metric]];
  }
  return rows;
}

/** One row a case and label. */
export function caseRows(evaluation: Evaluation): Row[] {
  const headings = headingsOf(evaluation);
  return evaluation.cases.flatMap(({ id, labels, instances }) =>
    Object.entries(labels).map(([label, scores]) => ({
      case: id,
      label,
      ...Object.fromEntries(REGION_METRICS.map((metric) => [headings[metric], valueText(scores[metric])])),
      ...(instances &&
        Object.fromEntries(
          INSTANCE_METRICS.map((metric) => [headings[metric], valueText(instances[metric])]),
        )),
    })),
  );
}

/** `0.912 [0.88, 0.94]`, and how many cases an infinite distance keeps out. */
function meanText({ mean, low, high, infinite }: MeanScore): string {
  const interval = Number.isNaN(low) ? '' : ` [${valueText(low)}, ${valueText(high)}]`;
  return `${valueText(mean)}${interval}${infinite > 0 ? `; ∞ in ${infinite}` : ''}`;
}

const valueText = (value: number) => (Number.isNaN(value) ? '–' : formatNumber(Number(value.toPrecision(3))));

/** The evaluation as JSON: scores that do not exist are null, infinite distances the text "Infinity". */
export function evaluationJson(evaluation: Evaluation): string {
  const plain = (_: string, value: unknown) =>
    typeof value === 'number' && Math.abs(value) === Infinity ? 'Infinity' : value;
  return JSON.stringify(evaluation, plain, 2);
}
