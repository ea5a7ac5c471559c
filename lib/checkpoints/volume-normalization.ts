import { tf } from '../runtime';
import { ModelWeight, modelWeights } from './model-weights';
import { SavedLayer, savedLayers } from './saved-topology';

/** A weight as it is saved: `<layer>/<kind>`. */
export interface SavedWeight {
  name: string;
  shape: number[];
  values: Float32Array;
}

/**
 * Stock TensorFlow.js loads batch normalisation of volumes [B, D, H, W, C] and refuses to run it. In the saved topology
 * it becomes what it computes in inference, a convolution 1 × 1 × 1 that scales and shifts each channel by itself:
 * y = x · γ / √(σ² + ε) + β − μ · γ / √(σ² + ε). The layer keeps its name.
 *
 * @param topology changed in place
 * @returns by layer, the weights to save instead of the layer's own
 */
export function replaceVolumeNormalizations(
  model: tf.LayersModel,
  topology: SavedLayer,
): Map<string, SavedWeight[]> {
  const weights = modelWeights('saveModel', model);
  const saved = new Map(savedLayers(topology).map((layer) => [layer.config.name, layer]));
  const replaced = new Map<string, SavedWeight[]>();
  for (const { name: weight, layer } of weights.values()) {
    if (weight !== `${layer.name}/moving_mean` || !isOfVolumes(layer)) continue;
    const scaling = channelScaling(layer, weights);
    const target = saved.get(layer.name)!;
    target.class_name = 'Conv3D';
    const { batch_input_shape } = target.config; // of a first layer
    target.config = {
      ...pointwise(layer.name, scaling[0].shape.at(-1)!),
      ...(batch_input_shape ? { batch_input_shape } : {}),
    };
    replaced.set(layer.name, scaling);
  }
  return replaced;
}

function isOfVolumes(layer: tf.layers.Layer): boolean {
  const axis = layer.getConfig().axis;
  const [{ outputShapes }] = layer.inboundNodes;
  return (outputShapes[0] as tf.Shape).length === 5 && (axis === -1 || axis === 4);
}

function channelScaling(
  { name, ...layer }: tf.layers.Layer,
  weights: Map<string, ModelWeight>,
): SavedWeight[] {
  const read = (kind: string) => weights.get(`${name}/${kind}`)?.variable.read().dataSync();
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(read);
  const { epsilon } = layer as unknown as { epsilon: number };
  const channels = mean!.length;
  const kernel = new Float32Array(channels ** 2);
  const bias = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const scale = (gamma?.[channel] ?? 1) / Math.sqrt(variance![channel] + epsilon);
    kernel[channel * (channels + 1)] = scale;
    bias[channel] = (beta?.[channel] ?? 0) - mean![channel] * scale;
  }
  return [
    { name: `${name}/kernel`, shape: [1, 1, 1, channels, channels], values: kernel },
    { name: `${name}/bias`, shape: [channels], values: bias },
  ];
}

const pointwise = (name: string, filters: number): SavedLayer['config'] => ({
  name,
  trainable: false,
  filters,
  kernel_size: [1, 1, 1],
  strides: [1, 1, 1],
  padding: 'valid',
  data_format: 'channels_last',
  dilation_rate: [1, 1, 1],
  activation: 'linear',
  use_bias: true,
});
