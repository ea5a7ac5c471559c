import { tf } from '../../runtime';
import { chain, concatenation, dropout, FeatureMap, heNormal, merge, requireDropout } from '../layers';
import { requireCounts, requireOneOf } from '../options';
import { SegmentationModel } from '../segmentation-model';
import { imageInput, INITIAL_WEIGHTS, InitialWeights, relu, starting } from './vgg16-layers';

/** What SqueezeNet can return: class scores, and the last feature map, at 1/16 of the size. */
export type SqueezeNetOutput = 'logits' | 'fire9';

const OUTPUTS: readonly SqueezeNetOutput[] = ['logits', 'fire9'];

export interface SqueezeNetOptions {
  /** Default 3. */
  inputChannels?: number;
  /** Default 1000, the classes of ImageNet. */
  numClasses?: number;
  /** Share of fire9 that training drops. Default 0.5. */
  dropout?: number;
  /** What the network returns, in this order; without 'logits' it ends at fire9. Default: both. */
  outputs?: readonly SqueezeNetOutput[];
  /** Default 'random'; 'zeros' where weights are loaded next. */
  initialWeights?: InitialWeights;
}

/** [squeezed, expanded] channels of the fire modules fire2 … fire9; the output has 2 · expanded. */
const FIRES = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
];

/** Modules behind which a pooling halves the size. */
const POOLED = ['fire4', 'fire8'];

/** Three poolings 3 × 3 behind a convolution 7 × 7, each with stride 2: the last still has an output. */
const SMALLEST_SIDE = 35;

/**
 * SqueezeNet 1.0 (Iandola et al. 2016): a convolution 7 × 7, eight fire modules and a convolution 1 × 1 to the classes,
 * averaged over all places. A fire module squeezes its channels by a convolution 1 × 1 (`fireN_squeeze`), then expands them
 * by two side by side, 1 × 1 and 3 × 3 (`fireN_expand1`, `fireN_expand3`). 1.2 million parameters, without a fully
 * connected layer: fully convolutional before the word.
 *
 * Shape: [B, H, W, inputChannels], sides of at least 35 → logits [B, numClasses], fire9 [B, ~H/16, ~W/16, 512], named by
 * `outputNames`; one tensor where `outputs` names one. 227, the side that it was trained at, gives a fire9 of 13 × 13.
 *
 * Equal to torchvision's `squeezenet1_0` at sides of which no pooling leaves a rest, such as 227; elsewhere torchvision
 * pools the rest too (`ceil_mode`).
 *
 * Convolutions start from He's normal distribution by fan-out, biases at 0.
 *
 * @throws RangeError for counts below 1, dropout outside [0, 1), an empty list of outputs or unknown ones; when it is
 * applied, for a wrong number of channels
 */
export class SqueezeNet extends SegmentationModel {
  constructor(options: SqueezeNetOptions = {}) {
    const { inputChannels = 3, numClasses = 1000, dropout: rate = 0.5, outputs = OUTPUTS } = options;
    const { initialWeights = 'random' } = options;
    requireCounts('SqueezeNet', { inputChannels, numClasses });
    requireDropout('SqueezeNet', rate);
    requireOneOf('SqueezeNet', 'initialWeights', initialWeights, INITIAL_WEIGHTS);
    for (const output of outputs) requireOneOf('SqueezeNet', 'outputs', output, OUTPUTS);
    if (outputs.length === 0) {
      throw new RangeError(`SqueezeNet: got no outputs; expected at least one of '${OUTPUTS.join("', '")}'`);
    }
    const step = (name: string, filters: number, kernelSize: number, strides = 1) => {
      const convolution = tf.layers.conv2d({
        name,
        filters,
        kernelSize,
        strides,
        padding: strides === 1 ? 'same' : 'valid',
        kernelInitializer: heNormal(filters * kernelSize ** 2),
      });
      return starting([convolution, relu(name)], initialWeights);
    };
    const image = imageInput(inputChannels);
    let x = chain([...step('conv1', 96, 7, 2), pooling('pool1')], image);
    FIRES.forEach(([squeezed, expanded], index) => {
      const name = `fire${index + 2}`;
      const narrow = chain(step(`${name}_squeeze`, squeezed, 1), x);
      const wide = [1, 3].map((side) => chain(step(`${name}_expand${side}`, expanded, side), narrow));
      x = merge(concatenation(name), wide);
      if (POOLED.includes(name)) x = pooling(`pool${name.slice(4)}`).apply(x) as FeatureMap;
    });
    const maps = new Map<SqueezeNetOutput, FeatureMap>([['fire9', x]]);
    if (outputs.includes('logits')) {
      const head = [
        ...dropout({ dropout: rate, name: 'fire9_dropout' }),
        ...step('conv10', numClasses, 1),
        tf.layers.globalAveragePooling2d({ name: 'logits' }),
      ];
      maps.set('logits', chain(head, x));
    }
    super({ name: 'SqueezeNet', image, outputs: outputs.map((output) => maps.get(output)!), strides: [] });
  }

  protected override requireImages(inputs: tf.Tensor | tf.Tensor[]): void {
    super.requireImages(inputs);
    const [{ shape }] = Array.isArray(inputs) ? inputs : [inputs];
    const short = shape.slice(1, 3).find((side) => side < SMALLEST_SIDE);
    if (short === undefined) return;
    throw new RangeError(
      `SqueezeNet: got images of ${shape[1]} × ${shape[2]}; expected sides of at least ${SMALLEST_SIDE}: resize them`,
    );
  }
}

const pooling = (name: string) => tf.layers.maxPooling2d({ name, poolSize: 3, strides: 2 });
