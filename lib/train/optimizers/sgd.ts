import { tf } from '../../runtime';
import { DecayedWeights, isDecayed, requireDecayed, requireNotNegative, requireShare } from './options';
import { SlotOptimizer, Update } from './slot-optimizer';
import type { Workbench } from './workbench';

export interface SGDOptions {
  learningRate: number;
  /** μ, from 0 to less than 1; 0 by default. */
  momentum?: number;
  /** Nesterov's look-ahead; false by default. */
  nesterov?: boolean;
  /** λ, at least 0; 0 by default. */
  weightDecay?: number;
  /** Which weights decay; 'all' by default, as in PyTorch. */
  decayed?: DecayedWeights;
}

/**
 * Stochastic gradient descent, as `torch.optim.SGD`:
 *
 *     g ← g + λ·w
 *     m ← μ·m + g
 *     w ← w − rate · (nesterov ? g + μ·m : m)
 *
 * nnU-Net's: `new SGD({ learningRate: 0.01, momentum: 0.99, nesterov: true, weightDecay: 3e-5 })` with
 * `polynomialRate`.
 *
 * Unlike `tf.train.momentum` it has weight decay, and it updates in place by TensorFlow's fused operation.
 */
export class SGD extends SlotOptimizer {
  static readonly className = 'segcourse.SGD';
  readonly #options: Required<Omit<SGDOptions, 'learningRate'>>;

  /** @throws RangeError for a rate or weight decay below 0, a momentum outside [0, 1), or Nesterov without momentum */
  constructor(options: SGDOptions) {
    const { learningRate, momentum = 0, nesterov = false, weightDecay = 0, decayed = 'all' } = options;
    requireNotNegative('SGD', 'learningRate', learningRate);
    requireShare('SGD', 'momentum', momentum);
    requireNotNegative('SGD', 'weightDecay', weightDecay);
    requireDecayed('SGD', decayed);
    if (nesterov && momentum === 0) {
      throw new RangeError('SGD: got nesterov with momentum 0; expected a momentum above 0, such as 0.99');
    }
    super(learningRate, momentum > 0 ? ['momentum'] : []);
    this.#options = { momentum, nesterov, weightDecay, decayed };
  }

  override getConfig() {
    return { learningRate: this.learningRate, ...this.#options };
  }

  protected override update({ weight, gradient: raw, slots: [slot] }: Update, bench?: Workbench): void {
    const { momentum, nesterov, weightDecay, decayed } = this.#options;
    const rate = this.learningRate;
    const decays = weightDecay > 0 && isDecayed(weight, decayed);
    const gradient = decays ? tf.add(raw, tf.mul(weight, weightDecay)) : raw;
    if (bench && slot) {
      bench.apply('ResourceApplyMomentum', [weight, slot], [rate, gradient, momentum], {
        use_nesterov: nesterov,
      });
    } else if (bench) {
      bench.apply('ResourceApplyGradientDescent', [weight], [rate, gradient]);
    } else {
      if (slot) slot.assign(tf.add(tf.mul(slot, momentum), gradient));
      const direction = nesterov ? tf.add(gradient, tf.mul(slot, momentum)) : (slot ?? gradient);
      weight.assign(tf.sub(weight, tf.mul(direction, rate)));
    }
  }
}
