import { tf } from '../../runtime';

/** A node of a model that is being built (symbolic) or a value that flows through layers at once (concrete). */
export type FeatureMap = tf.SymbolicTensor | tf.Tensor;

/** Sends a feature map through layers, one after the other. */
export function chain(layers: readonly tf.layers.Layer[], input: FeatureMap): FeatureMap {
  return layers.reduce<FeatureMap>((x, layer) => layer.apply(x) as FeatureMap, input);
}

/** Sends several feature maps through a layer that makes one of them. */
export function merge(layer: tf.layers.Layer, maps: readonly FeatureMap[]): FeatureMap {
  return layer.apply(maps as tf.SymbolicTensor[]) as FeatureMap;
}

/** Joins feature maps of equal sizes on their channels, in the order given: [..., C1], [..., C2] → [..., C1 + C2]. */
export function concatenation(name: string): tf.layers.Layer {
  return tf.layers.concatenate({ name, axis: -1 });
}

/** The sum of feature maps of equal shapes; one with a single channel is added to each channel of the others. */
export function addition(name: string): tf.layers.Layer {
  return tf.layers.add({ name });
}
