import type { layers, SymbolicTensor } from '@tensorflow/tfjs-layers';

type Layer = layers.Layer;

/** A layers model as it is made of layers: `tf.LayersModel`, or a `tf.Sequential`'s inner model. */
export interface Graph {
  inputs: SymbolicTensor[];
  outputs: SymbolicTensor[];
}

/** One layer at work on some values. */
export interface LayerStep {
  kind: 'layer';
  layer: Layer;
}

/** Batch normalisation, with the convolution before it and the ReLU after it where nothing else reads what lies between. */
export interface NormalizationStep {
  kind: 'normalization';
  convolution?: Layer;
  normalization: Layer;
  relu: boolean;
}

/** Values are named by the ids of their symbolic tensors. */
export type Step = (LayerStep | NormalizationStep) & {
  inputs: number[];
  outputs: number[];
  /** Values that no later step reads and that are no result. */
  spent: number[];
};

export interface Plan {
  inputs: number[];
  outputs: number[];
  /** Rows of steps; each but the first of a row reads what the one before gives, which nothing else does. */
  rows: Step[][];
}

interface Node {
  layer: Layer;
  inputs: SymbolicTensor[];
  outputs: SymbolicTensor[];
}

/** Layers that send masks along, which only stock execution passes on. */
const MASKING = ['Masking', 'Embedding'];

/**
 * The order in which a graph's layers work, with normalisation steps put together if wanted. Undefined where masks are
 * sent along.
 */
export function makePlan(graph: Graph, together: boolean): Plan | undefined {
  const nodes = inOrder(graph);
  if (nodes.some(({ layer }) => MASKING.includes(layer.getClassName()))) return undefined;
  const results = new Set(graph.outputs.map(({ id }) => id));
  const readers = new Map<number, Node[]>();
  for (const node of nodes)
    for (const { id } of node.inputs) readers.set(id, [...(readers.get(id) ?? []), node]);

  /** The node that alone reads what this one gives. */
  const onlyReader = ({ outputs }: Node): Node | undefined => {
    const found =
      outputs.length === 1 && !results.has(outputs[0].id) ? readers.get(outputs[0].id) : undefined;
    return found?.length === 1 && found[0].inputs.length === 1 ? found[0] : undefined;
  };
  const done = new Set<Node>();
  const steps: Step[] = [];
  for (const node of nodes) {
    if (done.has(node)) continue;
    const group = together ? normalizationGroup(node, onlyReader) : undefined;
    const last = group?.nodes.at(-1) ?? node;
    group?.nodes.forEach((member) => done.add(member));
    steps.push({
      ...(group?.step ?? { kind: 'layer', layer: node.layer }),
      inputs: node.inputs.map(({ id }) => id),
      outputs: last.outputs.map(({ id }) => id),
      spent: [],
    });
  }
  noteSpent(steps, results);
  const ids = (tensors: SymbolicTensor[]) => tensors.map(({ id }) => id);
  const read = (id: number) => (results.has(id) ? 0 : (readers.get(id)?.length ?? 0));
  return { inputs: ids(graph.inputs), outputs: ids(graph.outputs), rows: inRows(steps, read) };
}

/** Layers that give the same when they are computed again. */
const REPEATABLE = [
  'Activation',
  'AveragePooling2D',
  'AveragePooling3D',
  'BatchNormalization',
  'Conv2D',
  'Conv2DTranspose',
  'Conv3D',
  'Conv3DTranspose',
  'DepthwiseConv2D',
  'ELU',
  'GroupNormalization',
  'LeakyReLU',
  'MaxPooling2D',
  'MaxPooling3D',
  'PReLU',
  'ReLU',
  'SeparableConv2D',
  'UpSampling2D',
  'ZeroPadding2D',
];

function inRows(steps: Step[], readers: (id: number) => number): Step[][] {
  const rows: Step[][] = [];
  for (const step of steps) {
    const before = rows.at(-1)?.at(-1);
    const follows =
      before?.outputs.length === 1 &&
      readers(before.outputs[0]) === 1 &&
      step.inputs.length === 1 &&
      step.inputs[0] === before.outputs[0];
    if (follows && isRepeatable(before) && isRepeatable(step)) rows.at(-1)!.push(step);
    else rows.push([step]);
  }
  return rows;
}

function isRepeatable(step: Step): boolean {
  if (step.kind === 'normalization') return true;
  const { layer, inputs } = step;
  return inputs.length === 1 && REPEATABLE.includes(layer.getClassName()) && !normalizesAnotherAxis(layer);
}

/** Such a layer is stock, and moves its statistics at every call. */
const normalizesAnotherAxis = (layer: Layer) =>
  layer.getClassName() === 'BatchNormalization' && !normalizesLastAxis(layer);

/** The layers of a step. */
export function layersOf(step: Step): Layer[] {
  if (step.kind === 'layer') return [step.layer];
  return step.convolution ? [step.convolution, step.normalization] : [step.normalization];
}

/** All nodes that the outputs need but the inputs, each after those that it reads. */
function inOrder({ inputs, outputs }: Graph): Node[] {
  const nodes: Node[] = [];
  const given = new Set(inputs.map(({ id }) => id));
  const seen = new Set<number>();
  const visit = (tensor: SymbolicTensor) => {
    if (given.has(tensor.id) || seen.has(tensor.id)) return;
    const { inputTensors, outputTensors } = tensor.sourceLayer.inboundNodes[tensor.nodeIndex];
    outputTensors.forEach(({ id }) => seen.add(id));
    inputTensors.forEach(visit);
    nodes.push({ layer: tensor.sourceLayer, inputs: inputTensors, outputs: outputTensors });
  };
  outputs.forEach(visit);
  return nodes;
}

function normalizationGroup(
  first: Node,
  onlyReader: (node: Node) => Node | undefined,
): { nodes: Node[]; step: NormalizationStep } | undefined {
  const convolution = isPlainConvolution(first.layer) ? first : undefined;
  const normalization = convolution ? onlyReader(convolution) : first;
  if (normalization === undefined || !normalizesChannels(normalization)) return undefined;
  const next = onlyReader(normalization);
  const relu = next && isRelu(next.layer) ? next : undefined;
  return {
    nodes: [convolution, normalization, relu].filter((node): node is Node => node !== undefined),
    step: {
      kind: 'normalization',
      convolution: convolution?.layer,
      normalization: normalization.layer,
      relu: relu !== undefined,
    },
  };
}

/** What the configuration of layers tells that their types hide. */
interface Configured {
  axis: number;
  activation?: { getClassName(): string };
  dataFormat?: string;
  maxValue?: number;
}

const configured = (layer: Layer) => layer as unknown as Configured;

function isPlainConvolution(layer: Layer): boolean {
  const { activation, dataFormat } = configured(layer);
  return (
    layer.getClassName() === 'Conv2D' &&
    activation?.getClassName() === 'linear' &&
    dataFormat === 'channelsLast'
  );
}

const normalizesChannels = ({ layer }: Node) =>
  layer.getClassName() === 'BatchNormalization' && normalizesLastAxis(layer);

function normalizesLastAxis(layer: Layer): boolean {
  const { axis } = configured(layer);
  const { rank } = layer.inboundNodes[0].inputTensors[0];
  return rank >= 2 && (axis === -1 || axis === rank - 1);
}

function isRelu(layer: Layer): boolean {
  const { activation, maxValue } = configured(layer);
  if (layer.getClassName() === 'ReLU') return maxValue === undefined || maxValue === null;
  return layer.getClassName() === 'Activation' && activation?.getClassName() === 'relu';
}

function noteSpent(steps: Step[], results: Set<number>): void {
  const later = new Set(results);
  for (const step of [...steps].reverse()) {
    const read = [...new Set([...step.inputs, ...step.outputs])];
    step.spent = read.filter((id) => !later.has(id));
    read.forEach((id) => later.add(id));
  }
}
