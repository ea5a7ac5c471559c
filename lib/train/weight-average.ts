import { tf } from '../runtime';
import { requireShare } from './optimizers/options';
import { withWorkbench } from './optimizers/workbench';
import { restoreWeights, snapshotWeights, variables, WeightSnapshot } from './weights';

export interface WeightAverageOptions {
  /** d, the share of the average that stays at each update, from 0 to less than 1, such as 0.999. */
  decay: number;
  /** Begins with a shorter memory: d = min(decay, (1 + n) / (10 + n)) in update n = 0, 1, …; false by default. */
  warmUp?: boolean;
}

/**
 * The exponential moving average of a model's weights, running statistics included: a ← d·a + (1 − d)·w after each step
 * (Polyak and Juditsky, 1992). It jumps less from epoch to epoch than the weights, and often scores better.
 *
 * It begins with the model's weights at its construction. While it is `swapped` in, the model computes with the average.
 */
export class WeightAverage {
  /** Updates so far. */
  updates = 0;
  readonly #decay: number;
  readonly #warmUp: boolean;
  readonly #averages: tf.Variable[];

  /** @throws RangeError for a decay outside [0, 1) */
  constructor(
    private readonly model: tf.LayersModel,
    { decay, warmUp = false }: WeightAverageOptions,
  ) {
    requireShare('WeightAverage', 'decay', decay);
    this.#decay = decay;
    this.#warmUp = warmUp;
    this.#averages = tf.tidy(() => variables(model).map((variable) => tf.variable(variable.clone(), false)));
  }

  /** Takes the model's present weights into the average; to be called after each step. */
  update(): void {
    const n = this.updates++;
    const decay = this.#warmUp ? Math.min(this.#decay, (1 + n) / (10 + n)) : this.#decay;
    const weights = variables(this.model);
    withWorkbench((bench) =>
      this.#averages.forEach((average, index) => {
        tf.tidy(() => {
          const away = tf.sub(average, weights[index]);
          if (bench) bench.apply('ResourceApplyGradientDescent', [average], [1 - decay, away]);
          else average.assign(tf.sub(average, tf.mul(away, 1 - decay)));
        });
      }),
    );
  }

  /** Exchanges the model's weights and the average; again, and both are back. Nothing is copied. */
  swap(): void {
    variables(this.model).forEach((weight, index) => {
      const held = weight.clone();
      weight.assign(this.#averages[index]);
      this.#averages[index].assign(held);
      held.dispose();
    });
  }

  /** Runs the body while the model has the averaged weights, such as a validation. */
  swapped<Result>(body: () => Result): Result {
    this.swap();
    try {
      return body();
    } finally {
      this.swap();
    }
  }

  snapshot(): WeightSnapshot {
    return this.swapped(() => snapshotWeights(this.model));
  }

  /**
   * Takes over the average of an earlier run.
   *
   * @throws RangeError where the snapshot does not fit the model; nothing is changed then
   */
  resume(updates: number, snapshot: WeightSnapshot): void {
    this.swapped(() => restoreWeights(this.model, snapshot));
    this.updates = updates;
  }

  dispose(): void {
    tf.dispose(this.#averages);
  }
}
