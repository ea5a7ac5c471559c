// A fresh process with stock TensorFlow.js alone: loads a saved model and prints what it gives for the golden input, and
// what classes stock TensorFlow.js knows.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import tf from '@tensorflow/tfjs';

const [file, ...shape] = process.argv.slice(2);
const { modelTopology, weightsManifest } = JSON.parse(readFileSync(file, 'utf8'));
const [{ paths, weights }] = weightsManifest;
const data = Buffer.concat(paths.map((name) => readFileSync(join(dirname(file), name))));
const weightData = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weights, weightData }));
const sizes = shape.map(Number);
const values = Float32Array.from({ length: tf.util.sizeFromShape(sizes) }, (_, index) =>
  Math.cos(0.3 * index),
);
const output = model.predict(tf.tensor(values, sizes));
const classes = Object.keys(tf.serialization.SerializationMap.getMap().classNameMap);
const loaded = Object.keys(createRequire(import.meta.url).cache);
const ours = loaded.filter((name) => /tfjs-node|[/\\]lib[/\\]runtime/.test(name));
console.log(
  JSON.stringify({
    output: Array.from(await output.data()),
    backend: tf.getBackend(),
    classes,
    ours,
    loaded: loaded.length,
  }),
);
