import { tf } from '../../runtime';
import { convolutionUnits } from '../convolution-units';
import {
  activation,
  addition,
  chain,
  concatenation,
  convolution,
  Dropout,
  dropout,
  FeatureMap,
  finish,
  merge,
  transposedConvolution,
} from '../layers';
import { NetworkOptions, networkOptions, NetworkSettings } from '../network-options';
import { requireCounts } from '../options';
import { Architecture, SegmentationModel } from '../segmentation-model';

export interface VNetOptions extends Omit<
  NetworkOptions,
  'channels' | 'numBlocks' | 'strides' | 'numConvolutions' | 'upsampling'
> {
  /** Convolutions 5 × 5 × 5 after each step down; there are as many steps. Default [1, 2, 3, 2]. */
  encoderConvolutions?: readonly number[];
  /** Convolutions of each level of the decoder, from the image's size down. Default [1, 1, 2, 2]. */
  decoderConvolutions?: readonly number[];
  /**
   * Of whole channels: after the steps down from the third on, before the steps up to the third level and below, and
   * on every skip. Default { rate: 0.5, spatial: true }.
   */
  dropout?: Dropout;
}

/**
 * V-Net (Milletari, Navab and Ahmadi 2016): levels of convolutions 5 × 5 × 5 that learn a residual, r(x) =
 * activation(F(x) + x), strided convolutions down and transposed ones up, both 2 × 2 × 2. Level i of n + 1:
 *
 * e_0 = activation(conv(image) + image in each channel), e_i = r(down(e_{i−1}));
 * d_n = e_n, d_i = r([up(d_{i+1}), dropout(e_i)]), up halving the channels of d_i
 *
 * and the logits are a 1 × 1 × 1 convolution after one of 5 × 5 × 5. Channels double from 16 on.
 *
 * Shape: [B, D, H, W, inputChannels] → [B, D, H, W, numClasses]; 2-D likewise. Equal to MONAI's `VNet`: batch
 * normalisation and ELU by default, no biases before a normalisation apart from the transposed convolutions'.
 *
 * @throws RangeError for counts below 1, unknown options, an odd number of base channels or one that inputChannels does
 * not divide when it is built; when it is applied, for image sides that the steps do not divide or a wrong number of
 * channels
 */
export class VNet extends SegmentationModel {
  constructor(options: VNetOptions = {}) {
    super(architecture(options));
  }
}

interface Settings extends NetworkSettings {
  encoderConvolutions: readonly number[];
  decoderConvolutions: readonly number[];
}

/** The first level, counted from the image's size, whose maps are small enough for dropout. */
const DROPOUT_LEVEL = 3;

function architecture(options: VNetOptions): Architecture {
  const name = 'VNet';
  const settings = complete(name, options);
  const { dimensions, inputChannels, numClasses, channels, strides } = settings;
  const depth = strides.length;
  const sides = new Array<null>(dimensions).fill(null);
  const image = tf.input({ shape: [...sides, inputChannels], name: 'image' });
  const encoded = [enter(settings, image)];
  for (let level = 1; level <= depth; level++) encoded.push(down(settings, level, encoded[level - 1]));
  let decoded = encoded[depth];
  for (let level = depth - 1; level >= 0; level--) decoded = up(settings, level, decoded, encoded[level]);
  const outputs = chain(
    [
      ...rows(settings, {
        inputChannels: 2 * channels[0],
        outputChannels: numClasses,
        count: 1,
        name: 'output',
      }),
      ...convolution({
        dimensions,
        inputChannels: numClasses,
        outputChannels: numClasses,
        kernelSize: 1,
        name: 'logits',
      }),
    ],
    decoded,
  );
  return { name, image, outputs, strides };
}

function complete(owner: string, options: VNetOptions): Settings {
  const { encoderConvolutions = [1, 2, 3, 2], decoderConvolutions = [1, 1, 2, 2], ...network } = options;
  requireCounts(owner, { 'number of encoderConvolutions': encoderConvolutions.length });
  if (decoderConvolutions.length !== encoderConvolutions.length) {
    throw new RangeError(
      `${owner}: got ${decoderConvolutions.length} decoderConvolutions; expected ${encoderConvolutions.length}, ` +
        'as many as encoderConvolutions',
    );
  }
  for (const [name, counts] of Object.entries({ encoderConvolutions, decoderConvolutions })) {
    requireCounts(owner, Object.fromEntries(counts.map((count, level) => [`${name}[${level}]`, count])));
  }
  const settings = networkOptions(
    owner,
    {
      dimensions: 3,
      inputChannels: 1,
      activation: 'elu',
      dropout: { rate: 0.5, spatial: true },
      ...network,
      numBlocks: encoderConvolutions.length,
    },
    { baseChannels: 16, numBlocks: encoderConvolutions.length, upsampling: 'transposed' },
  );
  const { channels, inputChannels } = settings;
  if (channels[0] % inputChannels !== 0) {
    throw new RangeError(
      `${owner}: got ${inputChannels} inputChannels for ${channels[0]} baseChannels; expected a divisor, because the ` +
        'image is added to them',
    );
  }
  return { ...settings, encoderConvolutions, decoderConvolutions };
}

/** `count` convolutions 5 × 5 × 5 without biases, each normalised and activated. */
function rows(
  { dimensions, normalization, activation }: Settings,
  place: { inputChannels: number; outputChannels: number; count: number; name: string },
): tf.layers.Layer[] {
  return convolutionUnits({
    dimensions,
    normalization,
    activation,
    kernelSize: 5,
    useBias: false,
    numConvolutions: place.count,
    ...place,
  });
}

/** activation(maps[0] + maps[1]) */
function addAndActivate(settings: Settings, maps: readonly FeatureMap[], name: string): FeatureMap {
  return chain(activation({ ...settings, name }), merge(addition(`${name}_add`), maps));
}

/** [B, D, H, W, inputChannels] → [B, D, H, W, channels[0]] */
function enter(settings: Settings, image: FeatureMap): FeatureMap {
  const { inputChannels, channels } = settings;
  const name = 'encoder0';
  const bare = { ...settings, activation: 'linear' as const };
  const layers = rows(bare, { inputChannels, outputChannels: channels[0], count: 1, name });
  // One channel is added to all of them; more stand one after the other, as often as they fit.
  const repeats = new Array<FeatureMap>(channels[0] / inputChannels).fill(image);
  const wide =
    inputChannels === 1 || repeats.length === 1 ? image : merge(concatenation(`${name}_repeat`), repeats);
  return addAndActivate(settings, [chain(layers, image), wide], name);
}

/** [B, D/2ⁱ⁻¹, …, channels[i − 1]] → [B, D/2ⁱ, …, channels[i]] */
function down(settings: Settings, level: number, above: FeatureMap): FeatureMap {
  const { dimensions, channels, strides, encoderConvolutions } = settings;
  const name = `encoder${level}`;
  const place = { outputChannels: channels[level], name: `${name}_down` };
  const step = chain(
    [
      ...convolution({
        ...place,
        dimensions,
        inputChannels: channels[level - 1],
        kernelSize: strides[level - 1],
        strides: strides[level - 1],
        useBias: false,
      }),
      ...finish({ ...settings, dropout: 0, name: place.name }),
    ],
    above,
  );
  const drop = level < DROPOUT_LEVEL ? [] : dropout({ ...settings, name: `${name}_dropout` });
  const layers = rows(settings, {
    inputChannels: channels[level],
    outputChannels: channels[level],
    count: encoderConvolutions[level - 1],
    name,
  });
  return addAndActivate(settings, [chain([...drop, ...layers], step), step], name);
}

/** [B, D/2ⁱ⁺¹, …, below] and skip [B, D/2ⁱ, …, channels[i]] → [B, D/2ⁱ, …, 2 · channels[i]] */
function up(settings: Settings, level: number, below: FeatureMap, skip: FeatureMap): FeatureMap {
  const { dimensions, channels, strides, decoderConvolutions } = settings;
  const name = `decoder${level}`;
  const isLowest = level === strides.length - 1;
  const drop = level < DROPOUT_LEVEL - 1 ? [] : dropout({ ...settings, name: `${name}_dropout` });
  const enlarged = chain(
    [
      ...drop,
      ...transposedConvolution({
        dimensions,
        inputChannels: isLowest ? channels[level + 1] : 2 * channels[level + 1],
        outputChannels: channels[level],
        strides: strides[level],
        name: `${name}_up`,
      }),
      ...finish({ ...settings, dropout: 0, name: `${name}_up` }),
    ],
    below,
  );
  const kept = chain(dropout({ ...settings, name: `${name}_skip_dropout` }), skip);
  const joined = merge(concatenation(`${name}_concatenate`), [enlarged, kept]);
  const width = 2 * channels[level];
  const layers = rows(settings, {
    inputChannels: width,
    outputChannels: width,
    count: decoderConvolutions[level],
    name,
  });
  return addAndActivate(settings, [chain(layers, joined), joined], name);
}
