import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { tf } from '../../runtime';
import { withWorkbench, Workbench } from './workbench';

/** A tensor by its variable's name, as tfjs's optimizers exchange them. */
export interface NamedTensor {
  name: string;
  tensor: Tensor;
}

/** One weight of one step. */
export interface Update {
  weight: Variable;
  /** Shape: that of the weight. */
  gradient: Tensor;
  /** What the optimizer remembers for this weight, in the order of its slot names; zeros at first. */
  slots: Variable[];
  /** How often this weight was updated, this time included. */
  step: number;
}

interface WeightState {
  slots: Variable[];
  steps: number;
}

const STEPS = 'steps';

/**
 * An optimizer of TensorFlow.js that remembers for each weight some variables of its shape (slots) and its own number of
 * steps, so that a weight that was frozen at first starts as any other.
 *
 * `learningRate` may be set at any time.
 */
export abstract class SlotOptimizer extends tf.Optimizer {
  learningRate: number;
  readonly #slotNames: readonly string[];
  #states = new Map<string, WeightState>();
  /** True between `setWeights` and the first step, which has to find a state for each of its weights. */
  #restored = false;

  protected constructor(learningRate: number, slotNames: readonly string[]) {
    super();
    this.learningRate = learningRate;
    this.#slotNames = slotNames;
  }

  /** Changes the weight and its slots: by fused operations where there is a workbench, else by plain ones. */
  protected abstract update(update: Update, bench: Workbench | undefined): void;

  /**
   * Updates weights by their gradients, which stay the caller's.
   *
   * @param gradients by the variables' names, as `tf.variableGrads` gives them; weights without one stay as they are
   * @throws Error for a name that is no variable's, a gradient of another shape, or weights other than those whose
   *   state was restored; nothing is changed then
   */
  applyGradients(gradients: NamedTensorMap | NamedTensor[]): void {
    const named = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const pairs = named
      .filter(({ tensor }) => tensor != null)
      .map(({ name, tensor }) => ({ weight: this.#weight(name, tensor), gradient: tensor }));
    this.#restored = false;
    withWorkbench((bench) => {
      for (const { weight, gradient } of pairs) {
        const state = this.#state(weight);
        state.steps++;
        this.update({ weight, gradient, slots: state.slots, step: state.steps }, bench);
      }
    });
    this.incrementIterations();
  }

  /**
   * The optimizer's memory in tfjs's form: the number of steps ('iter'), then each slot of all weights, then their own
   * numbers of steps, named `weight/slot`. The caller disposes of the numbers; the slots stay the optimizer's.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    const states = [...this.#states];
    const slots = this.#slotNames.flatMap((slot, index) =>
      states.map(([name, state]) => ({ name: `${name}/${slot}`, tensor: state.slots[index] as Tensor })),
    );
    const steps = states.map(([name, state]) => ({
      name: `${name}/${STEPS}`,
      tensor: tf.scalar(state.steps, 'int32') as Tensor,
    }));
    return [await this.saveIterations(), ...slots, ...steps];
  }

  /**
   * Takes over what `getWeights` gave; the tensors stay the caller's.
   *
   * @throws RangeError where a slot or a number of steps is missing; nothing is changed then
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const [, ...memory] = weights;
    const table = new Map<string, Map<string, Tensor>>();
    for (const { name, tensor } of memory) {
      const [weight, slot] = splitSlotName(name);
      if (!table.has(weight)) table.set(weight, new Map());
      table.get(weight)!.set(slot, tensor);
    }
    const expected = [...this.#slotNames, STEPS].sort().join(', ');
    for (const [weight, entries] of table) {
      const got = [...entries.keys()].sort().join(', ');
      if (got === expected) continue;
      throw new RangeError(
        `${this.getClassName()}.setWeights: got ${got} for '${weight}'; expected ${expected}: give the weights of ` +
          `another ${this.getClassName()}`,
      );
    }
    await this.extractIterations(weights);
    this.#disposeSlots();
    for (const [weight, entries] of table) {
      const slots = this.#slotNames.map((slot) => tf.variable(entries.get(slot)!, false));
      this.#states.set(weight, { slots, steps: entries.get(STEPS)!.dataSync()[0] });
    }
    this.#restored = this.#slotNames.length > 0;
  }

  override dispose(): void {
    this.#disposeSlots();
  }

  #disposeSlots(): void {
    for (const { slots } of this.#states.values()) tf.dispose(slots);
    this.#states = new Map();
  }

  #weight(name: string, { shape }: Tensor): Variable {
    const weight = tf.engine().registeredVariables[name];
    const owner = this.getClassName();
    if (weight === undefined) {
      throw new Error(`${owner}: got a gradient for '${name}'; expected the name of a variable`);
    }
    if (!tf.util.arraysEqual(weight.shape, shape)) {
      throw new Error(
        `${owner}: got a gradient of shape [${shape}] for '${name}'; expected [${weight.shape}] as the variable`,
      );
    }
    if (this.#restored && !this.#states.has(name)) {
      throw new Error(
        `${owner}: got a gradient for '${name}', of which the restored state knows nothing; expected ` +
          `${[...this.#states.keys()].join(', ')}: restore with loadCheckpoint, which finds the weights of another model`,
      );
    }
    return weight;
  }

  #state(weight: Variable): WeightState {
    const known = this.#states.get(weight.name);
    if (known) return known;
    const slots = this.#slotNames.map(() => tf.variable(tf.zerosLike(weight), false));
    const state = { slots, steps: 0 };
    this.#states.set(weight.name, state);
    return state;
  }
}

/** 'conv/kernel/m' → 'conv/kernel' and 'm' */
export function splitSlotName(name: string): [weight: string, slot: string] {
  const at = name.lastIndexOf('/');
  return [name.slice(0, at), name.slice(at + 1)];
}
