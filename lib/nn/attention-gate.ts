import { tf } from '../runtime';
import {
  activation,
  addition,
  chain,
  convolutionUnit,
  Dimensions,
  FeatureMap,
  merge,
  Normalization,
} from './layers';
import { requireCounts } from './options';

export interface AttentionGateOptions {
  /** Default 2. */
  dimensions?: Dimensions;
  /** Channels of the gating signal. */
  signalChannels: number;
  /** Channels of the skip that is gated. */
  skipChannels: number;
  /** Channels in which the two are compared. Default: half of the skip's, at least 1. */
  innerChannels?: number;
  /** After each of the three convolutions. Default 'batch'. */
  normalization?: Normalization;
  /** Prefix of the layer names. */
  name?: string;
}

/** What a gate lets through, and how much of it where. */
export interface GateOutput {
  /** The skip times the map: the skip's shape. */
  output: FeatureMap;
  /** The attention coefficients, in (0, 1): the skip's shape with one channel. */
  map: FeatureMap;
}

/**
 * Additive attention gate (Oktay et al. 2018, eq. 1 and 2): a map of how much each pixel of a skip x matters, given the
 * coarser but better informed features g,
 *
 * α = σ₂(N(ψᵀ · σ₁(N(W_x·x) + N(W_g·g)))), output = α · x
 *
 * with 1 × 1 convolutions W_x, W_g and ψ, normalisation N, σ₁ ReLU and σ₂ the sigmoid; one α for all channels of a pixel.
 * As MONAI's `AttentionBlock`, it takes g at x's size (upsampled before) and normalises after each convolution; the
 * paper brings x down to g's size by a strided W_x, resamples α back up, and normalises nothing inside the gate.
 *
 * Shape: signal [B, H, W, signalChannels], skip [B, H, W, skipChannels] → output [B, H, W, skipChannels], map
 * [B, H, W, 1]; 3-D likewise. Made of stock layers alone (with batch or no normalisation).
 *
 * @throws RangeError for channel counts below 1
 */
export class AttentionGate {
  private readonly fromSignal: tf.layers.Layer[];
  private readonly fromSkip: tf.layers.Layer[];
  private readonly sum: tf.layers.Layer;
  private readonly toMap: tf.layers.Layer[];
  private readonly product: tf.layers.Layer;

  constructor(options: AttentionGateOptions) {
    const { signalChannels, skipChannels, normalization = 'batch', dimensions, name = 'gate' } = options;
    const { innerChannels = Math.max(1, Math.floor(skipChannels / 2)) } = options;
    requireCounts('AttentionGate', { signalChannels, skipChannels, innerChannels });
    const common = { dimensions, kernelSize: 1, normalization };
    const compared = { ...common, outputChannels: innerChannels, activation: 'linear' as const };
    this.fromSignal = convolutionUnit({
      ...compared,
      inputChannels: signalChannels,
      name: `${name}_signal`,
    });
    this.fromSkip = convolutionUnit({ ...compared, inputChannels: skipChannels, name: `${name}_skip` });
    this.sum = addition(`${name}_add`);
    this.toMap = [
      ...activation({ activation: 'relu', name }),
      ...convolutionUnit({
        ...common,
        inputChannels: innerChannels,
        outputChannels: 1,
        activation: 'sigmoid',
        name: `${name}_map`,
      }),
    ];
    this.product = tf.layers.multiply({ name: `${name}_multiply` });
  }

  apply(signal: FeatureMap, skip: FeatureMap): GateOutput {
    const compared = merge(this.sum, [chain(this.fromSignal, signal), chain(this.fromSkip, skip)]); // [B, H, W, inner]
    const map = chain(this.toMap, compared); // [B, H, W, 1]
    return { output: merge(this.product, [skip, map]), map };
  }
}
