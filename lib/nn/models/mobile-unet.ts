import { tf } from '../../runtime';
import { chain, concatenation, convolution, FeatureMap, finish, heNormal, merge, resizing } from '../layers';
import { requireCounts } from '../options';
import { SegmentationModel } from '../segmentation-model';
import { bilinearKernel } from './bilinear-kernel';
import { depthwise, invertedResidual, pointwise } from './inverted-residual';

export interface MobileUNetOptions {
  /** Default 3. */
  inputChannels?: number;
  /** Default 1. */
  numClasses?: number;
  /** Factor of all numbers of channels, which are then rounded to multiples of 8. Default 1. */
  widthFactor?: number;
  /** How many times as many channels a block works on inside. Default 6. */
  expansion?: number;
}

interface Stage {
  channels: number;
  blocks: number;
  stride: number;
}

/** MobileNetV2 (Sandler et al. 2018, table 2) down to 1/16 of the size, without its last and widest stages. */
const STEM = 32;
const STAGES: readonly Stage[] = [
  { channels: 16, blocks: 1, stride: 1 }, // 1/2
  { channels: 24, blocks: 2, stride: 2 }, // 1/4
  { channels: 32, blocks: 3, stride: 2 }, // 1/8
  { channels: 64, blocks: 4, stride: 2 }, // 1/16
  { channels: 96, blocks: 3, stride: 1 },
];

/** Channels of the decoder at 1/8, 1/4 and 1/2 of the size. */
const DECODER = [64, 32, 16];

/**
 * A small U-Net for real time: MobileNetV2's encoder down to 1/16 of the size and a decoder of depthwise separable
 * convolutions, which finds its logits at half the size and doubles them by a transposed convolution. 0.56 M
 * parameters, and 0.37 G multiply-accumulates at 320 × 240.
 *
 * With ReLU, not the paper's ReLU6, which is meant for arithmetic of 8 bits.
 *
 * Shape: [B, H, W, inputChannels], H and W divisible by 16 → logits [B, H, W, numClasses].
 *
 * Convolutions start from He's normal distribution by fan-out, batch normalisation at γ 1, β 0, the last transposed
 * convolution as bilinear interpolation. All layers are stock ones.
 *
 * @throws RangeError for counts below 1 and a factor that is not above 0; when it is applied, for image sides that are
 * no multiples of 16, naming the next valid one, or a wrong number of channels
 */
export class MobileUNet extends SegmentationModel {
  constructor(options: MobileUNetOptions = {}) {
    const { inputChannels = 3, numClasses = 1, widthFactor = 1, expansion = 6 } = options;
    requireCounts('MobileUNet', { inputChannels, numClasses, expansion });
    if (!(widthFactor > 0 && Number.isFinite(widthFactor))) {
      throw new RangeError(
        `MobileUNet: got widthFactor ${widthFactor}; expected a number above 0, such as 0.5`,
      );
    }
    const image = tf.input({ shape: [null, null, inputChannels], name: 'image' });
    const wide = (channels: number) => roundedChannels(channels * widthFactor);
    const { skips, output } = encode(image, expansion, wide);
    const features = decode(output, skips, wide);
    const logits = [
      ...convolution({
        inputChannels: features.channels,
        outputChannels: numClasses,
        kernelSize: 1,
        name: 'logits',
      }),
      tf.layers.conv2dTranspose({
        name: 'logits_up',
        filters: numClasses,
        kernelSize: 4,
        strides: 2,
        padding: 'same',
        useBias: false,
        kernelInitializer: 'zeros',
      }),
    ];
    super({
      name: 'MobileUNet',
      image,
      outputs: chain(logits, features.map), // [B, H, W, numClasses]
      strides: [2, 2, 2, 2].map((stride) => [stride, stride]),
    });
    const kernel = bilinearKernel(2, numClasses);
    this.getLayer('logits_up').setWeights([kernel]);
    kernel.dispose();
  }
}

/** The nearest multiple of 8, at least 8 and no less than 90 % of the channels, as in MobileNetV2. */
export function roundedChannels(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

interface Features {
  map: FeatureMap;
  channels: number;
}

/** Features at 1/16 of the size, and the skips: the last map of each larger size, largest first. */
function encode(
  image: FeatureMap,
  expansion: number,
  wide: (channels: number) => number,
): { output: Features; skips: Features[] } {
  const stem = tf.layers.conv2d({
    name: 'stem',
    filters: wide(STEM),
    kernelSize: 3,
    strides: 2,
    padding: 'same',
    useBias: false,
    kernelInitializer: heNormal(wide(STEM) * 3 ** 2),
  });
  const unit = [stem, ...finish({ normalization: 'batch', activation: 'relu', name: 'stem' })];
  let features: Features = { map: chain(unit, image), channels: wide(STEM) };
  const skips: Features[] = [];
  STAGES.forEach((stage, index) => {
    if (stage.stride > 1) skips.push(features);
    for (let block = 0; block < stage.blocks; block++) {
      const outputChannels = wide(stage.channels);
      const map = invertedResidual(features.map, {
        inputChannels: features.channels,
        outputChannels,
        stride: block === 0 ? stage.stride : 1,
        expansion: index === 0 ? 1 : expansion,
        name: `stage${index + 1}_block${block + 1}`,
      });
      features = { map, channels: outputChannels };
    }
  });
  return { output: features, skips };
}

/** From 1/16 to 1/2 of the size: doubled, joined with the skip, filtered channel by channel, mixed. */
function decode(output: Features, skips: Features[], wide: (channels: number) => number): Features {
  return DECODER.reduce((features, target, index) => {
    const skip = skips[skips.length - 1 - index];
    const name = `up${index + 1}`;
    const doubled = resizing({ interpolation: 'nearest', name: `${name}_resize` }).apply(features.map);
    const joined = merge(concatenation(`${name}_concatenate`), [skip.map, doubled as FeatureMap]);
    const inputChannels = skip.channels + features.channels;
    const channels = wide(target);
    const layers = [
      ...depthwise(`${name}_depthwise`),
      ...pointwise({ inputChannels, outputChannels: channels, name: `${name}_pointwise` }),
    ];
    return { map: chain(layers, joined), channels };
  }, output);
}
