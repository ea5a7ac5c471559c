import { nextSeed, tf } from '../../runtime';
import { chain, dropout, FeatureMap, perAxis, requireDropout } from '../layers';
import { requireCounts, requireOneOf } from '../options';
import { SegmentationModel } from '../segmentation-model';
import { AdaptiveAveragePooling } from './resampling-layers';
import {
  imageInput,
  INITIAL_WEIGHTS,
  InitialWeights,
  relu,
  starting,
  vgg16Channels,
  vgg16Features,
} from './vgg16-layers';

/** What VGG16 can return: class scores, and the feature maps behind its poolings at 1/8, 1/16 and 1/32 of the size. */
export type VGG16Output = 'logits' | 'pool3' | 'pool4' | 'pool5';

const OUTPUTS: readonly VGG16Output[] = ['logits', 'pool3', 'pool4', 'pool5'];

export interface VGG16Options {
  /** Default 3. */
  inputChannels?: number;
  /** Default 1000, the classes of ImageNet. */
  numClasses?: number;
  /** Channels of the first block; the last has 8 times as many. Default 64. */
  baseChannels?: number;
  /** Channels of fc6 and fc7. Default 4096. */
  fullyConnectedChannels?: number;
  /** Share of fc6 and fc7 that training drops. Default 0.5. */
  dropout?: number;
  /** What the network returns, in this order; without 'logits' it has no fully connected head. Default: all four. */
  outputs?: readonly VGG16Output[];
  /**
   * [height, width] to fix. A multiple of 224 makes a model of stock layers alone, which any TensorFlow.js loads;
   * without the head every size does.
   */
  inputSize?: readonly [number, number];
  /** Default 'random'; 'zeros' where weights are loaded next, for drawing 138 million numbers takes seconds. */
  initialWeights?: InitialWeights;
}

/** Side of the map that the first fully connected layer takes in. */
const POOLED = 7;

/**
 * VGG16 (Simonyan and Zisserman 2015), equal to torchvision's: thirteen convolutions 3 × 3 in five blocks, then three
 * fully connected layers behind an adaptive pooling to 7 × 7, so that images of any size can be classified.
 *
 * The fully connected layers fc6, fc7 and fc8 are convolutions, 7 × 7 and twice 1 × 1, over a map of one position:
 * the same sums, in the form in which a fully convolutional network takes them over. The kernel of fc6 is
 * [7, 7, channels, 4096].
 *
 * Shape: [B, H, W, inputChannels], H and W divisible by 32 → logits [B, numClasses], pool3 [B, H/8, W/8, 256],
 * pool4 [B, H/16, W/16, 512], pool5 [B, H/32, W/32, 512] (at 64 base channels), named by `outputNames`; one tensor
 * where `outputs` names one.
 *
 * Convolutions start from He's normal distribution by fan-out, fully connected layers from N(0, 0.01²), biases at 0,
 * as torchvision's.
 *
 * @throws RangeError for counts below 1, dropout outside [0, 1), an empty list of outputs or unknown ones; when it is
 * applied, for image sides that are no multiples of 32, naming the next valid one, or a wrong number of channels
 */
export class VGG16 extends SegmentationModel {
  constructor(options: VGG16Options = {}) {
    const {
      inputChannels = 3,
      numClasses = 1000,
      baseChannels = 64,
      fullyConnectedChannels = 4096,
    } = options;
    const { dropout: rate = 0.5, outputs = OUTPUTS, inputSize, initialWeights = 'random' } = options;
    requireCounts('VGG16', { inputChannels, numClasses, baseChannels, fullyConnectedChannels });
    requireDropout('VGG16', rate);
    requireOneOf('VGG16', 'initialWeights', initialWeights, INITIAL_WEIGHTS);
    for (const output of outputs) requireOneOf('VGG16', 'outputs', output, OUTPUTS);
    if (outputs.length === 0) {
      throw new RangeError(`VGG16: got no outputs; expected at least one of '${OUTPUTS.join("', '")}'`);
    }
    if (inputSize) perAxis('VGG16', 'inputSize', inputSize, 2);

    const image = imageInput(inputChannels, inputSize);
    const pools = vgg16Features(image, { inputChannels, baseChannels, initialWeights });
    const maps = new Map<VGG16Output, FeatureMap>();
    for (const pool of [3, 4, 5]) maps.set(`pool${pool}` as VGG16Output, pools[pool - 1]);
    if (outputs.includes('logits')) {
      const channels = { pooledChannels: vgg16Channels(baseChannels), fullyConnectedChannels, numClasses };
      const layers = starting(head({ ...channels, rate }), initialWeights);
      maps.set('logits', chain(layers, toPooled(pools[4])));
    }
    super({
      name: 'VGG16',
      image,
      outputs: outputs.map((output) => maps.get(output)!),
      strides: pools.map(() => [2, 2]),
      remedy: 'resize the image',
    });
  }
}

/** [B, H, W, C] → [B, 7, 7, C]: nothing to do, a stock layer, or our own for sides that are open or no multiple of 7. */
function toPooled(x: FeatureMap): FeatureMap {
  const [, height, width] = x.shape as (number | null)[];
  if (height === POOLED && width === POOLED) return x;
  const name = 'average_pool';
  if (!height || !width || height % POOLED !== 0 || width % POOLED !== 0) {
    return new AdaptiveAveragePooling({ name, size: POOLED }).apply(x) as FeatureMap;
  }
  const window: [number, number] = [height / POOLED, width / POOLED];
  return tf.layers.averagePooling2d({ name, poolSize: window, strides: window }).apply(x) as FeatureMap;
}

/** [B, 7, 7, pooledChannels] → [B, numClasses]. */
function head(options: {
  pooledChannels: number;
  fullyConnectedChannels: number;
  numClasses: number;
  rate: number;
}): tf.layers.Layer[] {
  const { fullyConnectedChannels, numClasses, rate } = options;
  const fullyConnected = (name: string, filters: number, kernelSize: number) =>
    tf.layers.conv2d({
      name,
      filters,
      kernelSize,
      kernelInitializer: tf.initializers.randomNormal({ stddev: 0.01, seed: nextSeed() }),
    });
  const hidden = (name: string, kernelSize: number) => [
    fullyConnected(name, fullyConnectedChannels, kernelSize), // [B, 1, 1, fullyConnectedChannels]
    relu(name),
    ...dropout({ dropout: rate, name: `${name}_dropout` }),
  ];
  return [
    ...hidden('fc6', POOLED),
    ...hidden('fc7', 1),
    fullyConnected('fc8', numClasses, 1),
    tf.layers.flatten({ name: 'logits' }), // [B, numClasses]
  ];
}
