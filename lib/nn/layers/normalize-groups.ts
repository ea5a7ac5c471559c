import { tf } from '../../runtime';

export interface GroupNormalizationParameters {
  /** [C] */
  gamma: tf.Tensor1D;
  /** [C] */
  beta: tf.Tensor1D;
  groups: number;
  epsilon: number;
}

/**
 * y = γ · (x − mean) / √(variance + ε) + β, mean and biased variance over each image's groups of channels.
 *
 * All that depends on the group alone is computed on [B, 1, C]; the big map is read and written as little as its
 * formula y = a·x + b allows, and its gradient dx = a·dy + p·x + q saves x alone.
 *
 * Shape: x [B, ..., C] → the same.
 */
export function normalizeGroups(x: tf.Tensor, parameters: GroupNormalizationParameters): tf.Tensor {
  const { gamma, beta, groups, epsilon } = parameters;
  const channels = x.shape[x.rank - 1];
  const normalize = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [map, scale, offset] = inputs as tf.Tensor[];
    const save = inputs[3] as tf.GradSaveFunc;
    const pixels = tf.reshape(map, [map.shape[0], -1, channels]); // [B, N, C]
    const { mean, deviation } = statistics(pixels, groups, epsilon);
    const inverse = tf.div(1, deviation); // [B, 1, C]
    const slope = tf.mul(scale, inverse);
    const value = tf.add(tf.mul(pixels, slope), tf.sub(offset, tf.mul(mean, slope)));
    save([pixels, scale, mean, inverse]);
    return {
      value: tf.reshape(value, map.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved, groups),
    };
  });
  return normalize(x, gamma, beta);
}

/** Mean and standard deviation of each channel's group, [B, 1, C] both. */
function statistics(pixels: tf.Tensor, groups: number, epsilon: number) {
  const channelMean = tf.mean(pixels, 1, true); // [B, 1, C]
  const channelVariance = tf.mean(tf.squaredDifference(pixels, channelMean), 1, true);
  const mean = groupMean(channelMean, groups);
  // Within the channels and between them: no difference of large numbers.
  const variance = groupMean(tf.add(channelVariance, tf.squaredDifference(channelMean, mean)), groups);
  return { mean, deviation: tf.sqrt(tf.add(variance, epsilon)) };
}

/** The mean over each group's channels, given to each of them: [B, 1, C] → [B, 1, C]. */
function groupMean(values: tf.Tensor, groups: number): tf.Tensor {
  const [batch, , channels] = values.shape;
  if (groups === channels) return values;
  const grouped = tf.reshape(values, [batch, groups, channels / groups]);
  const means = tf.mean(grouped, 2, true); // [B, G, 1]
  return tf.reshape(tf.tile(means, [1, 1, channels / groups]), [batch, 1, channels]);
}

/** Wu and He 2018, differentiated: gradients in x, γ and β. */
function gradients(dy: tf.Tensor, saved: tf.Tensor[], groups: number): tf.Tensor[] {
  const [pixels, gamma, mean, inverse] = saved;
  const [batch, count, channels] = pixels.shape;
  const rise = tf.reshape(dy, [batch, count, channels]);
  const sum = tf.sum(rise, 1, true); // [B, 1, C]
  // Σ dy·(x − mean)/deviation
  const correlation = tf.mul(tf.sub(tf.sum(tf.mul(rise, pixels), 1, true), tf.mul(mean, sum)), inverse);
  const meanRise = tf.div(groupMean(tf.mul(gamma, sum), groups), count);
  const meanCorrelation = tf.div(groupMean(tf.mul(gamma, correlation), groups), count);
  const slope = tf.neg(tf.mul(tf.mul(inverse, inverse), meanCorrelation));
  const shift = tf.neg(tf.add(tf.mul(inverse, meanRise), tf.mul(slope, mean)));
  const direct = tf.mul(rise, tf.mul(gamma, inverse));
  const dx = tf.add(direct, tf.add(tf.mul(pixels, slope), shift));
  return [tf.reshape(dx, dy.shape), tf.sum(correlation, [0, 1]), tf.sum(sum, [0, 1])];
}
