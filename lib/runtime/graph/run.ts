import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { fitsWinograd } from '../kernels/convolution';
import { BatchNormalization, completed, normalizeInTraining } from '../layers/batch-normalization';
import { tf } from '../load';
import { runNative } from '../native/operation';
import { recordingDepth } from '../tape';
import { layersOf, type NormalizationStep, type Plan, type Step } from './plan';
import { computedTwice, recomputationIsWanted } from './recompute';

export interface Keywords {
  training?: boolean;
}

/**
 * Computes a plan's outputs. A value is disposed of when nothing reads it any more; what a backward pass needs is kept
 * by its tape.
 */
export function runPlan(plan: Plan, inputs: Tensor[], keywords: Keywords): Tensor[] {
  const values = new Map(plan.inputs.map((id, index) => [id, inputs[index]]));
  const given = new Set(inputs);
  const twice = keywords.training === true && recordingDepth() === 1 && recomputationIsWanted();
  for (const row of plan.rows) {
    if (twice && row.length > 1) runRowTwice(row, values, keywords);
    else for (const step of row) runStep(step, values, keywords);
    release(row, values, given);
  }
  return plan.outputs.map((id) => values.get(id)!);
}

function runStep(step: Step, values: Map<number, Tensor>, keywords: Keywords): void {
  const read = step.inputs.map((id) => values.get(id)!);
  const results =
    step.kind === 'layer'
      ? ([step.layer.apply(read, keywords)].flat() as Tensor[])
      : [runNormalization(step, read[0], keywords)];
  step.outputs.forEach((id, index) => values.set(id, results[index]));
}

function runRowTwice(row: Step[], values: Map<number, Tensor>, keywords: Keywords): void {
  const [first] = row[0].inputs;
  const [last] = row.at(-1)!.outputs;
  const variables = row
    .flatMap(layersOf)
    .flatMap(({ trainableWeights }) => trainableWeights.map((weight) => weight.read()));
  const compute = (x: Tensor) => {
    const own = new Map([[first, x]]);
    for (const step of row) {
      runStep(step, own, keywords);
      release([step], own, new Set([x, own.get(last)!]));
    }
    return own.get(last)!;
  };
  values.set(last, computedTwice(compute, values.get(first)!, [...new Set(variables)]));
}

/** Disposes of what nothing reads after these steps. */
function release(steps: Step[], values: Map<number, Tensor>, kept: Set<Tensor>): void {
  const ids = steps.flatMap(({ spent }) => spent);
  const tensors = ids.map((id) => values.get(id)).filter((tensor) => tensor !== undefined);
  ids.forEach((id) => values.delete(id));
  // A layer may hand on its input as it is.
  const alive = new Set([...values.values(), ...kept]);
  new Set(tensors.filter((tensor) => !alive.has(tensor))).forEach((tensor) => tensor.dispose());
}

function runNormalization(step: NormalizationStep, input: Tensor, keywords: Keywords): Tensor {
  return tf.tidy(() => {
    const layer = step.normalization as unknown as BatchNormalization;
    // Only the fused kernel's own gradient is registered: a gradient of a gradient goes layer by layer.
    if (recordingDepth() > (keywords.training ? 1 : 0)) return layerByLayer(step, input, keywords);
    if (keywords.training) {
      const x = (step.convolution?.apply(input, keywords) ?? input) as Tensor;
      return normalizeInTraining(layer, x, step.relu);
    }
    return infer(step, layer, input);
  });
}

function layerByLayer(
  { convolution, normalization, relu }: NormalizationStep,
  input: Tensor,
  keywords: Keywords,
) {
  const x = convolution?.apply(input, keywords) ?? input;
  const y = normalization.apply(x, keywords) as Tensor;
  return relu ? tf.relu(y) : y;
}

interface Convolution extends layers.Layer {
  readonly kernel: { read(): Tensor };
  readonly bias: { read(): Tensor1D } | null;
  readonly strides: number[];
  readonly dilationRate: number[];
  readonly padding: string;
}

/** With fixed statistics normalisation is y = factor · x + term, and a convolution's bias a part of the term. */
function infer({ convolution, relu }: NormalizationStep, layer: BatchNormalization, input: Tensor): Tensor {
  const folded = convolution && foldable(convolution as Convolution, input);
  const x = folded ? input : ((convolution?.apply(input) ?? input) as Tensor);
  const { gamma, beta, movingMean, movingVariance, epsilon } = completed(layer, channelsOf(layer));
  const factor = tf.mul(gamma.read(), tf.rsqrt(tf.add(movingVariance.read(), epsilon)));
  const mean = folded?.bias ? tf.sub(movingMean.read(), folded.bias.read()) : movingMean.read();
  const term = tf.sub(beta.read(), tf.mul(mean, factor));
  const attributes = { relu: { bool: relu } };
  return folded
    ? runNative('SegcourseConv2D', attributes, [x, folded.kernel.read(), factor, term])[0]
    : runNative('SegcourseScale', attributes, [x, factor, term])[0];
}

const channelsOf = ({ movingMean }: BatchNormalization) => movingMean.read().size;

function foldable(layer: Convolution, image: Tensor): Convolution | undefined {
  const { strides, dilationRate: dilations, padding: pad, kernel } = layer;
  const attrs = { strides, dilations, pad, dataFormat: 'NHWC' };
  return fitsWinograd(attrs, image, kernel.read().shape) ? layer : undefined;
}
