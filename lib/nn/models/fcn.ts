import { tf } from '../../runtime';
import { chain, dropout, FeatureMap, heNormal, perAxis, requireDropout } from '../layers';
import { requireCounts, requireOneOf } from '../options';
import { SegmentationModel } from '../segmentation-model';
import { bilinearKernel } from './bilinear-kernel';
import { FCNAlignment, ALIGNMENTS, decode, scoreLayer, upsamplings } from './fcn-decoder';
import { imageInput, INITIAL_WEIGHTS, InitialWeights, relu, starting, vgg16Features } from './vgg16-layers';

/** Stride of the finest scores: 1/32 of the size alone, with pool4 at 1/16, with pool4 and pool3 at 1/8. */
export type FCNVariant = '32s' | '16s' | '8s';

const VARIANTS: readonly FCNVariant[] = ['32s', '16s', '8s'];

export interface FCNOptions {
  /** Default '8s'. */
  variant?: FCNVariant;
  /** Default 3. */
  inputChannels?: number;
  /** Default 21, PASCAL VOC with its background. */
  numClasses?: number;
  /** Channels of the first block; the last has 8 times as many. Default 64. */
  baseChannels?: number;
  /** Channels of fc6 and fc7. Default 4096. */
  fullyConnectedChannels?: number;
  /** Share of the channels of fc6 and fc7 that training drops, whole maps at once. Default 0.5. */
  dropout?: number;
  /** Default 'resize'. */
  alignment?: FCNAlignment;
  /** Factors before score_pool4 and score_pool3; 0.01 and 0.0001 where the three stages train "at once". Default 1. */
  skipScales?: { pool4?: number; pool3?: number };
  /** [height, width] to fix; multiples of 32 with 'resize' make a model of stock layers, which any TensorFlow.js loads. */
  inputSize?: readonly [number, number];
  /** Default 'random'; 'zeros' where weights are loaded next, for drawing 134 million numbers takes seconds. */
  initialWeights?: InitialWeights;
}

/**
 * Fully convolutional network on VGG16 (Long, Shelhamer and Darrell 2015): VGG16's fully connected layers as
 * convolutions fc6 (7 × 7) and fc7 (1 × 1), scores for each class at 1/32 of the size, doubled by transposed
 * convolutions and added to scores of pool4 and pool3, as far as the variant goes.
 *
 * `alignment` says how maps of unequal sides meet:
 * - resize: every convolution keeps the size, and what was doubled is resized bilinearly to the skip it joins, the last
 *   map to the image;
 * - crop: the authors' way, for weights trained so: the image is padded by 100 pixels, fc6 is not padded, and each map
 *   is cut to the other's size. With `skipScales` { pool4: 0.01, pool3: 0.0001 } this is the authors' "at once" network.
 *
 * Shape: [B, H, W, inputChannels] → logits [B, H, W, numClasses], for any H and W ≥ 1.
 *
 * VGG16's layers start from He's normal distribution by fan-out, score layers at zero, transposed convolutions as
 * bilinear interpolation of each class by itself; these have no bias.
 *
 * @throws RangeError for counts below 1, dropout outside [0, 1), unknown variants, alignments or initial weights, and
 * factors that are no numbers; when it is applied, for a wrong number of channels
 */
export class FCN extends SegmentationModel {
  constructor(options: FCNOptions = {}) {
    const { variant = '8s', inputChannels = 3, numClasses = 21, baseChannels = 64 } = options;
    const { fullyConnectedChannels = 4096, dropout: rate = 0.5, alignment = 'resize' } = options;
    const { inputSize, initialWeights = 'random' } = options;
    const skipScales = { pool4: 1, pool3: 1, ...options.skipScales };
    requireCounts('FCN', { inputChannels, numClasses, baseChannels, fullyConnectedChannels });
    requireDropout('FCN', rate);
    requireOneOf('FCN', 'variant', variant, VARIANTS);
    requireOneOf('FCN', 'alignment', alignment, ALIGNMENTS);
    requireOneOf('FCN', 'initialWeights', initialWeights, INITIAL_WEIGHTS);
    for (const [skip, scale] of Object.entries(skipScales)) {
      if (Number.isFinite(scale)) continue;
      throw new RangeError(`FCN: got a factor of ${scale} for ${skip}; expected a finite number`);
    }
    if (inputSize) perAxis('FCN', 'inputSize', inputSize, 2);

    const image = imageInput(inputChannels, inputSize);
    const stride = parseInt(variant, 10);
    const features = { inputChannels, baseChannels, initialWeights };
    const [, , pool3, pool4, pool5] = vgg16Features(padded(image, alignment), features);
    const layers = [
      ...fullyConvolutional(fullyConnectedChannels, rate, alignment),
      scoreLayer('score_fr', numClasses),
    ];
    const scores = chain(starting(layers, initialWeights), pool5); // [B, ~H/32, ~W/32, numClasses]
    const decoder = { numClasses, stride, alignment, skipScales };
    super({ name: 'FCN', image, outputs: decode({ image, pool3, pool4, scores }, decoder), strides: [] });
    for (const { name, stride: step } of upsamplings(stride)) {
      const kernel = bilinearKernel(step, numClasses);
      this.getLayer(name).setWeights([kernel]);
      kernel.dispose();
    }
  }
}

/** The image with 99 zeros around it; conv1_1 pads one more. That leaves fc6 a position, however small the image. */
function padded(image: FeatureMap, alignment: FCNAlignment): FeatureMap {
  if (alignment === 'resize') return image;
  const padding: [[number, number], [number, number]] = [
    [99, 99],
    [99, 99],
  ];
  return tf.layers.zeroPadding2d({ name: 'padding', padding }).apply(image) as FeatureMap;
}

/** VGG16's fully connected layers over a map of any size: [B, h, w, C] → [B, h, w, channels]; 'crop' keeps h − 6. */
function fullyConvolutional(channels: number, rate: number, alignment: FCNAlignment): tf.layers.Layer[] {
  const step = (name: string, kernelSize: number) => [
    tf.layers.conv2d({
      name,
      filters: channels,
      kernelSize,
      padding: alignment === 'resize' ? 'same' : 'valid',
      kernelInitializer: heNormal(channels * kernelSize ** 2),
    }),
    relu(name),
    ...dropout({ dropout: { rate, spatial: true }, name: `${name}_dropout` }),
  ];
  return [...step('fc6', 7), ...step('fc7', 1)];
}
