import { tf } from '../../runtime';
import { convolutionUnits } from '../convolution-units';
import {
  chain,
  concatenation,
  convolution,
  FeatureMap,
  maxPooling,
  merge,
  perAxis,
  Size,
  upsampling,
} from '../layers';
import { NetworkOptions, networkOptions, NetworkSettings } from '../network-options';
import { requireCounts, requireOneOf } from '../options';
import { ResidualUnit } from '../residual-unit';
import { Architecture, SegmentationModel } from '../segmentation-model';

const DOWNSAMPLINGS = ['maxPooling', 'stridedConvolution'] as const;

/** How a U-Net steps down: by max-pooling, or by strides in the first convolution of the lower level. */
export type Downsampling = (typeof DOWNSAMPLINGS)[number];

export interface UNetOptions extends NetworkOptions {
  /** Kernel of each level's convolutions, from the image's size down, for all axes or for each. Default 3. */
  kernelSizes?: readonly Size[];
  /** Default 'maxPooling'. */
  downsampling?: Downsampling;
  /** Residual units instead of plain rows of convolutions. Default false. */
  residual?: boolean;
  /** Channels of each level after the upsampling, before the skip joins them. Default: those of the skip. */
  upsampledChannels?: readonly number[];
  /** Channels of each level of the decoder, from the image's size down. Default: those of the skip. */
  decoderChannels?: readonly number[];
  /** Logits of every level of the decoder instead of the last one's alone. Default false. */
  deepSupervision?: boolean;
}

/**
 * U-Net (Ronneberger, Fischer and Brox 2015; in 3-D Çiçek et al. 2016), size-preserving. Level i of n + 1, from the
 * image's size down:
 *
 * e_0 = C(image), e_i = C(down(e_{i−1})); d_n = e_n, d_i = C([e_i, up(d_{i+1})]); logits = 1 × 1 convolution of d_0
 *
 * C being `numConvolutions` units of convolution, normalisation, dropout and activation, or a `ResidualUnit` of them. With
 * `deepSupervision` each level of the decoder has logits of its own, to be trained by a weighted sum of their losses
 * (Dou et al. 2017).
 *
 * Shape: [B, H, W, inputChannels] → [B, H, W, numClasses], with deep supervision n of them, the image's size first,
 * each smaller than the one before by its step's strides; 3-D likewise. Defaults are the paper's sizes: 64 channels
 * doubling over 4 poolings, two convolutions, ReLU; and batch normalisation.
 *
 * As the field's references build it:
 * - MONAI's `BasicUNet` with features (a, b, c, d, e, f): `{ channels: [a, b, c, d, e], upsampledChannels: [b, c / 2, d / 2,
 *   e / 2], decoderChannels: [f, b, c, d], normalization: 'instance', activation: { name: 'leakyRelu', slope: 0.1 } }`
 * - nnU-Net's `PlainConvUNet`: channels, kernelSizes and strides of its plan (without the first stage's stride of 1),
 *   `{ downsampling: 'stridedConvolution', normalization: 'instance', activation: 'leakyRelu', deepSupervision: true }`;
 *   it joins [up, skip] in this order, so the halves of those kernels' inputs change places
 * - MONAI's `UNet` is another network: `ResidualUNet`
 *
 * @throws RangeError for counts below 1, unknown options and lists of the wrong length when it is built; when it is
 * applied, for image sides that the poolings do not divide or a wrong number of channels
 */
export class UNet extends SegmentationModel {
  constructor(options: UNetOptions = {}) {
    super(architecture(options));
  }
}

type Settings = NetworkSettings & Required<Omit<UNetOptions, keyof NetworkOptions>>;

function architecture(options: UNetOptions): Architecture {
  const name = 'UNet';
  const settings = complete(name, options);
  const { dimensions, inputChannels, numClasses, decoderChannels, strides } = settings;
  const sides = new Array<null>(dimensions).fill(null);
  const image = tf.input({ shape: [...sides, inputChannels], name: 'image' });
  const decoded = decode(settings, encode(settings, image));
  const heads = settings.deepSupervision ? decoded : decoded.slice(0, 1);
  const outputs = heads.map((map, level) => {
    const layers = convolution({
      dimensions,
      inputChannels: decoderChannels[level],
      outputChannels: numClasses,
      kernelSize: 1,
      name: level === 0 ? 'logits' : `logits${level}`,
    });
    return chain(layers, map);
  });
  return { name, image, outputs, strides, remedy: 'use fewer levels' };
}

/** Fills in the defaults and checks what `networkOptions` does not know. */
function complete(owner: string, options: UNetOptions): Settings {
  const settings = networkOptions(owner, options, {
    baseChannels: 64,
    numBlocks: 4,
    upsampling: 'transposed',
  });
  const { dimensions, channels, strides } = settings;
  const skips = channels.slice(0, -1);
  const {
    kernelSizes = channels.map(() => 3),
    downsampling = 'maxPooling',
    residual = false,
    upsampledChannels = skips,
    decoderChannels = skips,
    deepSupervision = false,
  } = options;
  requireOneOf(owner, 'downsampling', downsampling, DOWNSAMPLINGS);
  requireLength(owner, { kernelSizes }, channels.length, 'one for each level');
  requireLength(owner, { upsampledChannels, decoderChannels }, strides.length, 'one for each step up');
  for (const [name, counts] of Object.entries({ upsampledChannels, decoderChannels })) {
    requireCounts(owner, Object.fromEntries(counts.map((count, level) => [`${name}[${level}]`, count])));
  }
  return {
    ...settings,
    kernelSizes: kernelSizes.map((size) => perAxis(owner, 'kernelSizes', size, dimensions)),
    downsampling,
    residual,
    upsampledChannels,
    decoderChannels,
    deepSupervision,
  };
}

function requireLength(
  owner: string,
  lists: Record<string, readonly unknown[]>,
  length: number,
  reason: string,
): void {
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== length) {
      throw new RangeError(`${owner}: got ${list.length} ${name}; expected ${length}, ${reason}`);
    }
  }
}

/** The maps of all levels, from the image's size down: [B, H/2ⁱ, W/2ⁱ, channels[i]]. */
function encode(settings: Settings, image: FeatureMap): FeatureMap[] {
  const { dimensions, inputChannels, channels, strides, downsampling } = settings;
  const encoded: FeatureMap[] = [];
  channels.forEach((outputChannels, level) => {
    const name = `encoder${level}`;
    const step = strides[level - 1] ?? 1;
    const pools = level > 0 && downsampling === 'maxPooling';
    const above = encoded[level - 1] ?? image;
    const input = pools
      ? chain([maxPooling({ dimensions, size: step, name: `${name}_pool` })], above)
      : above;
    encoded.push(
      convolve(settings, level, input, {
        inputChannels: channels[level - 1] ?? inputChannels,
        outputChannels,
        strides: pools ? 1 : step,
        name,
      }),
    );
  });
  return encoded;
}

/** The maps of the decoder's levels, from the image's size down: [B, H/2ⁱ, W/2ⁱ, decoderChannels[i]]. */
function decode(settings: Settings, encoded: readonly FeatureMap[]): FeatureMap[] {
  const { dimensions, channels, strides, upsampledChannels, decoderChannels } = settings;
  const decoded: FeatureMap[] = [];
  for (let level = strides.length - 1; level >= 0; level--) {
    const name = `decoder${level}`;
    const up = upsampling({
      dimensions,
      inputChannels: decoderChannels[level + 1] ?? channels[level + 1],
      outputChannels: upsampledChannels[level],
      strides: strides[level],
      upsampling: settings.upsampling,
      name: `${name}_up`,
    });
    const enlarged = chain(up, decoded[0] ?? encoded[level + 1]);
    const joined = merge(concatenation(`${name}_concatenate`), [encoded[level], enlarged]);
    decoded.unshift(
      convolve(settings, level, joined, {
        inputChannels: channels[level] + upsampledChannels[level],
        outputChannels: decoderChannels[level],
        strides: 1,
        name,
      }),
    );
  }
  return decoded;
}

/** The convolutions of one level, plain or residual. */
function convolve(
  settings: Settings,
  level: number,
  input: FeatureMap,
  place: { inputChannels: number; outputChannels: number; strides: Size; name: string },
): FeatureMap {
  const { dimensions, normalization, activation, dropout, numConvolutions, kernelSizes, residual } = settings;
  const options = {
    dimensions,
    normalization,
    activation,
    dropout,
    numConvolutions,
    kernelSize: kernelSizes[level],
    ...place,
  };
  return residual ? new ResidualUnit(options).apply(input) : chain(convolutionUnits(options), input);
}
