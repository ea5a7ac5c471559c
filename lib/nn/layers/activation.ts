import { tf } from '../../runtime';
import type { Dimensions } from './geometry';

export const ACTIVATIONS = [
  'relu',
  'leakyRelu',
  'prelu',
  'elu',
  'gelu',
  'selu',
  'sigmoid',
  'softplus',
  'swish',
  'tanh',
  'linear',
] as const;

export type ActivationName = (typeof ACTIVATIONS)[number];

/**
 * Activation functions, elementwise:
 * - relu(x) = max(x, 0)
 * - leakyRelu(x) = x for x > 0, else slope · x; slope 0.01 by default, as PyTorch's
 * - prelu: leakyRelu with a slope that is learnt from 0.25 on: one for the whole map (PyTorch's default) or, with
 *   `perChannel`, one for each channel (He et al. 2015)
 * - elu(x) = x for x > 0, else eˣ − 1
 * - gelu(x) = x · Φ(x), Φ the normal distribution function by erf, exact as PyTorch's default
 * - selu, sigmoid, softplus, swish (SiLU), tanh; linear(x) = x
 */
export type Activation =
  ActivationName | { name: 'leakyRelu'; slope?: number } | { name: 'prelu'; perChannel?: boolean };

/** The name of an activation, whether given alone or with its options. */
export const activationName = (activation: Activation): ActivationName =>
  typeof activation === 'string' ? activation : activation.name;

/** No layer for 'linear', else one stock layer, the same shape. */
export function activation(options: {
  activation: Activation;
  dimensions?: Dimensions;
  name: string;
}): tf.layers.Layer[] {
  const { activation, dimensions = 2 } = options;
  const kind = activationName(activation);
  const name = `${options.name}_${kind}`;
  switch (kind) {
    case 'linear':
      return [];
    case 'leakyRelu': {
      const { slope = 0.01 } = typeof activation === 'string' ? {} : (activation as { slope?: number });
      return [tf.layers.leakyReLU({ name, alpha: slope })];
    }
    case 'prelu': {
      const { perChannel = false } =
        typeof activation === 'string' ? {} : (activation as { perChannel?: boolean });
      const axes = Array.from({ length: dimensions + 1 }, (_, axis) => axis + 1);
      const sharedAxes = perChannel ? axes.slice(0, -1) : axes;
      const alphaInitializer = tf.initializers.constant({ value: 0.25 });
      return [tf.layers.prelu({ name, sharedAxes, alphaInitializer })];
    }
    default:
      return [tf.layers.activation({ name, activation: kind })];
  }
}
