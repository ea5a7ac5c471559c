import { tf } from '../../runtime';
import { recordingDepth } from '../../runtime/tape';

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
 * All that depends on the group alone is computed on [B, 1, C]; the big map is read and written as little as the
 * formula y = a·(x − m) + b allows, and its gradient dx = a·dy + p·(x − m) + q saves x − m alone, m the channel's mean.
 *
 * Shape: x [B, ..., C] → the same.
 */
export function normalizeGroups(x: tf.Tensor, parameters: GroupNormalizationParameters): tf.Tensor {
  const { gamma, beta, groups } = parameters;
  // The saved statistics are constants to an outer gradient: inside one, every step is recorded instead.
  if (recordingDepth() > 1) return normalized(x, parameters).output;
  const normalize = tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [map] = inputs as tf.Tensor[];
    const save = inputs[3] as tf.GradSaveFunc;
    const { output, centred, offset, inverse } = normalized(map, parameters);
    save([centred, gamma, offset, inverse]);
    return {
      value: output,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved, groups),
    };
  });
  return normalize(x, gamma, beta);
}

interface Normalized {
  output: tf.Tensor; // [B, ..., C]
  /** x minus the mean of its channel. */
  centred: tf.Tensor; // [B, N, C]
  /** The channel's mean minus its group's. */
  offset: tf.Tensor; // [B, 1, C]
  /** 1 / √(variance of the group + ε) */
  inverse: tf.Tensor; // [B, 1, C]
}

function normalized(x: tf.Tensor, parameters: GroupNormalizationParameters): Normalized {
  const { gamma, beta, groups, epsilon } = parameters;
  const pixels = asPixels(x);
  const mean = tf.mean(pixels, 1, true);
  const centred = tf.sub(pixels, mean);
  const offset = tf.sub(mean, groupMean(mean, groups));
  // Within the channels and between them: no difference of large numbers.
  const variance = groupMean(tf.add(tf.mean(tf.square(centred), 1, true), tf.square(offset)), groups);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const slope = tf.mul(gamma, inverse);
  const output = tf.add(tf.mul(centred, slope), tf.add(beta, tf.mul(offset, slope)));
  return { output: tf.reshape(output, x.shape), centred, offset, inverse };
}

/** [B, ..., C] → [B, N, C] */
function asPixels(x: tf.Tensor): tf.Tensor {
  return tf.reshape(x, [x.shape[0], -1, x.shape[x.rank - 1]]);
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
  const [centred, gamma, offset, inverse] = saved;
  const [, count] = centred.shape;
  const rise = asPixels(dy);
  const sum = tf.sum(rise, 1, true); // [B, 1, C]
  // Σ dy · (x − mean of the group) / deviation
  const products = tf.sum(tf.mul(rise, centred), 1, true);
  const correlation = tf.mul(tf.add(products, tf.mul(offset, sum)), inverse);
  const meanRise = tf.div(groupMean(tf.mul(gamma, sum), groups), count);
  const meanCorrelation = tf.div(groupMean(tf.mul(gamma, correlation), groups), count);
  const slope = tf.neg(tf.mul(tf.square(inverse), meanCorrelation));
  const shift = tf.sub(tf.mul(slope, offset), tf.mul(inverse, meanRise));
  const direct = tf.mul(rise, tf.mul(gamma, inverse));
  const dx = tf.add(direct, tf.add(tf.mul(centred, slope), shift));
  return [tf.reshape(dx, dy.shape), tf.sum(correlation, [0, 1]), tf.sum(sum, [0, 1])];
}
