import assert from 'node:assert/strict';
import { bilinearKernel } from '../../lib/nn/models/bilinear-kernel';
import { FCN, FCNOptions, FCNVariant } from '../../lib/nn/models/fcn';
import { CropLike, ResizeLike } from '../../lib/nn/models/resampling-layers';
import { receptiveField } from '../../lib/nn/receptive-field';
import { modelSummary } from '../../lib/nn/summary';
import { setSeed, tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose, assertGradient, assertNoLeak, weigh } from '../gradients';
import { fillHashed, hashedImages, VGG16_CONVOLUTIONS } from './hashed';
import { predictByPlainTfjs } from './plain-tfjs';
import { savedAndLoaded } from './saved';

interface Case {
  logits: number[];
  firstKernelGradient: number[];
  doublingGradientSum: number;
}

const twin = golden<Record<string, Case> & Record<string, number[]> & { 'parameters 8s': number }>('fcn');

/** Layers with weights in the golden's order. */
const SKIPS: Record<FCNVariant, string[]> = {
  '32s': ['upscore32'],
  '16s': ['upscore2', 'score_pool4', 'upscore16'],
  '8s': ['upscore2', 'score_pool4', 'upscore_pool4', 'score_pool3', 'upscore8'],
};

function narrow(options: FCNOptions = {}): FCN {
  const model = new FCN({
    baseChannels: 4,
    fullyConnectedChannels: 12,
    numClasses: 3,
    dropout: 0,
    ...options,
  });
  const skips = SKIPS[options.variant ?? '8s'];
  fillHashed(model, [...VGG16_CONVOLUTIONS, 'fc6', 'fc7', 'score_fr', ...skips]);
  return model;
}

/** The golden's case, the image's sides, how many logits apart the golden keeps them, and the network's options. */
const CASES: [string, [number, number], number, FCNOptions][] = [
  ['8s 37x50', [37, 50], 7, {}],
  ['8s 64x96', [64, 96], 23, {}],
  ['8s 64x96', [64, 96], 23, { inputSize: [64, 96] }],
  ['8s 1x3', [1, 3], 1, {}],
  ['16s 37x50', [37, 50], 7, { variant: '16s' }],
  ['32s 37x50', [37, 50], 7, { variant: '32s' }],
  ['crop 8s 37x50', [37, 50], 7, { alignment: 'crop', skipScales: { pool4: 0.01, pool3: 0.0001 } }],
  ['crop 16s 20x33', [20, 33], 7, { alignment: 'crop', variant: '16s' }],
  ['crop 32s 1x40', [1, 40], 1, { alignment: 'crop', variant: '32s' }],
];

describe('FCN beside its PyTorch twin', () => {
  for (const [name, [height, width], every, options] of CASES) {
    const fixed = options.inputSize ? ', of fixed size' : '';
    it(`gives the same logits and gradients: ${name}${fixed}`, () => {
      const model = narrow(options);
      const images = hashedImages(1000, [1, 3, height, width]);
      const direction = hashedImages(1001, [1, 3, height, width]);
      tf.tidy(() => {
        const logits = model.predict(images) as tf.Tensor;
        assert.deepEqual(logits.shape, [1, height, width, 3]);
        const kept = [...logits.dataSync()].filter((_, index) => index % every === 0);
        assertClose(tf.tensor1d(kept), twin[name].logits, 1e-4);
        const { grads } = tf.variableGrads(() =>
          (model.apply(images, { training: true }) as tf.Tensor).mul(direction).sum(),
        );
        const gradientOf = (layer: string) =>
          grads[(model.getLayer(layer).trainableWeights[0].read() as tf.Variable).name];
        assertClose(gradientOf('conv1_1').reshape([-1]), twin[name].firstKernelGradient, 1e-4);
        const doubling = gradientOf(options.variant === '32s' ? 'upscore32' : 'upscore2');
        assertClose(doubling.sum(), twin[name].doublingGradientSum, 1e-3);
        assert.equal(Object.keys(grads).length, model.trainableWeights.length);
      });
      tf.dispose([images, direction]);
      model.dispose();
    });
  }

  it('has as many parameters at its defaults', () => {
    const model = new FCN({ initialWeights: 'zeros' });
    assert.equal(model.countParams(), twin['parameters 8s']);
    model.dispose();
  });

  it('interpolates bilinearly with the same kernel', () => {
    tf.tidy(() => {
      for (const stride of [2, 8]) {
        const kernel = bilinearKernel(stride, 3);
        const own = kernel.slice([0, 0, 1, 1], [-1, -1, 1, 1]).reshape([-1]);
        assertClose(own, twin[`bilinear ${2 * stride}`], 1e-6);
        assertClose(kernel.sum([0, 1]), tf.eye(3).mul(stride ** 2), 1e-5);
      }
    });
  });
});

describe('FCN', () => {
  it('starts with zero scores and with transposed convolutions that interpolate', () => {
    setSeed(1);
    const model = new FCN({ baseChannels: 2, fullyConnectedChannels: 4, numClasses: 2 });
    tf.tidy(() => {
      const logits = model.predict(tf.randomNormal([2, 33, 40, 3])) as tf.Tensor;
      assertClose(logits, tf.zeros([2, 33, 40, 2]), 0);
      for (const [name, stride] of [
        ['upscore2', 2],
        ['upscore_pool4', 2],
        ['upscore8', 8],
      ] as const) {
        // prettier-ignore
        assertClose(model.getLayer(name).getWeights()[0], bilinearKernel(stride, 2), 0);
      }
      const fc7 = model.getLayer('fc7').getWeights()[0];
      assert.ok(fc7.abs().min().dataSync()[0] > 0);
    });
    model.dispose();
  });

  it('learns from the start although its scores are zero', () => {
    setSeed(1);
    const model = new FCN({ baseChannels: 4, fullyConnectedChannels: 32, numClasses: 2, dropout: 0 });
    tf.tidy(() => {
      const images = tf.randomNormal([1, 32, 32, 3], 0, 1, 'float32', 2);
      const { grads } = tf.variableGrads(
        () => weigh(model.apply(images, { training: true }) as tf.Tensor) as tf.Scalar,
      );
      for (const layer of ['score_fr', 'score_pool4', 'score_pool3']) {
        const kernel = model.getLayer(layer).trainableWeights[0].read() as tf.Variable;
        assert.ok(grads[kernel.name].abs().max().dataSync()[0] > 0, layer);
      }
    });
    model.dispose();
  });

  it('drops whole channels of fc6 and fc7, in training only', () => {
    const model = new FCN({ baseChannels: 2, fullyConnectedChannels: 64, numClasses: 2, dropout: 0.5 });
    const inner = tf.model({
      inputs: model.inputs,
      outputs: model.getLayer('fc6_dropout').output as tf.SymbolicTensor,
    });
    tf.tidy(() => {
      const images = tf.randomNormal([1, 64, 64, 3], 0, 1, 'float32', 5);
      const whole = inner.apply(images, { training: false }) as tf.Tensor;
      const dropped = inner.apply(images, { training: true }) as tf.Tensor; // [1, 2, 2, 64]
      const alive = whole.max([0, 1, 2]).dataSync();
      const ratios = dropped.div(whole.add(1e-20)).max([0, 1, 2]).dataSync();
      const seen = new Set(
        [...ratios].filter((_, channel) => alive[channel] > 1e-3).map((ratio) => Math.round(ratio)),
      );
      assert.deepEqual([...seen].sort(), [0, 2]);
      const kept = [...ratios].map((ratio) => (Math.round(ratio) === 2 ? 2 : 0));
      assertClose(dropped, whole.mul(tf.tensor1d(kept)), 1e-5);
    });
    model.dispose();
  });

  it('takes any size and leaves no tensor behind but its result', () => {
    for (const alignment of ['resize', 'crop'] as const) {
      const model = narrow({ alignment });
      for (const [height, width] of [
        [1, 1],
        [2, 65],
        [97, 31],
      ]) {
        // prettier-ignore
        const images = tf.zeros([1, height, width, 3]);
        assertNoLeak(() => {
          const logits = model.predict(images) as tf.Tensor;
          assert.deepEqual(logits.shape, [1, height, width, 3]);
          logits.dispose();
        });
        images.dispose();
      }
      model.dispose();
    }
  });

  it('loads in plain TensorFlow.js at sides that are multiples of 32, in ours at any', async () => {
    const fixed = narrow({ inputSize: [32, 64] });
    const images = hashedImages(7, [1, 3, 32, 64]);
    const expected = fixed.predict(images) as tf.Tensor;
    const [values] = await predictByPlainTfjs(fixed, images);
    assertClose(
      tf.tidy(() => expected.reshape([-1])),
      values,
      1e-4,
    );
    const open = narrow({ alignment: 'resize' });
    const loaded = await savedAndLoaded(open);
    tf.tidy(() => {
      const odd = hashedImages(8, [1, 3, 35, 21]);
      assertClose(loaded.predict(odd) as tf.Tensor, open.predict(odd) as tf.Tensor, 0);
    });
    tf.dispose([images, expected]);
    for (const model of [fixed, open, loaded]) model.dispose();
  });

  it('sees 404 pixels at fc6, and its layers are named as in the paper', () => {
    const model = new FCN({ initialWeights: 'zeros' });
    const { layers, outputShapes } = modelSummary(model, { inputSize: [300, 401] });
    assert.deepEqual(outputShapes, [[1, 300, 401, 21]]);
    assert.deepEqual(receptiveField(model, { inputSize: [224, 224], layer: 'fc6' })!.size, [404, 404]);
    const named = layers.filter(({ parameters }) => parameters > 0).map(({ layer }) => layer);
    assert.deepEqual(named, [...VGG16_CONVOLUTIONS, 'fc6', 'fc7', 'score_fr', ...SKIPS['8s']]);
    model.dispose();
  });

  it('says what is wrong before any work starts', () => {
    assert.throws(
      () => new FCN({ variant: '4s' as '8s' }),
      /FCN: got variant '4s'; expected one of '32s', '16s', '8s'/,
    );
    assert.throws(
      () => new FCN({ alignment: 'pad' as 'crop' }),
      /got alignment 'pad'; expected one of 'resize', 'crop'/,
    );
    assert.throws(() => new FCN({ skipScales: { pool4: NaN } }), /got a factor of NaN for pool4/);
    assert.throws(() => new FCN({ dropout: -0.1 }), /got dropout -0.1/);
    assert.throws(() => new FCN({ baseChannels: 1.5 }), /got baseChannels 1.5/);
    const model = narrow();
    const gray = tf.zeros([1, 8, 8, 1]);
    assert.throws(
      () => model.predict(gray),
      /FCN: got images of shape \[1,8,8,1\]; expected \[batch, height, width, 3\]/,
    );
    gray.dispose();
    model.dispose();
  });
});

describe('ResizeLike and CropLike', () => {
  it('pass their gradients on', () => {
    const other = tf.zeros([2, 3, 7, 1]);
    const resize = new ResizeLike({});
    const x = tf.randomNormal([2, 4, 5, 2], 0, 1, 'float32', 1);
    assertGradient((map) => weigh(resize.apply([map, other] as tf.Tensor[]) as tf.Tensor) as tf.Scalar, x, {
      step: 1,
    });
    const crop = new CropLike({ offset: 1 });
    const larger = tf.randomNormal([2, 5, 9, 1], 0, 1, 'float32', 2);
    assertGradient(
      (map) => weigh(crop.apply([map, other] as tf.Tensor[]) as tf.Tensor) as tf.Scalar,
      larger,
      { step: 1 },
    );
    tf.dispose([other, x, larger]);
  });
});
