import type { Decision } from './decision';
import { fieldsOf, readIntensities, shown } from './fingerprint-json';
import { NORMALIZATION_SCHEMES, type NormalizationScheme } from './normalization-scheme';
import type { Configuration, DatasetPlan } from './plan';
import { NETWORK, RESAMPLING } from './plans-json';

const CONFIGURATIONS = ['2d', '3d_fullres', '3d_lowres'] as const;
/** More would be no plan of a network that fits anywhere. */
const MOST = { stages: 16, size: 65536, features: 8192, convolutions: 32 };

/**
 * The plan in a plans file of nnU-Net v2 or of `plansJson`: of its configurations 2d, 3d_lowres and 3d_fullres; the
 * cascade and what users added are passed over. Reasons are those in the file, if there are any.
 *
 * @param json the parsed file
 * @param file what errors call it
 * @throws Error naming the file and the field, what was got and what was expected: for plans of other networks than
 *   PlainConvUNet, another resampling than nnU-Net's default, and numbers that make no network
 */
export function readPlansJson(json: unknown, file: string): DatasetPlan {
  const fields = new Fields(json, file, '');
  const order = (field: string) =>
    fields.list(field, [3], (axis) => [0, 1, 2].includes(axis), 'an order of the axes 0, 1, 2');
  const transposeForward = order('transpose_forward');
  const transposeBackward = order('transpose_backward');
  if (transposeForward.some((axis, place) => transposeBackward[axis] !== place)) {
    fields.refuse('transpose_backward', `the inverse of transpose_forward [${transposeForward.join(', ')}]`);
  }
  const found = readIntensities(fields.get('foreground_intensity_properties_per_channel'));
  const intensities =
    found ?? fields.refuse('foreground_intensity_properties_per_channel', 'statistics of each channel');
  const all = fieldsOf(fields.get('configurations'));
  const reasons = fieldsOf(fields.get('decisions'));
  const named = CONFIGURATIONS.filter((name) => all[name] !== undefined);
  if (!named.includes('2d')) fields.refuse('configurations', '2d, and perhaps 3d_fullres and 3d_lowres');
  const configurations = Object.fromEntries(
    named.map((name) => [
      name,
      readConfiguration(
        resolved(all, name, fields),
        file,
        name,
        intensities.length,
        decisionsIn(reasons[name]),
      ),
    ]),
  ) as unknown as DatasetPlan['configurations'];
  return {
    transposeForward,
    transposeBackward,
    originalMedianSpacing: fields.list(
      'original_median_spacing_after_transp',
      [3],
      isPositive,
      'positive numbers',
    ),
    originalMedianShape: fields.list(
      'original_median_shape_after_transp',
      [3],
      isPositive,
      'positive numbers',
    ),
    intensities,
    configurations,
    decisions: decisionsIn(reasons.dataset),
  };
}

/** A configuration with what it takes from others by `inherits_from`. */
function resolved(all: Record<string, unknown>, name: string, fields: Fields): Record<string, unknown> {
  const chain = [name];
  for (;;) {
    const parent = fieldsOf(all[chain[0]]).inherits_from;
    if (parent === undefined) break;
    if (typeof parent !== 'string' || all[parent] === undefined || chain.includes(parent)) {
      fields.refuse('configurations', `${chain[0]} to inherit from another of them, got ${shown(parent)}`);
    }
    chain.unshift(parent as string);
  }
  return Object.assign({}, ...chain.map((each) => fieldsOf(all[each]))) as Record<string, unknown>;
}

function readConfiguration(
  json: Record<string, unknown>,
  file: string,
  name: string,
  channels: number,
  decisions: Decision[],
): Configuration {
  const fields = new Fields(json, file, `configurations.${name}.`);
  const axes = name === '2d' ? 2 : 3;
  const architecture = new Fields(fields.get('architecture'), file, `configurations.${name}.architecture.`);
  if (architecture.get('network_class_name') !== NETWORK) {
    architecture.refuse('network_class_name', `"${NETWORK}", the network of nnU-Net's default planner`);
  }
  for (const field of ['resampling_fn_data', 'resampling_fn_seg', 'resampling_fn_probabilities']) {
    if (fields.get(field) !== RESAMPLING) fields.refuse(field, `"${RESAMPLING}", nnU-Net's default`);
  }
  const kwargs = new Fields(
    architecture.get('arch_kwargs'),
    file,
    `configurations.${name}.architecture.arch_kwargs.`,
  );
  const features = kwargs.list('features_per_stage', undefined, isCount(MOST.features), 'channel counts');
  if (features.length < 1 || features.length > MOST.stages) {
    kwargs.refuse('features_per_stage', `1 to ${MOST.stages} stages`);
  }
  const strides = kwargs.lists(
    'strides',
    features.length,
    axes,
    (stride) => stride === 1 || stride === 2,
    '1 or 2',
  );
  const kernels = kwargs.lists(
    'kernel_sizes',
    features.length,
    axes,
    (size) => size === 1 || size === 3,
    '1 or 3',
  );
  if (strides[0].some((stride) => stride !== 1)) kwargs.refuse('strides', 'the first stage without a stride');
  const encoder = kwargs.list('n_conv_per_stage', [features.length], isCount(MOST.convolutions), 'counts');
  const decoder = kwargs.list(
    'n_conv_per_stage_decoder',
    [features.length - 1],
    isCount(MOST.convolutions),
    'counts',
  );
  if (new Set([...encoder, ...decoder]).size > 1) {
    kwargs.refuse('n_conv_per_stage', 'as many convolutions in each stage, on the way up too');
  }
  const schemes = fields.get('normalization_schemes');
  const masked = fields.get('use_mask_for_norm');
  const known = (scheme: unknown) => (NORMALIZATION_SCHEMES as readonly unknown[]).includes(scheme);
  if (!Array.isArray(schemes) || schemes.length !== channels || !schemes.every(known)) {
    fields.refuse('normalization_schemes', `${channels} of: ${NORMALIZATION_SCHEMES.join(', ')}`);
  }
  if (
    !Array.isArray(masked) ||
    masked.length !== channels ||
    !masked.every((one) => typeof one === 'boolean')
  ) {
    fields.refuse('use_mask_for_norm', `${channels} times true or false`);
  }
  const size = isCount(MOST.size);
  const patchSize = fields.list('patch_size', [axes], size, 'sizes in voxels');
  const poolings = patchSize.map((_, axis) => strides.filter((stride) => stride[axis] === 2).length);
  if (patchSize.some((side, axis) => side % 2 ** poolings[axis] !== 0)) {
    fields.refuse(
      'patch_size',
      `multiples of ${poolings.map((count) => 2 ** count).join(', ')} for the strides`,
    );
  }
  const batchSize = fields.get('batch_size');
  if (!size(batchSize)) fields.refuse('batch_size', 'a positive integer');
  return {
    spacing: fields.list('spacing', [axes], isPositive, 'positive numbers'),
    medianShape: fields.list('median_image_size_in_voxels', [axes], isPositive, 'positive numbers'),
    patchSize,
    batchSize: batchSize as number,
    poolings,
    strides,
    kernels,
    features,
    convolutions: encoder[0],
    batchDice: fields.get('batch_dice') === true,
    normalizations: (schemes as NormalizationScheme[]).map((scheme, channel) => ({
      scheme,
      insideMask: (masked as boolean[])[channel],
      decision: {
        subject: `normalisation of channel ${channel}`,
        value: scheme,
        reason: 'as the plans file says',
        data: { channel },
      },
    })),
    decisions,
  };
}

const isPositive = (value: unknown) => typeof value === 'number' && value > 0 && value < Infinity;
const isCount = (most: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= most;

/** Reasons are read where they are whole; nothing depends on them. */
function decisionsIn(json: unknown): Decision[] {
  if (!Array.isArray(json)) return [];
  return json.filter((one) => {
    const { subject, reason } = fieldsOf(one);
    return typeof subject === 'string' && typeof reason === 'string';
  }) as Decision[];
}

/** The fields of an object in a file, looked at as they are taken. */
class Fields {
  private readonly fields: Record<string, unknown>;

  constructor(
    json: unknown,
    private readonly file: string,
    private readonly place: string,
  ) {
    this.fields = fieldsOf(json);
  }

  get(field: string): unknown {
    return this.fields[field];
  }

  /** @param lengths those that it may have; any without */
  list(
    field: string,
    lengths: readonly number[] | undefined,
    right: (value: number) => boolean,
    what: string,
  ): number[] {
    const value = this.get(field);
    if (Array.isArray(value) && (!lengths || lengths.includes(value.length)) && value.every(right)) {
      return value as number[];
    }
    return this.refuse(field, `${lengths ? `${lengths.join(' or ')} ` : ''}${what}`);
  }

  lists(
    field: string,
    count: number,
    axes: number,
    right: (value: number) => boolean,
    what: string,
  ): number[][] {
    const value = this.get(field);
    const axial = (one: unknown) => Array.isArray(one) && one.length === axes && one.every(right);
    if (Array.isArray(value) && value.length === count && value.every(axial)) return value as number[][];
    return this.refuse(field, `${count} times ${axes} numbers, each ${what}`);
  }

  refuse(field: string, expected: string): never {
    throw new Error(
      `${this.file}: ${this.place}${field}: got ${shown(this.get(field))}; expected ${expected}`,
    );
  }
}
