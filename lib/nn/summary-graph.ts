import { tf } from '../runtime';

/** A feature map at one place of a model, for one input size. Compared by identity. */
export interface TracedMap {
  /** With the batch: [B, ...spatial, C]. */
  shape: readonly number[];
}

/** One use of a layer: a layer that a model shares has several. */
export interface LayerCall {
  layer: tf.layers.Layer;
  /** The layer's name; inside a model that serves as a layer, after that model's: `encoder/conv1`. */
  name: string;
  inputs: readonly TracedMap[];
  outputs: readonly TracedMap[];
}

/** What a model does to an input of one size, step by step. */
export interface Trace {
  inputs: TracedMap[];
  outputs: TracedMap[];
  /** In an order in which they can be carried out. */
  calls: LayerCall[];
}

type Node = tf.layers.Layer['inboundNodes'][number];

/**
 * Follows the shapes of an input through a layers model, into models that serve as layers too, without computing a
 * value.
 *
 * @param owner the function that the errors name
 * @param inputSize spatial sides of the inputs, such as [height, width]; not needed where the model fixes them
 * @param batchSize images in a batch
 * @throws RangeError for a model of any size without `inputSize`, one of another rank, a side that the model fixes
 * differently or that is no integer ≥ 1, and for a size that a layer cannot take
 */
export function traceModel(
  owner: string,
  model: tf.LayersModel,
  inputSize?: readonly number[],
  batchSize = 1,
): Trace {
  if (!model.outputs?.length) {
    throw new RangeError(`${owner}: got model '${model.name}' that has no input yet; build it first`);
  }
  const inputs = model.inputs.map(({ shape }) => ({ shape: inputShape(owner, shape, inputSize, batchSize) }));
  const calls: LayerCall[] = model.inputs.map(({ sourceLayer }, index) => ({
    layer: sourceLayer,
    name: sourceLayer.name,
    inputs: [],
    outputs: [inputs[index]],
  }));
  return { inputs, outputs: follow(owner, model, inputs, '', calls), calls };
}

function inputShape(
  owner: string,
  declared: readonly (number | null)[],
  size: readonly number[] | undefined,
  batchSize: number,
): number[] {
  const sides = declared.slice(1, -1);
  const given: readonly (number | null)[] = size ?? sides;
  const expected = `[${sides.map((side) => side ?? 'any').join(', ')}]`;
  const fits = given.length === sides.length && given.every((side, axis) => side === (sides[axis] ?? side));
  if (!fits) {
    throw new RangeError(`${owner}: got inputSize [${given.join(', ')}]; expected ${expected}`);
  }
  if (given.includes(null)) {
    throw new RangeError(
      `${owner}: the model takes any size (${expected}); give inputSize, such as ` +
        `[${sides.map((side) => side ?? 256).join(', ')}]`,
    );
  }
  const shape = [declared[0] ?? batchSize, ...given, ...declared.slice(Math.max(1, declared.length - 1))];
  for (const side of shape) {
    if (!Number.isSafeInteger(side) || side! < 1) {
      throw new RangeError(
        `${owner}: got input shape [${shape.join(', ')}]; expected integers of at least 1`,
      );
    }
  }
  return shape as number[];
}

/** Appends the calls inside a model to `calls`. */
function follow(
  owner: string,
  model: tf.LayersModel,
  inputs: TracedMap[],
  prefix: string,
  calls: LayerCall[],
): TracedMap[] {
  const known = new Map<tf.SymbolicTensor, TracedMap>();
  model.inputs.forEach((tensor, index) => known.set(tensor, inputs[index]));
  for (const node of nodesOf(model)) {
    const from = node.inputTensors.map((tensor) => known.get(tensor)!);
    const layer = node.outboundLayer;
    const name = prefix + layer.name;
    let to: TracedMap[];
    if (layer instanceof tf.LayersModel) {
      to = follow(owner, layer, from, `${name}/`, calls);
    } else {
      to = outputShapes(owner, layer, name, from).map((shape) => ({ shape }));
      calls.push({ layer, name, inputs: from, outputs: to });
    }
    node.outputTensors.forEach((tensor, index) => known.set(tensor, to[index]));
  }
  return model.outputs.map((tensor) => known.get(tensor)!);
}

/** The uses of layers between a model's inputs and outputs, in the order in which they were made. */
function nodesOf(model: tf.LayersModel): Node[] {
  const found = new Set<Node>();
  const waiting = [...model.outputs];
  while (waiting.length > 0) {
    const tensor = waiting.pop()!;
    if (model.inputs.includes(tensor)) continue;
    const node = tensor.sourceLayer.inboundNodes[tensor.nodeIndex];
    if (found.has(node)) continue;
    found.add(node);
    waiting.push(...node.inputTensors);
  }
  // A tensor's id counts the tensors made before it, and a layer's inputs are made before its outputs.
  return [...found].sort((a, b) => a.outputTensors[0].id - b.outputTensors[0].id);
}

function outputShapes(
  owner: string,
  layer: tf.layers.Layer,
  name: string,
  inputs: readonly TracedMap[],
): number[][] {
  const shapes = inputs.map(({ shape }) => [...shape]);
  if (layer.getClassName() === 'Concatenate') requireSameSides(owner, layer, name, shapes);
  const result = layer.computeOutputShape(shapes.length === 1 ? shapes[0] : shapes) as number[] | number[][];
  const outputs = (Array.isArray(result[0]) ? result : [result]) as number[][];
  for (const shape of outputs) {
    if (shape.every((side) => side >= 1)) continue;
    throw new RangeError(
      `${owner}: layer '${name}' would make [${shape}] of [${shapes.join('], [')}]; expected an input of at least ` +
        'one position after every pooling: take a larger inputSize',
    );
  }
  return outputs;
}

function requireSameSides(owner: string, layer: tf.layers.Layer, name: string, shapes: number[][]): void {
  const { axis } = layer.getConfig() as { axis: number };
  const rank = shapes[0].length;
  const rest = shapes.map((shape) => shape.filter((_, index) => index !== (axis + rank) % rank).join());
  if (new Set(rest).size > 1) {
    throw new RangeError(
      `${owner}: layer '${name}' cannot join [${shapes.join('] and [')}]; take an inputSize that the poolings divide`,
    );
  }
}
