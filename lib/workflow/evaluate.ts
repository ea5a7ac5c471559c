import { bootstrapInterval, type BootstrapInterval } from '../metrics/bootstrap';
import { meanWithoutNaN } from '../metrics/class-scores';
import type { DatasetDescription } from './dataset-json';
import {
  instanceScores,
  scoresOfRegion,
  type InstanceScores,
  type LabelPair,
  type RegionScores,
} from './evaluate-case';
import { misfitsOf } from './geometry-check';
import type { LabelValue } from './label-scheme';
import { pairCases, type CasePair } from './paired-cases';
import { readLabelFile } from './read-labels';

export interface EvaluateOptions {
  /** What the labels are called, which regions there are, what is ignored; default: the labels that the files have. */
  dataset?: Pick<DatasetDescription, 'labels'>;
  /** Whether labels are instances of one class, such as nuclei: scores of the foreground, and AP and PQ. Default false. */
  instances?: boolean;
  /** Whether references without a prediction are left out. Default false: they are an error. */
  partial?: boolean;
  /** Share of intervals that hold the true mean; default 0.95. */
  confidence?: number;
  onCase?: (done: number, total: number) => void;
  /** Told what is odd but no error, such as another origin. */
  onNotice?: (line: string) => void;
}

export interface CaseEvaluation extends CasePair {
  /** Of pictures [height, width], of volumes [depth, height, width]. */
  shape: readonly number[];
  spacing: readonly number[];
  /** By the label's name. */
  labels: Record<string, RegionScores>;
  instances?: InstanceScores;
}

/** Mean over the cases that have the score, with its confidence interval. */
export interface MeanScore {
  /** NaN where no case has it. */
  mean: number;
  /** NaN for fewer than 2 cases. */
  low: number;
  high: number;
  /** Cases in the mean. */
  cases: number;
  /** Cases that are not, for their distance is infinite: prediction or reference lacks the label. */
  infinite: number;
}

export const REGION_METRICS = ['dice', 'iou', 'hd95', 'averageSurfaceDistance', 'volumeDifference'] as const;
export const INSTANCE_METRICS = ['ap50', 'ap', 'pq', 'sq', 'rq'] as const;
export type MeanScores = Record<(typeof REGION_METRICS)[number], MeanScore>;

export interface Evaluation {
  cases: CaseEvaluation[];
  /** By the label's name; over the cases where it is in the prediction or the reference. */
  means: Record<string, MeanScores>;
  /** Of each case's mean over its labels; with one label only, that label's. */
  overall: MeanScores;
  instances?: Record<(typeof INSTANCE_METRICS)[number], MeanScore>;
  /** Of volumes 'mm'; of pictures 'pixels'. Volumes have its third power, areas of pictures its second. */
  unit: 'mm' | 'pixels';
  confidence: number;
}

/**
 * Scores the label maps of a folder against references of the same names: overlap, distances between surfaces and volumes
 * of each label in each case, and means with confidence intervals over cases (bootstrap).
 *
 * A label that neither map of a case has says nothing there and stays out of the means; one that only one of them has is
 * worth a Dice and an IoU of 0, and infinite distances, which the means leave out and count.
 *
 * @param predictions folder with a label map for each case, of any format that `readImage` knows
 * @param references folder with a label map for each case; formats may differ
 * @throws Error for cases that only one folder has, and files that do not fit their reference, all of them listed; for
 *   labels that dataset.json does not know, and what readers throw
 */
export async function evaluatePredictions(
  predictions: string,
  references: string,
  { dataset, instances = false, partial, confidence = 0.95, onCase, onNotice }: EvaluateOptions = {},
): Promise<Evaluation> {
  const pairs = pairCases(predictions, references, partial);
  const problems: string[] = [];
  const cases: CaseEvaluation[] = [];
  const units = new Set<Evaluation['unit']>();
  for (const pair of pairs) {
    const reference = await readLabelFile(pair.reference);
    const prediction = await readLabelFile(pair.prediction);
    // A file without a spacing has that of the other.
    if (reference.bare) reference.spacing = prediction.spacing;
    else if (prediction.bare) prediction.spacing = reference.spacing;
    const { errors, warnings } = misfitsOf(reference, prediction);
    warnings.forEach((line) => onNotice?.(line));
    problems.push(...errors);
    if (errors.length === 0)
      problems.push(...unknownLabels(prediction.file, prediction.labels, dataset, instances));
    // Nothing is worth scoring any more, but all that is wrong is worth telling.
    if (problems.length > 0) continue;
    const maps: LabelPair = {
      prediction: prediction.labels,
      truth: reference.labels,
      shape: reference.flat ? reference.image.shape.slice(1) : reference.image.shape,
      spacing: reference.flat ? reference.spacing.slice(1) : reference.spacing,
      ...(dataset?.labels.ignore !== undefined && { ignore: dataset.labels.ignore }),
    };
    units.add(reference.affine || (reference.bare && prediction.affine) ? 'mm' : 'pixels');
    const { shape, spacing } = maps;
    const regions = instances ? ([['foreground', 'foreground']] as const) : regionsOf(maps, dataset);
    const scores = regions.map(([name, region]) => [name, scoresOfRegion(maps, region)] as const);
    const found = instances ? { instances: instanceScores(maps) } : {};
    cases.push({ ...pair, shape, spacing, labels: Object.fromEntries(scores), ...found });
    onCase?.(cases.length, pairs.length);
  }
  if (problems.length > 0)
    throw new Error(`${predictions}: got what does not fit:\n  ${problems.join('\n  ')}`);
  if (units.size > 1) {
    throw new Error(`${references}: got volumes and pictures; expected one kind: evaluate them apart`);
  }
  return { ...summary(cases, confidence), unit: [...units][0], confidence };
}

/** Labels that are scored, by name. */
function regionsOf(
  { prediction, truth }: LabelPair,
  dataset: EvaluateOptions['dataset'],
): (readonly [string, LabelValue])[] {
  if (dataset) {
    const { names, foreground } = dataset.labels;
    const nameOf = (value: LabelValue) =>
      Object.keys(names).find((name) => [names[name]].flat().join() === [value].flat().join())!;
    return foreground.map((value) => [nameOf(value), value] as const);
  }
  const labels = new Set(truth);
  for (const label of prediction) labels.add(label);
  labels.delete(0);
  return [...labels].sort((a, b) => a - b).map((label) => [String(label), label] as const);
}

/** Labels of one map that are scored at most without a dataset.json. */
const MOST_LABELS = 255;

function unknownLabels(
  file: string,
  labels: Float32Array,
  dataset: EvaluateOptions['dataset'],
  instances: boolean,
): string[] {
  if (instances) return [];
  const found = [...new Set(labels)].sort((a, b) => a - b);
  if (!dataset) {
    if (found.length <= MOST_LABELS + 1) return [];
    return [
      `${file}: got ${found.length} labels; expected at most ${MOST_LABELS}: evaluate them as --instances`,
    ];
  }
  const { all, ignore } = dataset.labels;
  const unknown = found.filter((label) => !all.includes(label) && label !== ignore);
  if (unknown.length === 0) return [];
  return [`${file}: got the labels ${unknown.join(', ')}; expected those of dataset.json: ${all.join(', ')}`];
}

function summary(
  cases: CaseEvaluation[],
  confidence: number,
): Pick<Evaluation, 'cases' | 'means' | 'overall' | 'instances'> {
  const names = [...new Set(cases.flatMap(({ labels }) => Object.keys(labels)))];
  if (names.every((name) => /^\d+$/.test(name))) names.sort((a, b) => Number(a) - Number(b));
  const meansOf = (scores: (metric: (typeof REGION_METRICS)[number]) => number[]) =>
    Object.fromEntries(
      REGION_METRICS.map((metric) => [metric, meanScore(scores(metric), confidence)]),
    ) as MeanScores;
  const valuesOf = (scores: RegionScores | undefined, metric: keyof RegionScores) =>
    scores === undefined || Number.isNaN(scores.dice) ? NaN : scores[metric];
  const means = names.map((name): [string, MeanScores] => [
    name,
    meansOf((metric) => cases.map(({ labels }) => valuesOf(labels[name], metric))),
  ]);
  const overall = meansOf((metric) =>
    cases.map(({ labels }) => meanWithoutNaN(Object.values(labels).map((one) => valuesOf(one, metric)))),
  );
  const found = cases.flatMap(({ instances }) => (instances ? [instances] : []));
  const instances = Object.fromEntries(
    INSTANCE_METRICS.map((metric) => [
      metric,
      meanScore(
        found.map((scores) => scores[metric]),
        confidence,
      ),
    ]),
  ) as Evaluation['instances'];
  return { cases, means: Object.fromEntries(means), overall, ...(found.length > 0 && { instances }) };
}

function meanScore(values: readonly number[], confidence: number): MeanScore {
  const there = values.filter((value) => Number.isFinite(value));
  const infinite = values.filter((value) => Math.abs(value) === Infinity).length;
  const { estimate, low, high } = intervalOf(there, confidence);
  return { mean: estimate, low, high, cases: there.length, infinite };
}

function intervalOf(
  values: readonly number[],
  confidence: number,
): Pick<BootstrapInterval, 'estimate' | 'low' | 'high'> {
  if (values.length < 2) return { estimate: meanWithoutNaN(values), low: NaN, high: NaN };
  try {
    return bootstrapInterval(values, { confidence });
  } catch {
    // Few cases, of which all but one are equal, have no bias-corrected interval.
    return bootstrapInterval(values, { confidence, method: 'percentile' });
  }
}
