import { tf } from '../../runtime';
import { AttentionGate, GateOutput } from '../attention-gate';
import { convolutionUnits } from '../convolution-units';
import {
  chain,
  concatenation,
  convolution,
  convolutionUnit,
  FeatureMap,
  Finish,
  finish,
  merge,
  product,
  upsampling,
} from '../layers';
import { enlarge } from '../layers/interpolation';
import { NetworkOptions, networkOptions, NetworkSettings } from '../network-options';
import { blockOptions, ConvolutionDefaults } from '../options';
import { Architecture, SegmentationModel } from '../segmentation-model';

export interface AttentionUNetOptions extends NetworkOptions {
  /**
   * What follows the convolution that merges gated skip and decoder: by default, as in MONAI, instance normalisation
   * without weights and a PReLU, whatever the other convolutions have.
   */
  merging?: Partial<Pick<Finish, 'normalization' | 'activation'>>;
}

/** The attention coefficients of one gate. */
export interface GateMap {
  /** Level of the skip that it gates: 0 at the image's size, 1 after the first step down, … */
  level: number;
  /** Image pixels for each pixel of the gate, along each spatial axis. */
  scale: number[];
  /** [B, H / scale, W / scale, 1], or [B, H, W, 1] where the image's size was asked for; values in (0, 1). */
  tensor: tf.Tensor;
}

/** A design with its gates, the one at the image's size first. */
interface GatedArchitecture extends Architecture {
  gates: FeatureMap[];
}

/**
 * Attention U-Net (Oktay et al. 2018): a U-Net whose decoder weighs each skip by an additive attention gate before it
 * takes it in. Level i of the decoder, from the deepest to 0:
 *
 * u = σ(N(up(d_{i+1}))), α = gate(u, e_i), d_i = merging([α · e_i, u])
 *
 * with the encoder's e_0 … e_n, d_n = e_n. Gate i stands on the skip from e_i and sees features that come from level
 * i + 1: gate 0 at the image's size, gate n − 1 above the lowest level. `gates(images)` gives their maps.
 *
 * Shape: [B, H, W, inputChannels] → [B, H, W, numClasses]; 3-D likewise. Defaults: 64 channels doubling over 4 steps.
 *
 * Equal to MONAI's `AttentionUnet`, which differs from the paper: strided convolutions step down instead of
 * max-pooling; gating features are first enlarged to the skip's size, so that the gate works there (see
 * `AttentionGate`); the skip at the image's size has a gate too, which the paper leaves out; and one output is
 * supervised, not that of each level. With `upsampling: 'transposed'` or 2-D `{ name: 'resize', interpolation:
 * 'nearest' }` and `merging: { normalization: 'batch', activation: 'relu' }` all layers of the 2-D network are stock
 * TensorFlow.js.
 *
 * @throws RangeError for counts below 1 or unknown options when it is built; when it is applied, for image sides
 * that the strides do not divide or a wrong number of channels
 */
export class AttentionUNet extends SegmentationModel {
  private readonly gateModel: SegmentationModel;
  private readonly scales: readonly number[][];

  constructor(options: AttentionUNetOptions = {}) {
    const design = architecture(options);
    super(design);
    // On the same layers, so it has no weights of its own.
    this.gateModel = new SegmentationModel({ ...design, outputs: design.gates });
    const steps = design.strides;
    this.scales = steps.map((_, level) =>
      steps[0].map((_, axis) => product(steps.slice(0, level).map((stride) => stride[axis]))),
    );
  }

  /**
   * Where the network looks: the maps of all gates for a batch of images, outside of training, the one at the image's
   * size first. The tensors are the caller's to dispose of.
   *
   * Shape: [B, H, W, inputChannels] → [B, H / scale, W / scale, 1] for each gate.
   *
   * @param options atImageSize: enlarge every map to the image's size, linearly, to be drawn over it. Default false
   * @throws RangeError as `predict`
   */
  gates(images: tf.Tensor, { atImageSize = false }: { atImageSize?: boolean } = {}): GateMap[] {
    const maps = tf.tidy(() => {
      const predicted = [this.gateModel.predict(images)].flat();
      return atImageSize
        ? predicted.map((map, level) => enlarge(map, this.scales[level], 'linear'))
        : predicted;
    });
    return maps.map((tensor, level) => ({ level, scale: [...this.scales[level]], tensor }));
  }
}

function architecture(options: AttentionUNetOptions): GatedArchitecture {
  const name = 'AttentionUNet';
  const settings = networkOptions(name, options, {
    baseChannels: 64,
    numBlocks: 4,
    upsampling: { name: 'transposed', kernelSize: 3 },
  });
  const merging = blockOptions(name, {
    normalization: { name: 'instance', affine: false },
    activation: 'prelu',
    ...options.merging,
  });
  const { dimensions, inputChannels, numClasses, channels, strides } = settings;
  const sides = new Array<null>(dimensions).fill(null);
  const image = tf.input({ shape: [...sides, inputChannels], name: 'image' });
  const encoded = encode(settings, image);
  const gates: FeatureMap[] = [];
  let decoded = encoded[strides.length];
  for (let level = strides.length - 1; level >= 0; level--) {
    const step = decode(settings, merging, level, decoded, encoded[level]);
    decoded = step.output;
    gates.unshift(step.map);
  }
  const logits = convolution({
    dimensions,
    inputChannels: channels[0],
    outputChannels: numClasses,
    kernelSize: 1,
    name: 'logits',
  });
  return { name, image, outputs: chain(logits, decoded), strides, remedy: 'use fewer blocks', gates };
}

/** The maps of all levels, from the image's size down: [B, H/2ⁱ, W/2ⁱ, channels[i]]. */
function encode(settings: NetworkSettings, image: FeatureMap): FeatureMap[] {
  const { inputChannels, channels, strides } = settings;
  const encoded: FeatureMap[] = [];
  channels.forEach((outputChannels, level) => {
    const layers = convolutionUnits({
      ...settings,
      inputChannels: level === 0 ? inputChannels : channels[level - 1],
      outputChannels,
      strides: level === 0 ? 1 : strides[level - 1],
      name: `level${level}`,
    });
    encoded.push(chain(layers, encoded[level - 1] ?? image));
  });
  return encoded;
}

/** One level of the decoder: [B, H/2ⁱ⁺¹, W/2ⁱ⁺¹, channels[i + 1]] → [B, H/2ⁱ, W/2ⁱ, channels[i]], and its gate's map. */
function decode(
  settings: NetworkSettings,
  merging: ConvolutionDefaults,
  level: number,
  below: FeatureMap,
  skip: FeatureMap,
): GateOutput {
  const { dimensions, channels, strides, normalization, activation, dropout } = settings;
  const outputChannels = channels[level];
  const name = `up${level}`;
  const enlarging = upsampling({
    dimensions,
    inputChannels: channels[level + 1],
    outputChannels,
    strides: strides[level],
    upsampling: settings.upsampling,
    name,
  });
  const signal = chain([...enlarging, ...finish({ dimensions, normalization, activation, name })], below);
  const gate = new AttentionGate({
    dimensions,
    signalChannels: outputChannels,
    skipChannels: outputChannels,
    normalization,
    name: `gate${level}`,
  });
  const { output, map } = gate.apply(signal, skip);
  const joined = merge(concatenation(`merge${level}_concatenate`), [output, signal]); // [..., 2 · channels[i]]
  const layers = convolutionUnit({
    ...merging,
    dimensions,
    dropout,
    inputChannels: 2 * outputChannels,
    outputChannels,
    name: `merge${level}`,
  });
  return { output: chain(layers, joined), map };
}
