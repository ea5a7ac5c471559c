import type { NamedArray } from '../io/safetensors';
import { tf } from '../runtime';
import { NamedTensor, splitSlotName } from './optimizers/slot-optimizer';
import { variables } from './weights';

/** One array of an optimizer's memory: of which of the model's weights, and what; the number of steps is of none. */
export interface SlotArray extends NamedArray {
  weight?: number;
  slot: string;
}

/**
 * What an optimizer remembers, in its own order.
 *
 * @throws Error for one that remembers weights outside the model, or cannot be saved
 */
export async function optimizerArrays(model: tf.LayersModel, optimizer: tf.Optimizer): Promise<SlotArray[]> {
  const indices = new Map(variables(model).map(({ name }, index) => [name, index]));
  const memory = await optimizer.getWeights();
  const arrays = memory.map(({ name, tensor }, index): SlotArray => {
    const values = tensor.dataSync().slice() as Float32Array | Int32Array;
    const [variable, slot] = splitSlotName(name);
    if (index === 0) return { slot, shape: tensor.shape, values };
    const weight = indices.get(variable);
    if (weight !== undefined) return { weight, slot, shape: tensor.shape, values };
    throw new Error(
      `saveCheckpoint: got an optimizer that remembers '${variable}', no weight of the model; expected one optimizer ` +
        'for each model',
    );
  });
  disposeNumbers(memory);
  return arrays;
}

/** The memory of an optimizer's weights that differs from what the model and the optimizer need, in words; or undefined. */
export function optimizerMismatch(model: tf.LayersModel, arrays: SlotArray[]): string | undefined {
  const weights = variables(model);
  const [iterations, ...slots] = arrays;
  const shapes = new Map<string, number[]>();
  const fits = slots.every(({ weight, slot, shape, values }) => {
    shapes.set(slot, [...(shapes.get(slot) ?? []), weight ?? -1]);
    const counts = values instanceof Int32Array && values.length === 1;
    const own = weight !== undefined && weight < weights.length ? weights[weight].shape : undefined;
    return own !== undefined && (counts || (values instanceof Float32Array && `${shape}` === `${own}`));
  });
  const sameWeights = new Set([...shapes.values()].map((list) => list.join())).size <= 1;
  const counted = iterations?.values instanceof Int32Array && iterations.values.length === 1;
  if (fits && sameWeights && counted) return undefined;
  return `got ${Math.max(0, slots.length)} arrays of optimizer state that do not match the model's weights`;
}

/** Puts a memory into an optimizer, under the names of this model's weights. */
export async function restoreOptimizer(
  model: tf.LayersModel,
  optimizer: tf.Optimizer,
  arrays: SlotArray[],
): Promise<void> {
  const names = variables(model).map(({ name }) => name);
  // tfjs forgets the slots it replaces, which are variables of their own.
  const replaced = await optimizer.getWeights();
  const memory = arrays.map(({ weight, slot, shape, values }) => ({
    name: weight === undefined ? slot : `${names[weight]}/${slot}`,
    tensor: tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32'),
  }));
  await optimizer.setWeights(memory);
  tf.dispose([...replaced, ...memory].map(({ tensor }) => tensor));
  if (optimizer.getClassName() === tf.AdamOptimizer.className) restorePowers(optimizer, arrays[0].values[0]);
}

/**
 * tf.train.adam keeps β₁ᵗ and β₂ᵗ by multiplying in 32 bits, and restores them by a power, which rounds otherwise: a
 * resumed run would not be the same to the last bit.
 */
function restorePowers(optimizer: tf.Optimizer, steps: number): void {
  const { beta1, beta2, accBeta1, accBeta2 } = optimizer as unknown as Record<'beta1' | 'beta2', number> &
    Record<'accBeta1' | 'accBeta2', tf.Variable>;
  const power = (beta: number) => {
    let result = Math.fround(beta);
    for (let step = 0; step < steps; step++) result = Math.fround(result * Math.fround(beta));
    return result;
  };
  tf.tidy(() => {
    accBeta1.assign(tf.scalar(power(beta1)));
    accBeta2.assign(tf.scalar(power(beta2)));
  });
}

/** The numbers of steps are made for each call of `getWeights`; the variables belong to the optimizer. */
function disposeNumbers(memory: NamedTensor[]): void {
  tf.dispose(memory.map(({ tensor }) => tensor).filter((tensor) => !(tensor instanceof tf.Variable)));
}
