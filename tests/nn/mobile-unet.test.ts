import assert from 'node:assert/strict';
import { MobileUNet, roundedChannels } from '../../lib/nn/models/mobile-unet';
import { depthwise } from '../../lib/nn/models/inverted-residual';
import { modelSummary } from '../../lib/nn/summary';
import { setSeed, tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose, assertGradient, assertNoLeak, weigh } from '../gradients';
import { fillHashed, hashedImages } from './hashed';
import { predictByPlainTfjs } from './plain-tfjs';

interface Golden {
  parameters: number;
  macs: number;
  encoderParameters: number;
  rounded: [number, number][];
  evaluation: number[];
  training: number[];
  stemGradient: number[];
  depthwiseGradient: number[];
  upGradient: number[];
}

const twin = golden<Golden>('mobile-unet');

/** A narrow network with the golden's weights: every layer that has any, in the order of the graph. */
function narrow(): MobileUNet {
  const model = new MobileUNet({ numClasses: 2, widthFactor: 0.25, expansion: 2 });
  const { layers } = modelSummary(model, { inputSize: [16, 16] });
  fillHashed(
    model,
    layers.filter(({ parameters }) => parameters > 0).map(({ layer }) => layer),
  );
  return model;
}

/** The logits that the golden keeps. */
const kept = (tensor: tf.Tensor) =>
  tf.tensor1d([...tensor.dataSync()].filter((_, index) => index % 19 === 0));

describe('MobileUNet beside its PyTorch twin', () => {
  const images = hashedImages(1000, [2, 3, 64, 96]);
  after(() => void images.dispose());

  it("has as many parameters and multiply-accumulates, its encoder as torchvision's MobileNetV2", () => {
    const model = new MobileUNet();
    const { layers, totals } = modelSummary(model, { inputSize: [240, 320] });
    assert.deepEqual([totals.trainable, totals.macs], [twin.parameters, twin.macs]);
    const encoder = layers.filter(({ layer }) => /^st(em|age)/.test(layer));
    assert.equal(
      encoder.reduce((sum, { trainable }) => sum + trainable, 0),
      twin.encoderParameters,
    );
    model.dispose();
  });

  it('rounds channels alike', () => {
    for (const [channels, expected] of twin.rounded) assert.equal(roundedChannels(channels), expected);
  });

  it('gives the same logits with running statistics', () => {
    const model = narrow();
    tf.tidy(() => {
      const logits = model.predict(images) as tf.Tensor;
      assert.deepEqual(logits.shape, [2, 64, 96, 2]);
      assertClose(kept(logits), twin.evaluation, 1e-4);
    });
    model.dispose();
  });

  it('gives the same logits and gradients in training', () => {
    const model = narrow();
    tf.tidy(() => {
      const direction = hashedImages(1001, [2, 2, 64, 96]);
      let logits: tf.Tensor | undefined;
      const { grads } = tf.variableGrads(() => {
        logits = tf.keep(model.apply(images, { training: true }) as tf.Tensor);
        return logits.mul(direction).mean();
      });
      assertClose(kept(logits!), twin.training, 1e-4);
      logits!.dispose();
      const gradientOf = (layer: string) => {
        const kernel = model.getLayer(layer).trainableWeights[0].read() as tf.Variable;
        return grads[kernel.name].reshape([-1]);
      };
      assertClose(gradientOf('stem'), twin.stemGradient, 1e-5);
      assertClose(gradientOf('stage4_block1_depthwise'), twin.depthwiseGradient, 1e-5);
      assertClose(gradientOf('logits_up'), twin.upGradient, 1e-5);
      assert.equal(Object.keys(grads).length, model.trainableWeights.length);
    });
    model.dispose();
  });
});

describe('MobileUNet', () => {
  it('is of stock layers, which plain TensorFlow.js loads', async () => {
    const model = narrow();
    const images = hashedImages(3, [1, 3, 16, 32]);
    const expected = tf.tidy(() => (model.predict(images) as tf.Tensor).reshape([-1]));
    const [values] = await predictByPlainTfjs(model, images);
    assertClose(expected, values, 1e-4);
    tf.dispose([images, expected]);
    model.dispose();
  });

  it('starts the same for the same seed, and leaves no tensor behind but its result', () => {
    const build = () => {
      setSeed(11);
      return new MobileUNet({ inputChannels: 1, widthFactor: 0.25 });
    };
    const [first, second] = [build(), build()];
    const image = tf.randomNormal([1, 48, 16, 1]);
    assertNoLeak(() => tf.dispose(first.predict(image)));
    tf.tidy(() => {
      const logits = first.predict(image) as tf.Tensor;
      assert.deepEqual(logits.shape, [1, 48, 16, 1]);
      assert.ok(logits.abs().max().dataSync()[0] > 0);
      assertClose(second.predict(image) as tf.Tensor, logits, 0);
    });
    image.dispose();
    first.dispose();
    second.dispose();
  });

  it('says what is wrong before any work starts', () => {
    assert.throws(
      () => new MobileUNet({ widthFactor: 0 }),
      /MobileUNet: got widthFactor 0; expected a number above 0/,
    );
    assert.throws(() => new MobileUNet({ expansion: 1.5 }), /got expansion 1.5/);
    assert.throws(() => new MobileUNet({ numClasses: -1 }), /got numClasses -1/);
    const model = new MobileUNet({ widthFactor: 0.25 });
    const image = tf.zeros([1, 240, 330, 3]);
    assert.throws(() => model.predict(image), /width 330 is not divisible by 16 \(4 poolings\); pad to 336/);
    image.dispose();
    model.dispose();
  });
});

describe('depthwise convolution', () => {
  it('passes its gradient on, strided and not', () => {
    for (const stride of [1, 2]) {
      const [layer] = depthwise('depthwise', stride);
      const x = tf.randomNormal([2, 4, 6, 3], 0, 1, 'float32', 6);
      assertGradient((map) => weigh(layer.apply(map) as tf.Tensor) as tf.Scalar, x, { step: 1 });
      const kernel = layer.trainableWeights[0].read();
      assertGradient(
        (filter) =>
          weigh(tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, 'same')) as tf.Scalar,
        kernel,
        { step: 1 },
      );
      x.dispose();
      layer.dispose();
    }
  });
});
