import assert from 'node:assert/strict';
import { binaryCrossEntropy } from '../../lib/losses/binary-cross-entropy';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { setSeed, tf } from '../../lib/runtime';
import { golden } from '../golden';
import { fillAsPyTorch } from './pytorch-weights';

interface Golden {
  parameters: number;
  evaluation: number[];
  training: number[];
  loss: number;
  firstKernelGradient: number[];
  upKernelGradient: number[];
}

const twin = golden<Golden>('pytorch');

function assertClose(actual: ArrayLike<number>, expected: number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  const worst = Math.max(...expected.map((value, index) => Math.abs(value - actual[index])));
  assert.ok(worst <= tolerance, `largest difference ${worst}, allowed ${tolerance}`);
}

const trainableParameters = (model: tf.LayersModel) =>
  model.trainableWeights.reduce((sum, weight) => sum + tf.util.sizeFromShape(weight.shape as number[]), 0);

describe('BasicUNet beside its PyTorch twin', () => {
  const size = [2, 2, 8, 12];
  const images = tf
    .tensor4d(
      Float32Array.from({ length: 2 * 2 * 8 * 12 }, (_, index) => Math.cos(0.3 * index)),
      size as [number, number, number, number],
    )
    .transpose<tf.Tensor4D>([0, 2, 3, 1]);
  const target = tf
    .tensor4d(
      Float32Array.from({ length: 2 * 3 * 8 * 12 }, (_, index) => (index % 5 === 0 ? 1 : 0)),
      [2, 3, 8, 12],
    )
    .transpose<tf.Tensor4D>([0, 2, 3, 1]);
  let model: BasicUNet;

  beforeEach(() => {
    model = new BasicUNet({ inputChannels: 2, numClasses: 3, baseChannels: 4 });
    fillAsPyTorch(model);
  });
  afterEach(() => void model.dispose());
  after(() => tf.dispose([images, target]));

  it('has as many trainable parameters at its defaults', () => {
    const standard = new BasicUNet({ inputChannels: 1 });
    assert.equal(trainableParameters(standard), twin.parameters);
    standard.dispose();
  });

  it('gives the same logits with running statistics', async () => {
    const logits = model.predict(images) as tf.Tensor;
    assert.deepEqual(logits.shape, [2, 8, 12, 3]);
    assertClose(await logits.data(), twin.evaluation, 1e-4);
    logits.dispose();
  });

  it('gives the same logits, loss and gradients in training', async () => {
    let logits: tf.Tensor | undefined;
    const { value, grads } = tf.variableGrads(() => {
      logits = tf.keep(model.apply(images, { training: true }) as tf.Tensor);
      return binaryCrossEntropy(target, logits, { positiveWeight: 9 });
    });
    assertClose(await logits!.data(), twin.training, 1e-4);
    assert.ok(Math.abs((await value.data())[0] - twin.loss) < 1e-5);
    const gradientOf = (layer: string) => {
      const kernel = model.getLayer(layer).trainableWeights[0].read() as tf.Variable;
      return grads[kernel.name].dataSync();
    };
    assertClose(gradientOf('input_conv1'), twin.firstKernelGradient, 1e-5);
    assertClose(gradientOf('bottleneck_up'), twin.upKernelGradient, 1e-5);
    assert.equal(Object.keys(grads).length, model.trainableWeights.length);
    tf.dispose([value, grads, logits!]);
  });
});

describe('BasicUNet', () => {
  it('takes any size its poolings divide and leaves no tensor behind but its result', () => {
    const model = new BasicUNet({ inputChannels: 1, baseChannels: 4, numBlocks: 3, numClasses: 2 });
    const before = tf.memory().numTensors;
    for (const [height, width] of [
      [8, 8],
      [16, 40],
    ]) {
      const logits = tf.tidy(() => model.predict(tf.zeros([1, height, width, 1])) as tf.Tensor);
      assert.deepEqual(logits.shape, [1, height, width, 2]);
      logits.dispose();
    }
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it('names the size to pad to before any work starts', () => {
    const model = new BasicUNet({ inputChannels: 1, baseChannels: 2, numBlocks: 4 });
    const images = tf.zeros([1, 512, 500, 1]);
    const wanted = /width 500 is not divisible by 16 \(4 poolings\); pad to 512 or use fewer blocks/;
    assert.throws(() => model.predict(images), wanted);
    assert.throws(() => model.apply(images, { training: true }), wanted);
    const colours = tf.zeros([1, 16, 16, 3]);
    assert.throws(
      () => model.predict(colours),
      /got images of shape \[1,16,16,3\]; expected \[batch, height, width, 1\]/,
    );
    tf.dispose([images, colours]);
    model.dispose();
  });

  it('refuses options that make no network', () => {
    assert.throws(
      () => new BasicUNet({ numBlocks: 0 }),
      /got numBlocks 0; expected an integer of at least 1/,
    );
    assert.throws(() => new BasicUNet({ baseChannels: 2.5 }), /got baseChannels 2\.5/);
    assert.throws(
      () => new BasicUNet({ activation: 'rellu' as 'relu' }),
      /got activation 'rellu'; expected one of 'relu', /,
    );
  });

  it('starts from He normal weights of fan-out, unclipped, and the same for the same seed', async () => {
    setSeed(7);
    const first = new BasicUNet({ inputChannels: 1 });
    setSeed(7);
    const second = new BasicUNet({ inputChannels: 1 });
    const kernel = first.getLayer('bottleneck_conv2').getWeights()[0];
    const values = await kernel.data<'float32'>();
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    const expected = Math.sqrt(2 / (256 * 9));
    assert.ok(
      Math.abs(deviation / expected - 1) < 0.01,
      `standard deviation ${deviation}, expected ${expected}`,
    );
    assert.ok(
      values.some((value) => Math.abs(value) > 3 * expected),
      'no weight beyond three deviations',
    );
    assert.deepEqual(values, await second.getLayer('bottleneck_conv2').getWeights()[0].data());
    first.dispose();
    second.dispose();
  });

  it('passes an impulse to every pixel within reach and none beyond', async () => {
    const model = new BasicUNet({
      inputChannels: 1,
      baseChannels: 4,
      numBlocks: 2,
      normalization: 'none',
      activation: 'linear',
    });
    const size = 64;
    const impulse = tf.buffer([1, size, size, 1]);
    impulse.set(1, 0, 32, 32, 0);
    const difference = tf.tidy(() => {
      const response = model.predict(impulse.toTensor()) as tf.Tensor;
      return response.sub(model.predict(tf.zeros([1, size, size, 1])) as tf.Tensor).abs();
    });
    const rows = await difference.max([0, 2, 3]).data();
    const reached = Array.from(rows.keys()).filter((row) => rows[row] > 1e-7);
    // Three 3×3 levels down and up: 2·(1 + 1) + 2·2·(1 + 1) + 4·2 = 20 pixels each way, rounded to pooling cells.
    assert.ok(reached[0] >= 32 - 24 && reached[0] <= 32 - 14, `first row reached: ${reached[0]}`);
    assert.ok(
      reached.at(-1)! <= 32 + 24 && reached.at(-1)! >= 32 + 14,
      `last row reached: ${reached.at(-1)}`,
    );
    difference.dispose();
    model.dispose();
  });

  it('saves a plain layers model', () => {
    const model = new BasicUNet({ inputChannels: 1, baseChannels: 2 });
    const topology = JSON.parse(model.toJSON() as unknown as string) as {
      class_name: string;
      config: { layers: { class_name: string }[] };
    };
    const classes = new Set(topology.config.layers.map((layer) => layer.class_name));
    assert.equal(topology.class_name, 'Model');
    const stock = [
      'InputLayer',
      'Conv2D',
      'BatchNormalization',
      'Activation',
      'MaxPooling2D',
      'Conv2DTranspose',
      'Concatenate',
    ];
    assert.deepEqual(
      [...classes].filter((name) => !stock.includes(name)),
      [],
    );
    model.dispose();
  });
});
