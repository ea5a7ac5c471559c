import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { saveModel } from '../../lib/checkpoints/save-model';
import { STOCK_CLASSES } from '../../lib/checkpoints/stock-classes';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { UNet } from '../../lib/nn/models/unet';
import { GroupNormalization } from '../../lib/nn/layers';
import { tf } from '../../lib/runtime';
import { assertClose } from '../gradients';
import { scrambled, waves } from './scrambled';

const run = promisify(execFile);
const SHAPE = [1, 8, 12, 2];

interface Stock {
  output: number[];
  backend: string;
  classes: string[];
  /** Modules of this library's runtime that the process loaded. */
  ours: string[];
  /** Modules that it loaded. */
  loaded: number;
}

async function stock(file: string, shape = SHAPE): Promise<Stock> {
  const script = join(__dirname, 'stock-tfjs.mjs');
  const { stdout } = await run(process.execPath, [script, file, ...shape.map(String)]);
  return JSON.parse(stdout.slice(stdout.indexOf('{"output"')));
}

const unet = () =>
  scrambled(new BasicUNet({ inputChannels: 2, numClasses: 3, baseChannels: 4, numBlocks: 2 }));
const shards = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.bin'));

describe('saveModel', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-model-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes a model that stock TensorFlow.js runs in a process of its own, to the same numbers', async () => {
    const model = unet();
    const { output, backend, ours, loaded } = await stock(saveModel(folder, model));
    assert.ok(loaded > 0);
    assert.deepEqual([backend, ours], ['cpu', []]);
    tf.tidy(() => {
      const expected = model.predict(waves(SHAPE)) as tf.Tensor;
      assertClose(tf.tensor(output, expected.shape), expected, 1e-4);
    });
    model.dispose();
  });

  it('knows exactly the classes that stock TensorFlow.js has', async () => {
    const { classes } = await stock(saveModel(folder, unet()));
    assert.deepEqual([...STOCK_CLASSES].sort(), classes.sort());
  });

  it("is loaded by this library's tf, from the file", async () => {
    const model = unet();
    const again = await tf.loadLayersModel(`file://${saveModel(folder, model)}`);
    tf.tidy(() => assertClose(again.predict(waves(SHAPE)) as tf.Tensor, model.predict(waves(SHAPE)), 1e-6));
    [model, again].forEach((each) => each.dispose());
  });

  it('splits weights into files of 4 MiB', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1200, inputShape: [1000] })] });
    const file = saveModel(folder, model);
    const sizes = shards(folder).map((name) => readFileSync(join(folder, name)).length);
    assert.deepEqual(sizes, [4 * 2 ** 20, 4 * (1200 * 1000 + 1200) - 4 * 2 ** 20]);
    const again = await tf.loadLayersModel(`file://${file}`);
    assert.deepEqual(again.weights[0].read().dataSync(), model.weights[0].read().dataSync());
    [model, again].forEach((each) => each.dispose());
  });

  it('replaces a model and deletes its old weights, and nothing else', async () => {
    const model = unet();
    writeFileSync(join(folder, 'notes.bin'), 'mine');
    saveModel(folder, model);
    const [first] = shards(folder);
    saveModel(folder, scrambled(model, 2));
    assert.equal(shards(folder).length, 2);
    assert.ok(!shards(folder).includes(first) && shards(folder).includes('notes.bin'));
    const kept = shards(folder);
    saveModel(folder, model);
    assert.deepEqual(shards(folder), kept);
    model.dispose();
  });

  it('refuses layers that stock TensorFlow.js lacks, before it writes, unless told', async () => {
    const layers = [
      tf.layers.conv2d({ name: 'a', filters: 2, kernelSize: 1, inputShape: [2, 2, 1] }),
      new GroupNormalization({ name: 'norm', groups: 1 }),
    ];
    const model = tf.sequential({ name: 'custom', layers });
    assert.throws(() => saveModel(folder, model), {
      message:
        /^saveModel: model 'custom' has layers that stock TensorFlow\.js does not: 'norm' \(GroupNormalization\)\. /,
    });
    assert.deepEqual(readdirSync(folder), []);
    const again = await tf.loadLayersModel(`file://${saveModel(folder, model, { allowCustomLayers: true })}`);
    assert.equal(again.layers[1].getClassName(), 'GroupNormalization');
    [model, again].forEach((each) => each.dispose());
  });

  it('saves batch normalisation of volumes as what stock TensorFlow.js can run, and no other', async () => {
    const model = scrambled(
      new UNet({ dimensions: 3, inputChannels: 2, numClasses: 2, baseChannels: 2, numBlocks: 1 }),
    );
    const shape = [1, 4, 6, 2, 2];
    const { output } = await stock(saveModel(folder, model), shape);
    tf.tidy(() => {
      const expected = model.predict(waves(shape)) as tf.Tensor;
      assertClose(tf.tensor(output, expected.shape), expected, 1e-4);
    });
    const classes = (file: string) =>
      new Set<string>(JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))).match(/BatchNormalization/g));
    assert.equal(classes(saveModel(folder, model)).size, 0);
    assert.equal(classes(saveModel(folder, model, { allowCustomLayers: true })).size, 1);
    model.dispose();
    const flat = unet();
    assert.equal(classes(saveModel(folder, flat)).size, 1);
    flat.dispose();
  });

  it('saves batch normalisation of volumes without scale or offset', async () => {
    const layers = [
      tf.layers.batchNormalization({ name: 'a', scale: false, inputShape: [2, 2, 2, 2] }),
      tf.layers.batchNormalization({ name: 'b', center: false }),
    ];
    const model = scrambled(tf.sequential({ layers }));
    const shape = [1, 2, 2, 2, 2];
    const { output } = await stock(saveModel(folder, model), shape);
    tf.tidy(() => assertClose(tf.tensor(output, shape), model.predict(waves(shape)), 1e-5));
    model.dispose();
  });

  it('saves layers that hold others', async () => {
    const inner = tf.sequential({ layers: [tf.layers.dense({ name: 'd', units: 2, inputShape: [3] })] });
    const layers = [
      tf.layers.bidirectional({
        layer: tf.layers.simpleRNN({ units: 2 }) as Parameters<typeof tf.layers.bidirectional>[0]['layer'],
        mergeMode: 'concat',
        inputShape: [4, 2],
      }),
      tf.layers.dense({ name: 'e', units: 3 }),
      inner,
    ];
    const model = scrambled(tf.sequential({ layers }));
    const { output } = await stock(saveModel(folder, model), [1, 4, 2]);
    tf.tidy(() => assertClose(tf.tensor(output, [1, 2]), model.predict(waves([1, 4, 2])), 1e-4));
    model.dispose();
  });

  it('leaves no tensor behind', async () => {
    const model = unet();
    const before = tf.memory().numTensors;
    saveModel(folder, model);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});
