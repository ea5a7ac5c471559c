import type { tf } from '../runtime';
import { FLOPS_PER_MAC, macsOf } from './flops';
import { describe, ReceptiveField } from './receptive-field';
import { fieldsOf } from './receptive-field-rules';
import { LayerCall, traceModel } from './summary-graph';
import { requireCounts } from './options';

/** One use of a layer in a model, for one input size. */
export interface LayerSummary {
  /** Layer name; inside a model that serves as a layer `outer/inner`. */
  layer: string;
  /** Class of the layer, such as `Conv2D`. */
  kind: string;
  /** With the batch: [B, ...spatial, C]. Of the first output, for layers with several. */
  outputShape: number[];
  /** All weights, of which the optimiser changes `trainable`. 0 where a shared layer is used again. */
  parameters: number;
  trainable: number;
  /** Multiply-accumulates for the batch; undefined where the library cannot count them. */
  macs: number | undefined;
  /** 2 · macs. */
  flops: number | undefined;
  /** Memory of the outputs, float32. */
  activationBytes: number;
  /** Undefined behind a layer that the library does not know. */
  receptiveField: ReceptiveField | undefined;
}

export interface ModelSummary {
  name: string;
  /** With the batch, one for each input. */
  inputShapes: number[][];
  outputShapes: number[][];
  layers: LayerSummary[];
  totals: {
    parameters: number;
    trainable: number;
    /** Without the layers that `uncounted` names. */
    macs: number;
    flops: number;
    /** Outputs of all layers together: about what a training step keeps for its backward pass. */
    activationBytes: number;
    /** The largest sum of one layer's inputs and outputs: what inference needs at least. */
    peakLayerBytes: number;
    parameterBytes: number;
  };
  /** Layers whose multiply-accumulates are not known. */
  uncounted: string[];
}

export interface SummaryOptions {
  /** Spatial sides of the input, such as [height, width]; not needed where the model fixes them. */
  inputSize?: readonly number[];
  /** Images in a batch, by default 1. */
  batchSize?: number;
}

const FLOAT_BYTES = 4;
const count = (shape: readonly (number | null)[]) =>
  shape.reduce<number>((all, side) => all * (side ?? 1), 1);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const weightCount = (weights: readonly tf.layers.Layer['weights'][number][]) =>
  total(weights.map(({ shape }) => count(shape)));

/**
 * What a layers model consists of and costs at one input size: for each layer output shape, parameters,
 * multiply-accumulates, memory and receptive field, and their totals. Nothing is computed and no tensor is made.
 *
 * 1 MAC = 2 FLOPs; both count convolutions and matrix products only (see `FLOPS_PER_MAC`).
 *
 * @throws RangeError for a model of any size without `inputSize`, sides that are no integers ≥ 1 or that the model
 * fixes differently, and sizes that a layer cannot take
 */
export function modelSummary(model: tf.LayersModel, options: SummaryOptions = {}): ModelSummary {
  const { inputSize, batchSize = 1 } = options;
  requireCounts('modelSummary', { batchSize });
  const trace = traceModel('modelSummary', model, inputSize, batchSize);
  const fields = fieldsOf(trace);
  const axes = trace.inputs[0].shape.length - 2;
  const used = new Set<tf.layers.Layer>();
  const layers = trace.calls.map((call): LayerSummary => {
    const { layer, name, outputs } = call;
    const isNew = !used.has(layer);
    used.add(layer);
    const macs = macsOf(call);
    return {
      layer: name,
      kind: layer.getClassName(),
      outputShape: [...outputs[0].shape],
      parameters: isNew ? weightCount(layer.weights) : 0,
      trainable: isNew ? weightCount(layer.trainableWeights) : 0,
      macs,
      flops: macs === undefined ? undefined : FLOPS_PER_MAC * macs,
      activationBytes: bytesOf(outputs),
      receptiveField: describe(fields.get(outputs[0]), axes),
    };
  });
  const macs = total(layers.map((row) => row.macs ?? 0));
  const parameters = total(layers.map((row) => row.parameters));
  return {
    name: model.name,
    inputShapes: trace.inputs.map(({ shape }) => [...shape]),
    outputShapes: trace.outputs.map(({ shape }) => [...shape]),
    layers,
    totals: {
      parameters,
      trainable: total(layers.map((row) => row.trainable)),
      macs,
      flops: FLOPS_PER_MAC * macs,
      activationBytes: total(layers.map((row) => row.activationBytes)),
      peakLayerBytes: Math.max(...trace.calls.map(({ inputs, outputs }) => bytesOf([...inputs, ...outputs]))),
      parameterBytes: FLOAT_BYTES * parameters,
    },
    uncounted: layers.filter((row) => row.macs === undefined).map((row) => row.layer),
  };
}

const bytesOf = (maps: LayerCall['outputs']) => FLOAT_BYTES * total(maps.map(({ shape }) => count(shape)));
