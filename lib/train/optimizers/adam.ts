import { tf } from '../../runtime';
import { DecayedWeights, isDecayed, requireDecayed, requireNotNegative, requireShare } from './options';
import { SlotOptimizer, Update } from './slot-optimizer';
import type { Workbench } from './workbench';

export interface AdamOptions {
  /** 1e-3 by default. */
  learningRate?: number;
  /** Memory of the gradient, from 0 to less than 1; 0.9 by default. */
  beta1?: number;
  /** Memory of its square, from 0 to less than 1; 0.999 by default. */
  beta2?: number;
  /** ε, added to the root; 1e-8 by default. */
  epsilon?: number;
  /** λ, at least 0; Adam 0, AdamW 0.01 by default. */
  weightDecay?: number;
  /** Which weights decay; 'all' by default, as in PyTorch. */
  decayed?: DecayedWeights;
}

/**
 * Adam (Kingma and Ba, 2015), as `torch.optim.Adam`. In step t of a weight:
 *
 *     g ← g + λ·w
 *     m ← β₁·m + (1 − β₁)·g
 *     v ← β₂·v + (1 − β₂)·g²
 *     w ← w − rate · m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
 *
 * The same numbers as `tf.train.adam` at its defaults but for rounding and ε (1e-8, there 1e-7), several times as fast:
 * one fused operation of TensorFlow updates a weight and its moments in place.
 */
export class Adam extends SlotOptimizer {
  static readonly className: string = 'segcourse.Adam';
  readonly #options: Required<Omit<AdamOptions, 'learningRate'>>;

  /** @throws RangeError for a rate, weight decay or ε below 0, or a β outside [0, 1) */
  constructor(options: AdamOptions = {}) {
    const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    const { weightDecay = 0, decayed = 'all' } = options;
    const owner = new.target.name;
    requireNotNegative(owner, 'learningRate', learningRate);
    requireShare(owner, 'beta1', beta1);
    requireShare(owner, 'beta2', beta2);
    requireNotNegative(owner, 'epsilon', epsilon);
    requireNotNegative(owner, 'weightDecay', weightDecay);
    requireDecayed(owner, decayed);
    super(learningRate, ['m', 'v']);
    // TensorFlow computes with the nearest 32-bit numbers: the corrections below must be of those.
    this.#options = { beta1: Math.fround(beta1), beta2: Math.fround(beta2), epsilon, weightDecay, decayed };
  }

  override getConfig() {
    return { learningRate: this.learningRate, ...this.#options };
  }

  protected override update(update: Update, bench?: Workbench): void {
    const { weight, gradient } = update;
    const { weightDecay, decayed } = this.#options;
    const decays = weightDecay > 0 && isDecayed(weight, decayed);
    this.move(decays ? this.decay(weightDecay, update, bench) : gradient, update, bench);
  }

  /** Draws a weight towards zero, through its gradient or else; → the gradient to move by */
  protected decay(weightDecay: number, { weight, gradient }: Update, _bench?: Workbench): tf.Tensor {
    return tf.add(gradient, tf.mul(weight, weightDecay));
  }

  private move(
    gradient: tf.Tensor,
    { weight, slots: [m, v], step }: Update,
    bench: Workbench | undefined,
  ): void {
    const { beta1, beta2, epsilon } = this.#options;
    // √v̂ + ε = (√v + ε·root) / root: one rate and one ε for the step leave a single division for each number.
    const root = Math.sqrt(1 - beta2 ** step);
    const rate = (this.learningRate * root) / (1 - beta1 ** step);
    if (bench) {
      // The operation's own corrections, made from powers of β in 32 bits, are less exact: powers of 0 turn them off.
      const inputs = [0, 0, rate, beta1, beta2, epsilon * root, gradient];
      bench.apply('ResourceApplyAdam', [weight, m, v], inputs);
    } else {
      m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
      v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
      weight.assign(tf.sub(weight, tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon * root)), rate)));
    }
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as `torch.optim.AdamW`: w ← w·(1 − rate·λ) before the
 * step instead of λ·w in the gradient, so that weights with large gradients decay like the others.
 *
 * `decayed: 'kernels'` leaves biases and normalisation alone.
 */
export class AdamW extends Adam {
  static override readonly className = 'segcourse.AdamW';

  constructor(options: AdamOptions = {}) {
    super({ ...options, weightDecay: options.weightDecay ?? 0.01 });
  }

  protected override decay(weightDecay: number, { weight, gradient }: Update, bench?: Workbench): tf.Tensor {
    const factor = 1 - this.learningRate * weightDecay;
    if (bench) bench.scale(weight, factor);
    else weight.assign(tf.mul(weight, factor));
    return gradient;
  }
}
