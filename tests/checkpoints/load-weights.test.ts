import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWeights } from '../../lib/checkpoints/load-weights';
import { saveWeights } from '../../lib/checkpoints/save-weights';
import { basicUNetNames } from '../../lib/checkpoints/names';
import { encodeSafetensors } from '../../lib/io/safetensors';
import type { StateDict } from '../../lib/io/torch/state-dict';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertNoLeak } from '../gradients';
import { assertSameOutput, fileOf, GoldenNetwork, weightsOf } from './golden-network';

const { unet } = golden<{ unet: GoldenNetwork }>('checkpoints-unet');
const options = { inputChannels: 2, numClasses: 3, baseChannels: 2, numBlocks: 3 };
const mapping = basicUNetNames(options);

/** Two layers, 'a' (a convolution) and 'b' (batch normalisation). */
const small = () =>
  tf.sequential({
    name: 'small',
    layers: [
      tf.layers.conv2d({ name: 'a', filters: 3, kernelSize: 1, inputShape: [2, 2, 2] }),
      tf.layers.batchNormalization({ name: 'b' }),
    ],
  });
const array = (shape: number[], value = 1) => ({
  shape,
  values: new Float32Array(tf.util.sizeFromShape(shape)).fill(value),
});
const complete = (): StateDict => ({
  'a.weight': array([3, 2, 1, 1]),
  'a.bias': array([3], 2),
  'b.weight': array([3], 3),
  'b.bias': array([3], 4),
  'b.running_mean': array([3], 5),
  'b.running_var': array([3], 6),
  'b.num_batches_tracked': { shape: [], values: BigInt64Array.of(7n) },
});
const values = (model: tf.LayersModel) => model.weights.map((weight) => Array.from(weight.read().dataSync()));
const without = (name: string) =>
  Object.fromEntries(Object.entries(complete()).filter(([key]) => key !== name));

describe('loadWeights', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-weights-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('loads a .pth file by its path, and what saveWeights wrote', () => {
    const pth = join(folder, 'unet.pth');
    writeFileSync(pth, fileOf(unet));
    const [first, second] = [new BasicUNet(options), new BasicUNet(options)];
    loadWeights(first, pth, { mapping });
    const file = join(folder, 'unet.safetensors');
    saveWeights(file, first);
    const report = loadWeights(second, file);
    assert.deepEqual(values(second), values(first));
    assert.deepEqual([report.missing, report.unexpected, report.ignored], [[], [], []]);
    assertSameOutput(second, unet, 1e-4);
    first.dispose();
    second.dispose();
  });

  it("takes safetensors of PyTorch's layout, as others write them", () => {
    const file = join(folder, 'torch.safetensors');
    writeFileSync(file, encodeSafetensors({ arrays: weightsOf(unet), metadata: { format: 'pt' } }));
    const model = new BasicUNet(options);
    loadWeights(model, file, { mapping });
    assertSameOutput(model, unet, 1e-4);
    model.dispose();
  });

  it('puts each parameter where it belongs and says so', () => {
    const model = small();
    const report = loadWeights(model, complete());
    assert.deepEqual(report, {
      loaded: ['a/kernel', 'a/bias', 'b/gamma', 'b/beta', 'b/moving_mean', 'b/moving_variance'],
      missing: [],
      unexpected: [],
      ignored: ['b.num_batches_tracked'],
    });
    const byName = new Map(model.weights.map((weight) => [weight.originalName, weight.read().dataSync()[0]]));
    assert.deepEqual(
      [...byName.entries()].sort(),
      Object.entries({
        'a/bias': 2,
        'a/kernel': 1,
        'b/beta': 4,
        'b/gamma': 3,
        'b/moving_mean': 5,
        'b/moving_variance': 6,
      }),
    );
    model.dispose();
  });

  it('converts other number types', () => {
    const model = small();
    const source = {
      ...complete(),
      'a.bias': { shape: [3], values: BigInt64Array.of(-1n, 0n, 2n) },
      'b.weight': { shape: [3], values: Float64Array.of(0.1, 2, 3) },
    };
    loadWeights(model, source);
    assert.deepEqual(Array.from(model.weights[1].read().dataSync()), [-1, 0, 2]);
    assert.deepEqual(model.weights[2].read().dataSync(), Float32Array.of(0.1, 2, 3));
    model.dispose();
  });

  for (const [what, source, message] of [
    ['missing names', without('b.running_var'), /small': missing: b\/moving_variance\. Build the network/],
    ['unexpected names', { ...complete(), 'c.weight': array([1]) }, /small': unexpected: c\.weight\./],
    ['unknown parameters', { ...complete(), 'a.gain': array([1]) }, /unexpected: a\.gain\./],
    ['a name without a module', { ...complete(), weight: array([1]) }, /unexpected: weight\./],
    [
      'another shape',
      { ...complete(), 'a.weight': array([3, 4, 1, 1]) },
      /other shapes: 'a\.weight' \[3,4,1,1\] does not fit 'a\/kernel' \[1,1,2,3\]/,
    ],
    [
      'all at once',
      { ...without('a.bias'), 'c.x': array([1]), 'b.bias': array([4]) },
      /other shapes: 'b\.bias' \[4\] .*; missing: a\/bias; unexpected: c\.x\./,
    ],
    [
      'names like object methods',
      { ...complete(), '__proto__.weight': array([1]) },
      /unexpected: __proto__\.weight/,
    ],
  ] as const) {
    it(`refuses ${what}, and leaves the model as it was`, () => {
      const model = small();
      const before = values(model);
      assert.throws(() => loadWeights(model, source), message);
      assert.deepEqual(values(model), before);
      model.dispose();
    });
  }

  it('loads what fits where strict is false, but no other shapes', () => {
    const model = small();
    const report = loadWeights(model, { ...without('a.bias'), 'c.weight': array([1]) }, { strict: false });
    assert.deepEqual([report.missing, report.unexpected], [['a/bias'], ['c.weight']]);
    const wrong = { ...complete(), 'a.weight': array([3, 4, 1, 1]) };
    assert.throws(() => loadWeights(model, wrong, { strict: false }), /does not fit 'a\/kernel'/);
    assert.throws(
      () => loadWeights(model, { 'x.weight': array([1]) }, { strict: false }),
      /no name in common/,
    );
    model.dispose();
  });

  it('maps by a table or a function, and refuses two names for one weight', () => {
    const model = small();
    const renamed = Object.fromEntries(
      Object.entries(complete()).map(([name, value]) => [`net.${name}`, value]),
    );
    const table = { 'net.a': 'a', 'net.b': { layer: 'b' } };
    const cut = (module: string) => (module.startsWith('net.') ? module.slice(4) : undefined);
    for (const mapping of [table, cut])
      assert.equal(loadWeights(model, renamed, { mapping }).loaded.length, 6);
    const twice = { ...renamed, 'old.a.bias': array([3]) };
    assert.throws(
      () => loadWeights(model, twice, { mapping: { ...table, 'old.a': 'a' } }),
      /'old\.a\.bias' goes to 'a\/bias' as another name does/,
    );
    assert.equal(
      loadWeights(model, twice, { mapping: { ...table, 'old.a': null } }).ignored.includes('old.a.bias'),
      true,
    );
    model.dispose();
  });

  it('finds the weights of models within models', () => {
    const inner = small();
    const outer = tf.sequential({
      layers: [inner, tf.layers.flatten(), tf.layers.dense({ name: 'c', units: 1 })],
    });
    const report = loadWeights(outer, { ...complete(), 'c.weight': array([1, 12]), 'c.bias': array([1]) });
    assert.equal(report.loaded.length, 8);
    outer.dispose();
  });

  it('leaves no tensor behind', () => {
    const model = small();
    assertNoLeak(() => loadWeights(model, complete()));
    assertNoLeak(() => assert.throws(() => loadWeights(model, {})));
    assertNoLeak(() => saveWeights(join(folder, 'small.safetensors'), model));
    model.dispose();
  });

  it('names the file that does not fit', () => {
    const file = join(folder, 'other.safetensors');
    const model = small();
    writeFileSync(file, encodeSafetensors({ arrays: without('a.bias'), metadata: {} }));
    assert.throws(() => loadWeights(model, file), {
      message: new RegExp(`^loadWeights: ${file} does not fit model 'small': missing: a/bias\\.`),
    });
    model.dispose();
  });
});

describe('saveWeights', () => {
  it('refuses a name that loadWeights would read as another format', () => {
    const model = small();
    assert.throws(() => saveWeights('/tmp/x.pth', model), {
      name: 'RangeError',
      message: /ends in \.safetensors/,
    });
    model.dispose();
  });
});
