import { nextSeed, tf } from '../../runtime';

/**
 * He initialisation by fan-out: weights ~ N(0, 2 / fanOut), fanOut = outputs that one input value reaches
 * (He et al. 2015, "Delving Deep into Rectifiers", eq. 14). Not truncated, as in PyTorch's `kaiming_normal_`.
 */
export function heNormal(fanOut: number) {
  return tf.initializers.randomNormal({ mean: 0, stddev: Math.sqrt(2 / fanOut), seed: nextSeed() });
}
