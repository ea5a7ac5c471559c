import type { tf } from '../runtime';
import { join, PIXEL, Reach, resample, slide, spread, TAPS, Window } from './receptive-field-axis';
import type { LayerCall, Trace, TracedMap } from './summary-graph';

/**
 * What a feature map sees of the image: a reach for each spatial axis, or the whole image whatever its size.
 * Undefined where a layer is not known here or mixes positions in a way that no window describes.
 */
export type Field = Reach[] | 'image' | undefined;

type Rule = (call: LayerCall, fields: Field[], pixels: readonly number[]) => Field;

interface WindowConfig {
  kernelSize?: number[];
  poolSize?: number[];
  strides?: number[];
  dilationRate?: number | number[];
  padding?: 'same' | 'valid' | 'causal';
}

const configOf = <Config>(layer: tf.layers.Layer) => layer.getConfig() as unknown as Config;

/** The sides of [B, ...sides, C]. */
const sidesOf = ({ shape }: TracedMap) => shape.slice(1, -1);

const perAxis = (field: Field, change: (reach: Reach, axis: number) => Reach): Field =>
  field === 'image' || field === undefined ? field : field.map(change);

/** Layers that treat every position alike; normalisation counts as one, though its statistics look further. */
const keep: Rule = (_, [field]) => field;

const everything: Rule = (_, [field]) => field && 'image';

const unknown: Rule = () => undefined;

const merge: Rule = ({ outputs }, fields, pixels) => {
  if (fields.includes(undefined)) return undefined;
  if (fields.includes('image')) return 'image';
  const reaches = fields as Reach[][];
  const sides = sidesOf(outputs[0]);
  return reaches[0].map((_, axis) =>
    join(
      reaches.map((field) => field[axis]),
      sides[axis],
      pixels[axis],
    ),
  );
};

const concatenate: Rule = (call, fields, pixels) => {
  const { axis } = configOf<{ axis: number }>(call.layer);
  const isChannel = axis === -1 || axis === call.outputs[0].shape.length - 1;
  return isChannel ? merge(call, fields, pixels) : undefined;
};

function windows(call: LayerCall): Window[] {
  const { kernelSize, poolSize, strides, dilationRate = 1, padding } = configOf<WindowConfig>(call.layer);
  const sizes = (kernelSize ?? poolSize)!;
  const [input, output] = [sidesOf(call.inputs[0]), sidesOf(call.outputs[0])];
  return sizes.map((size, axis) => {
    const stride = strides?.[axis] ?? 1;
    const dilation = typeof dilationRate === 'number' ? dilationRate : dilationRate[axis];
    const reach = (size - 1) * dilation + 1;
    const [long, short] = input[axis] > output[axis] ? [input, output] : [output, input];
    // TensorFlow's "same" pads as much as the last window needs, the smaller half in front.
    const missing = { valid: 0, same: (short[axis] - 1) * stride + reach - long[axis], causal: reach - 1 };
    const total = Math.max(0, missing[padding ?? 'valid']);
    return { size, stride, dilation, before: padding === 'causal' ? total : Math.floor(total / 2) };
  });
}

const sliding: Rule = (call, [field]) => {
  const all = windows(call);
  return perAxis(field, (reach, axis) => slide(reach, all[axis]));
};

const spreading: Rule = (call, [field]) => {
  const all = windows(call);
  return perAxis(field, (reach, axis) => spread(reach, all[axis]));
};

const resampling =
  (taps: (layer: tf.layers.Layer) => keyof typeof TAPS): Rule =>
  (call, [field]) => {
    const kind = TAPS[taps(call.layer)];
    const [from, to] = [sidesOf(call.inputs[0]), sidesOf(call.outputs[0])];
    return perAxis(field, (reach, axis) => resample(reach, from[axis], to[axis], kind(from[axis], to[axis])));
  };

const isNearest = (nearest: keyof typeof TAPS, other: keyof typeof TAPS) => (layer: tf.layers.Layer) =>
  configOf<{ interpolation: string }>(layer).interpolation === 'nearest' ? nearest : other;

/** Moves the map by so many positions along each axis: zeros in front, or cut off where negative. */
const shifting =
  <Config>(before: (config: Config) => number[]): Rule =>
  ({ layer }, [field]) => {
    const by = before(configOf<Config>(layer));
    return perAxis(field, (reach, axis) =>
      slide(reach, { size: 1, stride: 1, dilation: 1, before: by[axis] }),
    );
  };

const RULES: Record<string, Rule> = {
  ...named(keep, 'InputLayer Activation ReLU LeakyReLU ELU PReLU ThresholdedReLU Softmax'),
  ...named(keep, 'Dropout SpatialDropout1D AlphaDropout GaussianDropout GaussianNoise'),
  ...named(keep, 'BatchNormalization LayerNormalization GroupNormalization Dense Rescaling Masking'),
  ...named(merge, 'Add Average Maximum Minimum Multiply'),
  ...named(sliding, 'Conv1D Conv2D Conv3D DepthwiseConv2D SeparableConv2D'),
  ...named(sliding, 'MaxPooling1D MaxPooling2D MaxPooling3D'),
  ...named(sliding, 'AveragePooling1D AveragePooling2D AveragePooling3D'),
  ...named(spreading, 'Conv2DTranspose Conv3DTranspose'),
  ...named(everything, 'GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D'),
  ...named(everything, 'Flatten MultiHeadAttention'),
  Concatenate: concatenate,
  UpSampling2D: resampling(isNearest('nearest', 'corner')),
  UpSampling: resampling(isNearest('nearest', 'halfPixel')),
  ResizeLike: resampling(() => 'halfPixel'),
  AdaptiveAveragePooling: resampling(() => 'bins'),
  ZeroPadding2D: shifting<{ padding: number[][] }>(({ padding }) => padding.map(([before]) => before)),
  ZeroPadding: shifting<{ margins: number[][] }>(({ margins }) => margins.map(([before]) => before)),
  Cropping2D: shifting<{ cropping: number[][] }>(({ cropping }) => cropping.map(([before]) => -before)),
  Cropping: shifting<{ margins: number[][] }>(({ margins }) => margins.map(([before]) => -before)),
  CropLike: shifting<{ offset: number }>(({ offset }) => [-offset, -offset]),
};

function named(rule: Rule, classes: string): Record<string, Rule> {
  return Object.fromEntries(classes.split(' ').map((name) => [name, rule]));
}

/** What every feature map of a trace sees of the model's inputs, along all paths together. */
export function fieldsOf({ inputs, calls }: Trace): Map<TracedMap, Field> {
  const fields = new Map<TracedMap, Field>();
  for (const input of inputs) {
    const pixel: Field = sidesOf(input).map(() => PIXEL);
    fields.set(input, pixel);
  }
  const pixels = sidesOf(inputs[0]);
  for (const call of calls) {
    if (call.inputs.length === 0) continue;
    const rule = hasChannelsFirst(call.layer) ? unknown : (RULES[call.layer.getClassName()] ?? unknown);
    const field = rule(
      call,
      call.inputs.map((map) => fields.get(map)),
      pixels,
    );
    for (const map of call.outputs) fields.set(map, field);
  }
  return fields;
}

function hasChannelsFirst(layer: tf.layers.Layer): boolean {
  return configOf<{ dataFormat?: string }>(layer).dataFormat === 'channelsFirst';
}
