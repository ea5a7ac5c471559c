import { elementsOf } from '../metrics/grid';
import { roundHalfEven } from '../transforms/intensity/rounding';
import { type Decision, listed } from './decision';
import type { Fingerprint, IntensityProperties } from './fingerprint';
import { planLowResolution } from './low-resolution';
import { medians } from './medians';
import { CONVOLUTIONS, featuresOf } from './memory-estimate';
import { type PlannedNormalization, planNormalization } from './normalization-scheme';
import { planBatchSize, type PatchPlanOptions, type PatchPlan, planPatch } from './patch-size';
import { SHORTEST_EDGE } from './pooling';
import { targetSpacing } from './target-spacing';

/** What nnU-Net's dataset.json says of a data set. */
export interface PlanningDataset {
  /** Name of each channel; 'CT' is normalised as CT. */
  channels: readonly string[];
  /** Number of labels, background included. */
  classes: number;
  /** Training cases; by default as many as the fingerprint has. */
  cases?: number;
}

export interface PlanOptions {
  /** Memory of the GPU that the plan is for; 8 by default. */
  gigabytes?: number;
}

/** One network: everything that shapes it. */
export interface Configuration {
  /** Along the network's axes, the coarsest first. */
  spacing: number[];
  /** Median size of the images at that spacing. */
  medianShape: number[];
  patchSize: number[];
  batchSize: number;
  poolings: number[];
  /** Of each stage. */
  strides: number[][];
  kernels: number[][];
  features: number[];
  /** In each stage, and in each but the last on the way up. */
  convolutions: number;
  /** Whether the Dice loss is counted over the batch as if it were one image. */
  batchDice: boolean;
  normalizations: PlannedNormalization[];
  decisions: Decision[];
}

export interface DatasetPlan {
  /** Order of the axes in the network: the coarsest first. */
  transposeForward: number[];
  transposeBackward: number[];
  /** Of the images as they are, in the network's order of axes. */
  originalMedianSpacing: number[];
  originalMedianShape: number[];
  /** Of the foreground, for each channel: the fingerprint's. */
  intensities: IntensityProperties[];
  configurations: { '2d': Configuration; '3d_fullres'?: Configuration; '3d_lowres'?: Configuration };
  /** Those that concern all configurations. */
  decisions: Decision[];
}

/**
 * nnU-Net's plan of a data set (Isensee et al. 2021): which networks to train on it, on patches of which size, with the
 * reason of each decision. Equal to nnunetv2's `ExperimentPlanner`.
 *
 * @throws RangeError for a fingerprint without cases, numbers of channels that do not fit, and numbers out of range
 */
export function planDataset(
  fingerprint: Fingerprint,
  dataset: PlanningDataset,
  { gigabytes = 8 }: PlanOptions = {},
): DatasetPlan {
  requireDataset(fingerprint, dataset);
  const { spacings, shapes } = fingerprint;
  const { channels, classes, cases = shapes.length } = dataset;
  const target = targetSpacing(fingerprint);
  const resampled = shapes.map((shape, index) =>
    shape.map((side, axis) => roundHalfEven((spacings[index][axis] / target.spacing[axis]) * side)),
  );
  const { forward, backward, decision: order } = planTranspose(target.spacing);
  const transposed = (values: readonly number[]) => forward.map((axis) => values[axis]);
  const medianShape = transposed(medians(resampled));
  const spacing = transposed(target.spacing);
  const normalizations = planNormalization(channels, fingerprint);
  const datasetVoxels = elementsOf(medianShape) * cases;

  const configure = (options: PatchPlanOptions, voxels: number, patch = planPatch(options)) =>
    configuration(options, patch, voxels, normalizations);
  const flat = { spacing: spacing.slice(1), medianShape: medianShape.slice(1), classes, gigabytes };
  const configurations: DatasetPlan['configurations'] = {
    '2d': withBatchDice(
      configure(flat, datasetVoxels),
      true,
      'one slice may have none of a label, a batch rarely',
    ),
  };
  const decisions = [target.decision, order, ...normalizations.map(({ decision }) => decision)];
  if (medianShape[0] === 1) {
    const reason = 'the images have one slice: there is nothing to convolve along a third axis';
    decisions.push({ subject: 'dimensions', value: '2d', reason, data: { medianShape } });
  } else {
    const options = { spacing, medianShape, classes, gigabytes };
    const patch = planPatch(options);
    const { low, decision } = planLowResolution(options, patch);
    decisions.push(decision);
    configurations['3d_fullres'] = withBatchDice(
      configure(options, datasetVoxels, patch),
      low !== undefined,
      low
        ? 'a patch sees less than a quarter of the median image and may have none of a label'
        : 'a patch sees at least a quarter of the median image',
    );
    if (low) {
      const lowOptions = { ...options, spacing: low.spacing, medianShape: low.medianShape };
      configurations['3d_lowres'] = withBatchDice(
        configure(lowOptions, low.voxels * cases, low.patch),
        false,
        'a patch sees at least a quarter of the median image',
      );
    }
  }
  return {
    transposeForward: forward,
    transposeBackward: backward,
    originalMedianSpacing: transposed(medians(spacings)),
    originalMedianShape: transposed(medians(shapes)).map(roundHalfEven),
    intensities: fingerprint.intensities,
    configurations,
    decisions,
  };
}

/** The network's axes: the coarsest first, so that 2-D slices are cut across it. */
function planTranspose(spacing: readonly number[]) {
  const coarsest = spacing.indexOf(Math.max(...spacing));
  const forward = [coarsest, ...[0, 1, 2].filter((axis) => axis !== coarsest)];
  const backward = [0, 1, 2].map((axis) => forward.indexOf(axis));
  const reason = `axis ${coarsest} has the largest spacing of ${listed(spacing)}: 2-D slices are cut across it`;
  const decision: Decision = { subject: 'order of axes', value: forward, reason, data: { spacing } };
  return { forward, backward, decision };
}

function configuration(
  { spacing, medianShape, gigabytes }: PatchPlanOptions,
  patch: PatchPlan,
  datasetVoxels: number,
  normalizations: PlannedNormalization[],
): Configuration {
  const batchSize = planBatchSize(patch, { datasetVoxels, gigabytes });
  const features = featuresOf(patch);
  return {
    spacing: [...spacing],
    medianShape: [...medianShape],
    patchSize: patch.patch,
    batchSize: batchSize.value,
    poolings: patch.poolings,
    strides: patch.strides,
    kernels: patch.kernels,
    features,
    convolutions: CONVOLUTIONS,
    batchDice: false,
    normalizations,
    decisions: [patch.decision, poolingDecision(spacing, patch), featureDecision(features), batchSize],
  };
}

/** Whether the Dice loss takes all images of a batch as one. */
function withBatchDice(configuration: Configuration, batchDice: boolean, because: string): Configuration {
  const value = batchDice ? 'of the batch' : 'of each image';
  const reason = `${because}: the Dice loss is counted ${batchDice ? 'over the batch' : 'image by image'}`;
  const decision: Decision = { subject: 'Dice loss', value, reason, data: { batchDice } };
  return { ...configuration, batchDice, decisions: [...configuration.decisions, decision] };
}

function poolingDecision(
  spacing: readonly number[],
  { poolings, patch, strides, kernels }: PatchPlan,
): Decision {
  const why = poolings.map((count, axis) => {
    const left = patch[axis] / 2 ** count;
    const begins = strides.findIndex((stride) => stride[axis] === 2);
    const waits =
      begins > 1
        ? `, from stage ${begins} on, when the others are as coarse as its ${listed([spacing[axis]]).slice(1, -1)}`
        : '';
    const flat = kernels.filter((kernel) => kernel[axis] === 1).length;
    const kernel = flat > 0 ? `, kernel 1 in the first ${flat === 1 ? 'stage' : `${flat} stages`}` : '';
    return `axis ${axis}: ${patch[axis]} → ${left} in ${count} halvings${waits}${kernel}`;
  });
  const reason = `${why.join('; ')} (an axis is halved while at least ${SHORTEST_EDGE} voxels are left)`;
  return { subject: 'poolings', value: poolings, reason, data: { spacing, patch } };
}

function featureDecision(features: readonly number[]): Decision {
  const most = features[features.length - 1];
  const capped = features.filter((count) => count === most).length > 1;
  const reason = `32, doubled from stage to stage${capped ? `, at most ${most}, which keeps the network small` : ''}`;
  return { subject: 'features', value: features, reason, data: { stages: features.length } };
}

function requireDataset({ spacings, shapes, intensities }: Fingerprint, dataset: PlanningDataset): void {
  const positive = (lists: number[][]) =>
    lists.every((list) => list.length === 3 && list.every((value) => value > 0 && value < Infinity));
  if (shapes.length === 0 || shapes.length !== spacings.length || !positive(shapes) || !positive(spacings)) {
    throw new RangeError(
      `planDataset: got ${shapes.length} shapes and ${spacings.length} spacings; expected as many of both, at least one, ` +
        'each three positive numbers',
    );
  }
  if (dataset.channels.length !== intensities.length) {
    throw new RangeError(
      `planDataset: got ${dataset.channels.length} channel names; the fingerprint has ${intensities.length} channels`,
    );
  }
  if (!Number.isSafeInteger(dataset.classes) || dataset.classes < 2) {
    throw new RangeError(
      `planDataset: got ${dataset.classes} classes; expected an integer of at least 2, background included`,
    );
  }
}
