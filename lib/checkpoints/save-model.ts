import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeFileWhole } from '../io/write-file';
import { tf } from '../runtime';
import { modelWeights } from './model-weights';
import { requireStock } from './require-stock';
import { SavedLayer } from './saved-topology';
import { replaceVolumeNormalizations, SavedWeight } from './volume-normalization';

export interface SaveModelOptions {
  /** Save although only this library can load the model. Default false. */
  allowCustomLayers?: boolean;
}

const SHARD_BYTES = 4 * 2 ** 20;
const SHARD_NAME = /^group1-shard\d+of\d+\.[0-9a-f]{16}\.bin$/;

/**
 * Writes a model as stock TensorFlow.js loads it, in a browser or in Node, without this library: `model.json` (topology
 * and list of weights) and the weights in files of 4 MiB, which browsers cache. In a page:
 *
 *     const model = await tf.loadLayersModel('https://…/model.json');
 *     const logits = model.predict(images); // [B, H, W, C], sides that the network's poolings divide
 *
 * The page's network predicts what this one predicts; batch normalisation of volumes, which stock TensorFlow.js cannot
 * run, is saved as the scaling of channels that it is in inference. Networks with layers of this library's own are
 * refused: instance and group normalisation, 3-D up-sampling, resizing to the size of another map.
 *
 * In Node, `tf.loadLayersModel('file://…/model.json')` of tfjs-node, this library's `tf` included. The optimizer is not
 * saved (see `saveCheckpoint`).
 *
 * Weights are named by their content and `model.json` is renamed into place last, so that a reader, or a crash, meets the
 * old model or the new one.
 *
 * @returns the path of model.json
 * @throws Error naming layers that stock TensorFlow.js does not have, before anything is written
 */
export function saveModel(
  folder: string,
  model: tf.LayersModel,
  { allowCustomLayers = false }: SaveModelOptions = {},
): string {
  const { modelTopology, weights, ...about } = artifactsOf(model, allowCustomLayers);
  const file = path.join(folder, 'model.json');
  const old = shardsOf(file);
  const shards = split(weights);
  for (const [name, bytes] of shards) writeFileWhole(path.join(folder, name), bytes);
  const specs = weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const weightsManifest = [{ paths: [...shards.keys()], weights: specs }];
  writeFileWhole(file, Buffer.from(JSON.stringify({ ...about, modelTopology, weightsManifest })));
  for (const name of old) if (!shards.has(name)) rmSync(path.join(folder, name), { force: true });
  return file;
}

interface Artifacts {
  format: string;
  generatedBy: string;
  modelTopology: SavedLayer;
  weights: SavedWeight[];
}

function artifactsOf(model: tf.LayersModel, allowCustomLayers: boolean): Artifacts {
  const modelTopology = model.toJSON(null, false) as unknown as SavedLayer;
  if (!allowCustomLayers) requireStock(model.name, modelTopology);
  const replaced = allowCustomLayers ? new Map() : replaceVolumeNormalizations(model, modelTopology);
  const weights: SavedWeight[] = [];
  for (const { name, layer, shape, variable } of modelWeights('saveModel', model).values()) {
    if (!replaced.has(layer.name)) {
      weights.push({ name, shape, values: variable.read().dataSync() as Float32Array });
    }
  }
  weights.push(...[...replaced.values()].flat());
  return {
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version_layers}`,
    modelTopology,
    weights,
  };
}

/** Files of weights by name; the numbers go on from one to the next. */
function split(weights: readonly SavedWeight[]): Map<string, Uint8Array> {
  const bytes = Buffer.concat(
    weights.map(({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
  const count = Math.max(1, Math.ceil(bytes.length / SHARD_BYTES));
  const shards = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index++) {
    const shard = bytes.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES);
    const hash = createHash('sha256').update(shard).digest('hex').slice(0, 16);
    shards.set(`group1-shard${index + 1}of${count}.${hash}.bin`, shard);
  }
  return shards;
}

/** Files of weights that a model.json of this function names; others are not ours to delete. */
function shardsOf(file: string): string[] {
  if (!existsSync(file)) return [];
  try {
    const { weightsManifest } = JSON.parse(readFileSync(file, 'utf8')) as {
      weightsManifest: { paths: string[] }[];
    };
    return weightsManifest.flatMap(({ paths }) => paths).filter((name) => SHARD_NAME.test(name));
  } catch {
    return []; // damaged, so it names nothing
  }
}
