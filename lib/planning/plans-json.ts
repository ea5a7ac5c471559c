import type { Decision } from './decision';
import { intensitiesJson, type IntensityJson } from './fingerprint-json';
import type { NormalizationScheme } from './normalization-scheme';
import type { Configuration, DatasetPlan } from './plan';

/** nnU-Net's names of what reads the images. */
export type ReaderName = 'SimpleITKIO' | 'NibabelIO' | 'NaturalImage2DIO' | 'Tiff3DIO' | (string & {});

export interface PlansJsonOptions {
  /** Such as Dataset004_Hippocampus. */
  datasetName: string;
  reader: ReaderName;
  /** Default 'nnUNetPlans'. */
  plansName?: string;
}

/** nnU-Net's plans file (nnUNetPlans.json), and the reasons, which nnU-Net passes over. */
export interface PlansJson {
  dataset_name: string;
  plans_name: string;
  original_median_spacing_after_transp: number[];
  original_median_shape_after_transp: number[];
  image_reader_writer: ReaderName;
  transpose_forward: number[];
  transpose_backward: number[];
  configurations: Record<string, ConfigurationJson | CascadeJson>;
  experiment_planner_used: 'ExperimentPlanner';
  label_manager: 'LabelManager';
  foreground_intensity_properties_per_channel: Record<string, IntensityJson>;
  /** Of all configurations ('dataset'), and of each. */
  decisions: Record<string, readonly Decision[]>;
}

/** The full resolution once more, with the low resolution's prediction as further channels. */
export interface CascadeJson {
  inherits_from: '3d_fullres';
  previous_stage: '3d_lowres';
}

interface Resampling {
  is_seg: boolean;
  order: number;
  order_z: number;
  force_separate_z: null;
}

export interface ConfigurationJson {
  data_identifier: string;
  preprocessor_name: 'DefaultPreprocessor';
  batch_size: number;
  patch_size: number[];
  median_image_size_in_voxels: number[];
  spacing: number[];
  normalization_schemes: NormalizationScheme[];
  use_mask_for_norm: boolean[];
  resampling_fn_data: string;
  resampling_fn_seg: string;
  resampling_fn_data_kwargs: Resampling;
  resampling_fn_seg_kwargs: Resampling;
  resampling_fn_probabilities: string;
  resampling_fn_probabilities_kwargs: Resampling;
  architecture: ArchitectureJson;
  batch_dice: boolean;
  next_stage?: '3d_cascade_fullres';
}

export interface ArchitectureJson {
  network_class_name: string;
  arch_kwargs: {
    n_stages: number;
    features_per_stage: number[];
    conv_op: string;
    kernel_sizes: number[][];
    strides: number[][];
    n_conv_per_stage: number[];
    n_conv_per_stage_decoder: number[];
    conv_bias: boolean;
    norm_op: string;
    norm_op_kwargs: { eps: number; affine: boolean };
    dropout_op: null;
    dropout_op_kwargs: null;
    nonlin: string;
    nonlin_kwargs: { inplace: boolean };
  };
  _kw_requires_import: string[];
}

export const NETWORK = 'dynamic_network_architectures.architectures.unet.PlainConvUNet';
export const RESAMPLING = 'resample_data_or_seg_to_shape';

/** A plan as the file that nnU-Net v2 writes and loads, every field of it. */
export function plansJson(
  plan: DatasetPlan,
  { datasetName, reader, plansName = 'nnUNetPlans' }: PlansJsonOptions,
): PlansJson {
  const { '2d': flat, '3d_lowres': low, '3d_fullres': full } = plan.configurations;
  const json = (configuration: Configuration, name: string) =>
    configurationJson(configuration, `${plansName}_${name}`);
  return {
    dataset_name: datasetName,
    plans_name: plansName,
    original_median_spacing_after_transp: plan.originalMedianSpacing,
    original_median_shape_after_transp: plan.originalMedianShape,
    image_reader_writer: reader,
    transpose_forward: plan.transposeForward,
    transpose_backward: plan.transposeBackward,
    configurations: {
      '2d': json(flat, '2d'),
      ...(low && { '3d_lowres': { ...json(low, '3d_lowres'), next_stage: '3d_cascade_fullres' } }),
      ...(full && { '3d_fullres': json(full, '3d_fullres') }),
      ...(low && { '3d_cascade_fullres': { inherits_from: '3d_fullres', previous_stage: '3d_lowres' } }),
    },
    experiment_planner_used: 'ExperimentPlanner',
    label_manager: 'LabelManager',
    foreground_intensity_properties_per_channel: intensitiesJson(plan.intensities),
    decisions: decisionsOf(plan),
  };
}

/** The reasons of a plan, by configuration; 'dataset' are those of all. */
export function decisionsOf({ decisions, configurations }: DatasetPlan): Record<string, readonly Decision[]> {
  const each = Object.entries(configurations).map(([name, configuration]) => [
    name,
    configuration?.decisions ?? [],
  ]);
  return { dataset: decisions, ...Object.fromEntries(each) };
}

function configurationJson(configuration: Configuration, identifier: string): ConfigurationJson {
  return {
    data_identifier: identifier,
    preprocessor_name: 'DefaultPreprocessor',
    batch_size: configuration.batchSize,
    patch_size: configuration.patchSize,
    median_image_size_in_voxels: configuration.medianShape,
    spacing: configuration.spacing,
    normalization_schemes: configuration.normalizations.map(({ scheme }) => scheme),
    use_mask_for_norm: configuration.normalizations.map(({ insideMask }) => insideMask),
    resampling_fn_data: RESAMPLING,
    resampling_fn_seg: RESAMPLING,
    resampling_fn_data_kwargs: { is_seg: false, order: 3, order_z: 0, force_separate_z: null },
    resampling_fn_seg_kwargs: { is_seg: true, order: 1, order_z: 0, force_separate_z: null },
    resampling_fn_probabilities: RESAMPLING,
    resampling_fn_probabilities_kwargs: { is_seg: false, order: 1, order_z: 0, force_separate_z: null },
    architecture: architectureJson(configuration),
    batch_dice: configuration.batchDice,
  };
}

function architectureJson({
  spacing,
  features,
  kernels,
  strides,
  convolutions,
}: Configuration): ArchitectureJson {
  const dimensions = spacing.length;
  return {
    network_class_name: NETWORK,
    arch_kwargs: {
      n_stages: strides.length,
      features_per_stage: features,
      conv_op: `torch.nn.modules.conv.Conv${dimensions}d`,
      kernel_sizes: kernels,
      strides,
      n_conv_per_stage: strides.map(() => convolutions),
      n_conv_per_stage_decoder: strides.slice(1).map(() => convolutions),
      conv_bias: true,
      norm_op: `torch.nn.modules.instancenorm.InstanceNorm${dimensions}d`,
      norm_op_kwargs: { eps: 1e-5, affine: true },
      dropout_op: null,
      dropout_op_kwargs: null,
      nonlin: 'torch.nn.LeakyReLU',
      nonlin_kwargs: { inplace: true },
    },
    _kw_requires_import: ['conv_op', 'norm_op', 'dropout_op', 'nonlin'],
  };
}
