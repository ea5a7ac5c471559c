import type { tf } from '../runtime';
import { seenFrom, sizeOf, Span, strideOf } from './receptive-field-axis';
import { Field, fieldsOf } from './receptive-field-rules';
import { traceModel } from './summary-graph';

/**
 * The pixels that one position of a feature map can depend on, for each spatial axis in pixels of the image.
 * Where the window overlaps the image's border, padding counts as pixels: that is the field's theoretical size.
 */
export interface ReceptiveField {
  /** Pixels from the first to the last that is seen. Behind upsampling positions differ; then the largest window. */
  size: number[];
  /** Pixels by which the window moves from one position to the next, on average. */
  stride: number[];
  /** First pixel that position 0 sees; negative by as much as the padding in front of the image. */
  start: number[];
  /** Middle of the window of position 0. */
  centre: number[];
  /** First and last pixel that a position sees, axis by axis; beyond the image where padding is seen. */
  at(position: readonly number[]): Span[];
}

export interface ReceptiveFieldOptions {
  /** Spatial sides of the image, such as [height, width]; not needed where the model fixes them. */
  inputSize?: readonly number[];
  /** Name of the layer whose output is asked about. Default: the model's first output. */
  layer?: string;
}

/**
 * The receptive field of a layer: along all paths from the image to it together, in any number of dimensions, with
 * dilation, transposed convolutions and resampling.
 *
 * A window of k taps, stride s, dilation d and padding p moves position o to the positions o·s − p + i·d, 0 ≤ i < k.
 * For a chain of layers this gives Araujo, Norris and Sim (2019, "Computing Receptive Fields of Convolutional Neural
 * Networks", Distill): size = 1 + Σ (k_l − 1)·d_l·Π s, stride = Π s, start = −Σ p_l·Π s, the products over the layers
 * before. Here the windows of single positions are followed, which holds for upsampling too.
 *
 * Normalisation counts as pointwise, although its statistics depend on more.
 *
 * @returns size ∞, centre NaN where the whole image is seen, as behind global pooling; undefined behind a layer that the library does not know
 * @throws RangeError as `modelSummary`, and for an unknown layer
 */
export function receptiveField(
  model: tf.LayersModel,
  { inputSize, layer }: ReceptiveFieldOptions = {},
): ReceptiveField | undefined {
  const trace = traceModel('receptiveField', model, inputSize);
  const call = trace.calls.find(({ name }) => name === layer);
  if (layer !== undefined && call === undefined) {
    const names = trace.calls.map(({ name }) => name);
    throw new RangeError(`receptiveField: got layer '${layer}'; expected one of '${names.join("', '")}'`);
  }
  const axes = trace.inputs[0].shape.length - 2;
  return describe(fieldsOf(trace).get(call ? call.outputs[0] : trace.outputs[0]), axes);
}

/** A field in the words of the public interface, for an image with so many spatial axes. */
export function describe(field: Field, axes: number): ReceptiveField | undefined {
  if (field === undefined) return undefined;
  if (field === 'image') {
    const forAxes = <Value>(value: Value) => new Array<Value>(axes).fill(value);
    return {
      size: forAxes(Infinity),
      stride: forAxes(0),
      start: forAxes(-Infinity),
      centre: forAxes(NaN),
      at: () => forAxes({ first: -Infinity, last: Infinity }),
    };
  }
  const starts = field.map((reach) => seenFrom(reach, 0));
  return {
    size: field.map(sizeOf),
    stride: field.map(strideOf),
    start: starts.map(({ first }) => first),
    centre: starts.map(({ first, last }) => (first + last) / 2),
    at: (position) => field.map((reach, axis) => seenFrom(reach, position[axis])),
  };
}
