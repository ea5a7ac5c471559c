import assert from 'node:assert/strict';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { recomputed, setSeed, tf } from '../../lib/runtime';
import { assertClose, assertNoLeak } from '../gradients';

type Scalar = import('@tensorflow/tfjs-core').Scalar;
type Tensor = import('@tensorflow/tfjs-core').Tensor;

const symbolic = (layer: { apply(x: unknown): unknown }, ...inputs: unknown[]) =>
  layer.apply(inputs.length === 1 ? inputs[0] : inputs);

/** Blocks, a branch, a dropout in a row, a shared convolution. */
function network(): tf.LayersModel {
  setSeed(5);
  const image = tf.input({ shape: [16, 16, 2] });
  const conv = () => tf.layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same' });
  const shared = conv();
  const block = (x: unknown) =>
    symbolic(
      tf.layers.reLU(),
      symbolic(tf.layers.batchNormalization({ momentum: 0.9 }), symbolic(conv(), x)),
    );
  const first = block(image);
  const second = block(block(symbolic(tf.layers.maxPooling2d({ poolSize: 2 }), first)));
  const third = symbolic(
    shared,
    symbolic(tf.layers.dropout({ rate: 0.5, seed: 1 }), symbolic(shared, second)),
  );
  const up = symbolic(tf.layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2 }), third);
  const frozen = conv();
  frozen.trainable = false;
  const both = symbolic(tf.layers.concatenate(), first, up);
  return tf.model({ inputs: image, outputs: symbolic(frozen, block(both)) as tf.SymbolicTensor });
}

interface Step {
  value: number;
  gradients: number[][];
  /** Bytes of all tensors when the forward pass has ended. */
  bytes: number;
}

function step(model: tf.LayersModel, x: Tensor): Step {
  return tf.tidy(() => {
    let bytes = 0;
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.variableGrads(() => {
      const y = model.apply(x, { training: true }) as Tensor;
      bytes = tf.memory().numBytes;
      return tf.mean(tf.square(tf.sub(y, 0.3))) as Scalar;
    }, variables);
    const gradients = variables.map(({ name }) => [...grads[name].dataSync()]);
    return { value: value.dataSync()[0], gradients, bytes };
  });
}

const statistics = (model: tf.LayersModel) =>
  model.weights
    .filter(({ originalName }) => originalName.includes('moving'))
    .map((weight) => [...weight.read().dataSync()]);

describe('recomputed', () => {
  const x = () => tf.randomNormal([2, 16, 16, 2], 0, 1, 'float32', 4);

  it('gives the same loss and gradients, and moves running statistics once', () => {
    const [plain, frugal] = [network(), network()];
    tf.tidy(() => {
      const expected = step(plain, x());
      const actual = recomputed(() => step(frugal, x()));
      assert.equal(actual.value, expected.value);
      actual.gradients.forEach((gradient, index) =>
        assertClose(tf.tensor(gradient), expected.gradients[index], 1e-6),
      );
      assert.deepEqual(statistics(frugal), statistics(plain));
    });
    [plain, frugal].forEach((model) => model.dispose());
  });

  it('keeps less than half of what a U-Net keeps for its backward pass', () => {
    const model = new BasicUNet({ inputChannels: 1, baseChannels: 16 });
    tf.tidy(() => {
      const images = tf.randomNormal([1, 64, 64, 1], 0, 1, 'float32', 6);
      const before = tf.memory().numBytes;
      const [plain, frugal] = [step(model, images), recomputed(() => step(model, images))];
      assert.ok(frugal.bytes - before < (plain.bytes - before) / 2, `${frugal.bytes} of ${plain.bytes}`);
    });
    model.dispose();
  });

  it('holds for all that runs inside, and for nothing after it, an error included', () => {
    const model = network();
    tf.tidy(() => {
      const images = x();
      const plain = step(model, images).bytes;
      recomputed(() => {
        recomputed(() => undefined);
        assert.ok(step(model, images).bytes < plain);
      });
      assert.throws(() =>
        recomputed(() => {
          throw new Error('stop');
        }),
      );
      assert.equal(step(model, images).bytes, plain);
    });
    model.dispose();
  });

  it('goes with gradients of gradients, in the ordinary way', () => {
    setSeed(6);
    const image = tf.input({ shape: [8, 8, 2] });
    const row = [
      tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' }),
      tf.layers.batchNormalization(),
    ];
    const output = row.reduce<unknown>((y, layer) => layer.apply(y as never), image);
    const model = tf.model({ inputs: image, outputs: output as tf.SymbolicTensor });
    tf.tidy(() => {
      const images = tf.randomNormal([2, 8, 8, 2], 0, 1, 'float32', 4);
      const slope = (given: Tensor) =>
        tf.sum(tf.square(model.apply(given, { training: true }) as Tensor)) as Scalar;
      const second = () => tf.grad((given) => tf.sum(tf.square(tf.grad(slope)(given))))(images);
      const expected = second();
      assert.ok(tf.max(tf.abs(expected)).dataSync()[0] > 0);
      assertClose(recomputed(second), expected, 1e-6);
    });
    model.dispose();
  });

  it('leaves no tensor behind', () => {
    const model = network();
    const images = x();
    recomputed(() => step(model, images));
    assertNoLeak(() => recomputed(() => step(model, images)));
    images.dispose();
    model.dispose();
  });
});
