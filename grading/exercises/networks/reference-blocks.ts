import type { UNetBlocks } from '../../../lib/check/networks/answers';
import type { Channels } from '../../../lib/check/8-1-blocks/probes';
import type { FeatureMap } from '../../../lib/nn/layers';
import { tf } from '../../../lib/runtime';
import { BatchStatistics } from './batch-statistics';

/** What a wrong, or another right, network does otherwise than the library's. */
export interface Slips {
  /** By what, or when, a block pools. */
  pooling?: 'average' | 'after the convolutions';
  /** What follows a convolution, in order. */
  order?: 'activation first' | 'activation alone' | 'normalization alone';
  /** What follows a transposed convolution. */
  upsampling?: 'nothing' | 'activation alone' | 'normalization alone';
  /** What is concatenated. Both orders of skip and map are right. */
  join?: 'map first' | 'map twice' | 'skip twice';
  /** What follows the logits. */
  last?: 'relu' | 'sigmoid' | 'softmax' | 'normalization and activation';
  /** Whether the skip is taken before the convolutions. */
  earlySkip?: boolean;
  /** Whether batch normalisation uses the batch's statistics in inference too. */
  alwaysTraining?: boolean;
  /** Options that are not used: what the network has, whatever was asked for. */
  ignored?: Pick<Channels, 'numConvolutions' | 'normalization' | 'activation'>;
}

type Layers = tf.layers.Layer[];

/** The five blocks, made of stock layers, with these slips; without any they compute what the library's do. */
export function referenceBlocks(slips: Slips = {}): UNetBlocks {
  const blockOf = (layers: (options: Channels) => { before: Layers; after: Layers }) => (given: Channels) => {
    const { before, after } = layers({ ...given, ...slips.ignored });
    return {
      apply(x: FeatureMap) {
        const early = chain(before, x);
        const output = chain(after, early);
        return { output, skip: slips.earlySkip ? early : output };
      },
    };
  };
  const joinBlockOf = (layers: (options: Channels) => Layers) => (given: Channels) => {
    const all = layers({ ...given, ...slips.ignored });
    return {
      apply: (x: FeatureMap, skip: FeatureMap) => chain(all, join(x, skip, slips)),
    };
  };
  const bottleneck = blockOf((options) => ({
    before: [pooling(slips)],
    after: [...convolutions(options, slips), ...upsampling(options, slips)],
  }));
  return {
    InputBlock: blockOf((options) => ({ before: [], after: convolutions(options, slips) })),
    DownsamplingBlock: blockOf((options) =>
      slips.pooling === 'after the convolutions'
        ? { before: [], after: [...convolutions(options, slips), pooling(slips)] }
        : { before: [pooling(slips)], after: convolutions(options, slips) },
    ),
    BottleneckBlock: (options) => {
      const block = bottleneck(options as Channels);
      return { apply: (x: FeatureMap) => block.apply(x).output };
    },
    UpsamplingBlock: joinBlockOf((options) => [
      ...convolutions(options, slips),
      ...upsampling(options, slips),
    ]) as UNetBlocks['UpsamplingBlock'],
    OutputBlock: joinBlockOf((options) => [
      ...convolutions(options, slips),
      ...logits(options, slips),
    ]) as UNetBlocks['OutputBlock'],
  } as UNetBlocks;
}

const chain = (layers: Layers, x: FeatureMap): FeatureMap =>
  layers.reduce<FeatureMap>((map, layer) => layer.apply(map) as FeatureMap, x);

function join(x: FeatureMap, skip: FeatureMap, { join }: Slips): FeatureMap {
  const maps =
    join === undefined
      ? [skip, x]
      : { 'map first': [x, skip], 'map twice': [x, x], 'skip twice': [skip, skip] }[join];
  return tf.layers.concatenate({ axis: -1 }).apply(maps as tf.SymbolicTensor[]) as FeatureMap;
}

const pooling = ({ pooling }: Slips) =>
  pooling === 'average'
    ? tf.layers.averagePooling2d({ poolSize: 2 })
    : tf.layers.maxPooling2d({ poolSize: 2 });

function normalize({ normalization = 'batch' }: Channels, { alwaysTraining }: Slips): Layers {
  if (normalization === 'none') return [];
  return [
    alwaysTraining ? new BatchStatistics({}) : tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }),
  ];
}

const activate = ({ activation = 'relu' }: Channels): Layers => [tf.layers.activation({ activation })];

function finish(options: Channels, slips: Slips, how: Slips['order'] | Slips['upsampling']): Layers {
  switch (how) {
    case undefined:
      return [...normalize(options, slips), ...activate(options)];
    case 'activation first':
      return [...activate(options), ...normalize(options, slips)];
    case 'activation alone':
      return activate(options);
    case 'normalization alone':
      return normalize(options, slips);
    case 'nothing':
      return [];
  }
}

function convolutions(options: Channels, slips: Slips): Layers {
  const { outputChannels: filters, numConvolutions = 2 } = options;
  return Array.from({ length: numConvolutions }, () => [
    tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same' }),
    ...finish(options, slips, slips.order),
  ]).flat();
}

const upsampling = (options: Channels, slips: Slips): Layers => [
  tf.layers.conv2dTranspose({
    filters: options.outputChannels / 2,
    kernelSize: 2,
    strides: 2,
    padding: 'same',
  }),
  ...finish(options, slips, slips.upsampling),
];

function logits(options: Channels, slips: Slips): Layers {
  const { last } = slips;
  const layer = tf.layers.conv2d({ filters: options.numClasses ?? 1, kernelSize: 1 });
  if (last === undefined) return [layer];
  if (last === 'normalization and activation') return [layer, ...finish(options, slips, undefined)];
  return [layer, tf.layers.activation({ activation: last })];
}
