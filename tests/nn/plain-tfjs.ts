import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/runtime';

/** Loads what stdin brings by @tensorflow/tfjs alone, on its JavaScript backend, and prints the model's outputs. */
const SCRIPT = `
const tf = require('@tensorflow/tfjs');
const { artifacts, weights, shape, values } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const bytes = Buffer.from(weights, 'base64');
const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
tf.loadLayersModel(tf.io.fromMemory({ ...artifacts, weightData })).then((model) => {
  const outputs = [model.predict(tf.tensor(values, shape))].flat();
  console.log('outputs ' + JSON.stringify(outputs.map((output) => Array.from(output.dataSync()))));
});
`;

/** Saves a model, loads it in a process that knows nothing of this library, and returns its outputs there. */
export async function predictByPlainTfjs(model: tf.LayersModel, images: tf.Tensor): Promise<number[][]> {
  let saved: io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const { weightData, ...artifacts } = saved!;
  const input = JSON.stringify({
    artifacts,
    weights: Buffer.from(weightData as ArrayBuffer).toString('base64'),
    shape: images.shape,
    values: Array.from(images.dataSync()),
  });
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', SCRIPT], {
    input,
    encoding: 'utf8',
    cwd: join(__dirname, '..', '..'),
  });
  const line = /^outputs (.*)$/m.exec(stdout);
  assert.ok(line, `plain TensorFlow.js failed: ${stderr}`);
  return JSON.parse(line[1]) as number[][];
}
