import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { tf } from '../runtime';

/** What a trained network is made of. Loops, functions, tables and random numbers are not. */
const OPERATIONS = new Set(
  (
    'Placeholder Const Identity ' +
    'Conv2D DepthwiseConv2dNative Conv2DBackpropInput BiasAdd MatMul MaxPool AvgPool _FusedConv2D _FusedMatMul ' +
    'FusedDepthwiseConv2dNative FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 ' +
    'Relu Relu6 LeakyRelu Prelu Elu Selu Sigmoid Softplus Tanh Softmax LogSoftmax ' +
    'Add AddV2 AddN Sub Mul RealDiv Div Maximum Minimum Neg Abs Exp Log Sqrt Rsqrt Square Pow ' +
    'Mean Sum Max Min ArgMax ArgMin Greater GreaterEqual Less LessEqual Equal ' +
    'ConcatV2 Pack Unpack Pad PadV2 Reshape Squeeze ExpandDims Transpose Split SplitV Slice StridedSlice Shape Cast ' +
    'ResizeBilinear ResizeNearestNeighbor SpaceToBatchND BatchToSpaceND SpaceToDepth DepthToSpace GatherV2'
  ).split(' '),
);

const ELEMENT_BYTES: Record<string, number> = { float32: 4, int32: 4, bool: 1 };
const MOST_TOPOLOGY_BYTES = 2 ** 24;
const MOST_NODES = 20_000;
const DEFAULT_LIMIT = 2 ** 30;
/** A file beside the model: nothing that leads elsewhere. */
const SHARD_NAME = /^\w[\w.-]*$/;

export interface ReadGraphModelOptions {
  /** The most bytes that the weights may have; 1 GiB by default. */
  maxBytes?: number;
  /** Where each file of weights lies, by its name in `model.json`; beside it by default. */
  shards?: Readonly<Record<string, string>>;
}

type WeightSpecification = io.WeightsManifestEntry;

/**
 * Reads a graph model that TensorFlow.js's converter has written: `model.json` and its files of weights. Both are held
 * against each other before anything is built: operations are a network's, and the weights' shapes are exactly the files'
 * bytes. Run it by `execute`.
 *
 * @throws Error naming file, place, what was got and what was expected, for what is damaged or no plain network: loops,
 *   functions, unknown operations, quantised weights, names of files that lead elsewhere
 */
export async function readGraphModel(
  modelFile: string,
  options: ReadGraphModelOptions = {},
): Promise<tf.GraphModel> {
  const { maxBytes = DEFAULT_LIMIT, shards } = options;
  const refuse: Refuse = (place, got, expected) => {
    throw new Error(`readGraphModel: ${modelFile}: ${place}: got ${got}; expected ${expected}`);
  };
  const { size } = await stat(modelFile);
  if (size > MOST_TOPOLOGY_BYTES) refuse('file', `${size} bytes`, `at most ${MOST_TOPOLOGY_BYTES}`);
  const model = parse(await readFile(modelFile, 'utf8'), refuse);
  const modelTopology = object(model.modelTopology, 'modelTopology', refuse);
  requireNetwork(modelTopology, refuse);
  const { specifications, files, bytes } = weightsOf(model.weightsManifest, refuse);
  if (bytes > maxBytes)
    refuse('weights', `${bytes} bytes`, `at most ${maxBytes}; raise maxBytes to read them`);
  const paths = files.map((name) =>
    shards && Object.hasOwn(shards, name) ? shards[name] : join(dirname(modelFile), name),
  );
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const stored = sizes.reduce((sum, each) => sum + each, 0);
  if (stored !== bytes) refuse(files.join(', '), `${stored} bytes`, `${bytes}, as its weights have`);
  const weights = Buffer.concat(await Promise.all(paths.map((path) => readFile(path))));
  if (weights.length !== bytes) refuse(files.join(', '), `${weights.length} bytes`, `${bytes}`);
  return tf.loadGraphModel(
    tf.io.fromMemory({
      modelTopology,
      format: 'graph-model',
      weightSpecs: specifications,
      weightData: new Uint8Array(weights).buffer,
    }),
  );
}

type Refuse = (place: string, got: string, expected: string) => never;

function parse(text: string, refuse: Refuse): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse('file', `text that is not JSON (${(error as Error).message})`, 'a model.json');
  }
  return object(value, 'file', refuse);
}

function object(value: unknown, place: string, refuse: Refuse): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return refuse(place, short(value), 'an object, as the TensorFlow.js converter writes for a graph model');
}

function list(value: unknown, place: string, refuse: Refuse): unknown[] {
  return Array.isArray(value) ? value : refuse(place, short(value), 'a list');
}

const short = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 80);

function requireNetwork(topology: Record<string, unknown>, refuse: Refuse): void {
  const nodes = list(topology.node, 'modelTopology.node', refuse);
  if (nodes.length > MOST_NODES) refuse('modelTopology.node', `${nodes.length}`, `at most ${MOST_NODES}`);
  const sources = new Map<string, string[]>();
  nodes.forEach((value, index) => {
    const place = `modelTopology.node[${index}]`;
    const { name, op, input = [] } = object(value, place, refuse);
    if (typeof name !== 'string' || sources.has(name))
      refuse(place, `name ${short(name)}`, 'a name of its own');
    if (typeof op !== 'string' || !OPERATIONS.has(op)) {
      refuse(place, `operation ${short(op)}`, `one of a network's: ${[...OPERATIONS].join(', ')}`);
    }
    const inputs = list(input, `${place}.input`, refuse).map((source) =>
      typeof source === 'string'
        ? source.replace(/^\^/, '').replace(/:\d+$/, '')
        : refuse(`${place}.input`, short(source), 'names of nodes'),
    );
    sources.set(name as string, inputs);
  });
  requireOrder(sources, refuse);
  object(topology.versions, 'modelTopology.versions', refuse);
  const { function: functions = [] } = object(topology.library ?? {}, 'modelTopology.library', refuse);
  if (list(functions, 'modelTopology.library.function', refuse).length > 0) {
    refuse('modelTopology.library', 'functions', 'none');
  }
}

/** Every node can be computed after those that it takes in. */
function requireOrder(sources: ReadonlyMap<string, readonly string[]>, refuse: Refuse): void {
  const takers = new Map([...sources.keys()].map((name) => [name, [] as string[]]));
  const waiting = new Map<string, number>();
  for (const [name, inputs] of sources) {
    waiting.set(name, inputs.length);
    for (const input of inputs) {
      if (!takers.has(input)) refuse(`node ${short(name)}`, `input ${short(input)}`, 'the name of a node');
      takers.get(input)!.push(name);
    }
  }
  const ready = [...sources.keys()].filter((name) => waiting.get(name) === 0);
  // What becomes ready is appended while it is walked over.
  for (const name of ready) {
    for (const taker of takers.get(name)!) {
      waiting.set(taker, waiting.get(taker)! - 1);
      if (waiting.get(taker) === 0) ready.push(taker);
    }
  }
  if (ready.length === sources.size) return;
  const stuck = [...sources.keys()].find((name) => waiting.get(name)! > 0);
  refuse(`node ${short(stuck)}`, 'its own output among its inputs', 'a graph without cycles');
}

function weightsOf(
  manifest: unknown,
  refuse: Refuse,
): { specifications: WeightSpecification[]; files: string[]; bytes: number } {
  const specifications: WeightSpecification[] = [];
  const files: string[] = [];
  let bytes = 0;
  list(manifest, 'weightsManifest', refuse).forEach((value, group) => {
    const { paths, weights } = object(value, `weightsManifest[${group}]`, refuse);
    for (const name of list(paths, `weightsManifest[${group}].paths`, refuse)) {
      if (typeof name !== 'string' || !SHARD_NAME.test(name) || files.includes(name)) {
        refuse(`weightsManifest[${group}].paths`, short(name), 'names of files beside the model, each once');
      }
      files.push(name as string);
    }
    list(weights, `weightsManifest[${group}].weights`, refuse).forEach((entry, index) => {
      const place = `weightsManifest[${group}].weights[${index}]`;
      const { name, shape, dtype, quantization } = object(entry, place, refuse);
      if (typeof name !== 'string') refuse(place, `name ${short(name)}`, 'a name');
      if (typeof dtype !== 'string' || !Object.hasOwn(ELEMENT_BYTES, dtype)) {
        refuse(place, `dtype ${short(dtype)}`, `one of ${Object.keys(ELEMENT_BYTES).join(', ')}`);
      }
      if (quantization !== undefined) refuse(place, 'quantised weights', 'plain ones');
      const sides = list(shape, `${place}.shape`, refuse);
      if (sides.length > 6 || !sides.every((side) => Number.isSafeInteger(side) && (side as number) >= 0)) {
        refuse(`${place}.shape`, short(shape), 'up to 6 sizes');
      }
      const count = (sides as number[]).reduce((product, side) => product * side, 1);
      bytes += count * ELEMENT_BYTES[dtype as string];
      if (!Number.isSafeInteger(bytes)) refuse(`${place}.shape`, short(shape), 'sizes that fit a file');
      specifications.push({ name, shape, dtype } as WeightSpecification);
    });
  });
  return { specifications, files, bytes };
}
