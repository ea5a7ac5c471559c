import assert from 'node:assert/strict';
import { summaryText } from '../../lib/display/model-summary';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { modelSummary } from '../../lib/nn/summary';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertNoLeak } from '../gradients';

const { layers } = tf;
type Map = tf.SymbolicTensor;

interface Cost {
  parameters: number;
  macs: number;
}

/** A layer, the shape of its input with the batch, and its name in the golden. */
const CASES: [string, number[], tf.layers.Layer][] = [
  ['conv2d', [2, 12, 10, 3], layers.conv2d({ filters: 8, kernelSize: [3, 5], padding: 'same' })],
  ['conv2d stride 2 valid', [1, 13, 10, 3], layers.conv2d({ filters: 8, kernelSize: 3, strides: 2 })],
  [
    'conv2d dilation 2 same',
    [1, 12, 10, 4],
    layers.conv2d({ filters: 6, kernelSize: 3, dilationRate: 2, padding: 'same', useBias: false }),
  ],
  [
    'conv2dTranspose 4 stride 2',
    [1, 6, 7, 5],
    layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 2, padding: 'same' }),
  ],
  [
    'depthwiseConv2d',
    [1, 9, 8, 6],
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
  ],
  [
    'separableConv2d',
    [1, 9, 8, 6],
    layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
  ],
  ['conv3d', [1, 6, 5, 4, 2], layers.conv3d({ filters: 4, kernelSize: 3, padding: 'same' })],
  [
    'conv3dTranspose 2 stride 2',
    [1, 3, 4, 5, 4],
    layers.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
  ],
  ['conv1d', [1, 20, 3], layers.conv1d({ filters: 4, kernelSize: 5 })],
  ['dense', [3, 7], layers.dense({ units: 9 })],
  ['batchNormalization', [1, 9, 8, 6], layers.batchNormalization()],
];

describe('modelSummary beside PyTorch', () => {
  const costs = golden<Record<string, Cost>>('flops');

  for (const [name, shape, layer] of CASES) {
    it(`counts parameters and multiply-accumulates of ${name}`, () => {
      const input = tf.input({ shape: shape.slice(1) });
      const model = tf.model({ inputs: input, outputs: layer.apply(input) as Map });
      const { layers: rows, totals } = modelSummary(model, { batchSize: shape[0] });
      assert.deepEqual([rows[1].trainable, rows[1].macs], [costs[name].parameters, costs[name].macs]);
      assert.equal(totals.flops, 2 * costs[name].macs);
      const output = tf.tidy(() => model.predict(tf.zeros(shape)) as tf.Tensor);
      assert.deepEqual(rows[1].outputShape, output.shape);
      assert.equal(rows[1].activationBytes, 4 * output.size);
      output.dispose();
      model.dispose();
    });
  }
});

describe('modelSummary', () => {
  it('makes no tensor, and tells all weights from those that train', () => {
    const unet = new BasicUNet({ inputChannels: 1, baseChannels: 2 });
    assertNoLeak(() => void modelSummary(unet, { inputSize: [16, 24] }));
    const { totals, layers: rows, outputShapes } = modelSummary(unet, { inputSize: [16, 24], batchSize: 3 });
    assert.equal(totals.parameters, unet.countParams());
    const statistics = rows.filter(({ kind }) => kind === 'BatchNormalization');
    const untrained = statistics.reduce((sum, { outputShape }) => sum + 2 * outputShape[3], 0);
    assert.equal(totals.parameters - totals.trainable, untrained);
    assert.deepEqual(outputShapes, [[3, 16, 24, 1]]);
    const activations = rows.reduce(
      (sum, { outputShape }) => sum + 4 * tf.util.sizeFromShape(outputShape),
      0,
    );
    assert.equal(totals.activationBytes, activations);
    unet.dispose();
  });

  it('counts a shared layer once in parameters, each time in work', () => {
    const image = tf.input({ shape: [8, 8, 2] });
    const shared = layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', name: 'shared' });
    const inner = tf.sequential({ name: 'inner', layers: [layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [8, 8, 2], name: 'a' })] }); // prettier-ignore
    const x = shared.apply(shared.apply(inner.apply(inner.apply(image)))) as Map;
    const model = tf.model({ inputs: image, outputs: x });
    const summary = modelSummary(model);
    const rows = summary.layers.map(({ layer, parameters, macs }) => [layer, parameters, macs]);
    assert.deepEqual(rows.slice(1), [
      ['inner/a', 6, 256],
      ['inner/a', 0, 256],
      ['shared', 38, 2304],
      ['shared', 0, 2304],
    ]);
    assert.equal(summary.totals.parameters, model.countParams());
    model.dispose();
  });

  it('counts no multiply-accumulates for slopes', () => {
    const image = tf.input({ shape: [4, 4, 3] });
    const model = tf.model({ inputs: image, outputs: layers.prelu({}).apply(image) as Map });
    assert.deepEqual([modelSummary(model).totals.macs, modelSummary(model).uncounted], [0, []]);
    model.dispose();
  });

  it('names what it cannot count', () => {
    const words = tf.input({ shape: [5, 3] });
    const model = tf.model({
      inputs: words,
      outputs: layers.gru({ units: 2, name: 'memory' }).apply(words) as Map,
    });
    const { uncounted, layers: rows } = modelSummary(model);
    assert.deepEqual(uncounted, ['memory']);
    assert.deepEqual(
      [rows[1].macs, rows[1].flops, rows[1].receptiveField],
      [undefined, undefined, undefined],
    );
    model.dispose();
  });

  it('is drawn as a table with its totals', () => {
    const image = tf.input({ shape: [null, null, 3], name: 'image' });
    const conv = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'conv' });
    const pool = layers.globalAveragePooling2d({ name: 'pool' });
    const model = tf.model({ inputs: image, outputs: pool.apply(conv.apply(image)) as Map, name: 'tiny' });
    const [title, head, , ...rows] = summaryText(model, { inputSize: [64, 32] }).split('\n');
    assert.match(
      title,
      /^tiny at 1 × 64 × 32 × 3 · 112 parameters \(112 trainable, .* MiB\) · .* GMAC = .* GFLOP · /,
    );
    assert.match(
      head,
      /^layer +kind +output +parameters +MACs \(M\) +memory \(MiB\) +receptive field +stride$/,
    );
    assert.match(rows[1], /^conv +Conv2D +64 × 32 × 4 +112 +0\.2212 +0\.03125 +3 × 3 +1 × 1$/);
    assert.match(rows[2], /^pool .* image$/);
    model.dispose();
  });

  it('says what is wrong with the size before it starts', () => {
    const unet = new BasicUNet({ inputChannels: 1, baseChannels: 2 });
    const wrong = (inputSize?: number[]) => () => modelSummary(unet, { inputSize });
    assert.throws(
      wrong(),
      /modelSummary: the model takes any size \(\[any, any\]\); give inputSize, such as \[256, 256\]/,
    );
    assert.throws(wrong([16]), /got inputSize \[16\]; expected \[any, any\]/);
    assert.throws(wrong([16, 0]), /got input shape \[1, 16, 0, 1\]; expected integers of at least 1/);
    assert.throws(
      wrong([16, 18]),
      /layer 'up1_concatenate' cannot join .* take an inputSize that the poolings divide/,
    );
    assert.throws(wrong([2, 2]), /layer 'bottleneck_pool' would make \[1,0,0,4\] of \[1,1,1,4\]/);
    assert.throws(() => modelSummary(unet, { inputSize: [16, 16], batchSize: 0 }), /got batchSize 0/);
    unet.dispose();
    const fixed = tf.sequential({
      layers: [layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [8, 9, 1] })],
    });
    assert.throws(
      () => modelSummary(fixed, { inputSize: [9, 8] }),
      /got inputSize \[9, 8\]; expected \[8, 9\]/,
    );
    assert.throws(
      () => modelSummary(tf.sequential({ name: 'empty' })),
      /got model 'empty' that has no input yet/,
    );
    fixed.dispose();
  });
});
