import assert from 'node:assert/strict';
import { AdaptiveAveragePooling } from '../../lib/nn/models/resampling-layers';
import { VGG16, VGG16Options } from '../../lib/nn/models/vgg16';
import { modelSummary } from '../../lib/nn/summary';
import { setSeed, tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose, assertGradient, assertNoLeak, weigh } from '../gradients';
import { savedAndLoaded } from './saved';
import { fillHashed, hashedImages, VGG16_CONVOLUTIONS } from './hashed';

type Outputs = Record<'logits' | 'pool3' | 'pool4' | 'pool5', number[]>;

interface Golden {
  parameters: number;
  featureParameters: number;
  macs224: number[];
  '64x64': Outputs & { firstKernelGradient: number[]; fc6KernelGradientSum: number[] };
  '224x32': Pick<Outputs, 'logits'>;
  'full width pool5': number[];
}

const twin = golden<Golden>('vgg16');
const NAMES = [...VGG16_CONVOLUTIONS, 'fc6', 'fc7', 'fc8'];

const narrow = (options: VGG16Options = {}) => {
  const model = new VGG16({
    baseChannels: 4,
    fullyConnectedChannels: 12,
    numClasses: 5,
    dropout: 0,
    ...options,
  });
  if (model.layers.some(({ name }) => name === 'fc8')) fillHashed(model, NAMES);
  else fillHashed(model, VGG16_CONVOLUTIONS);
  return model;
};

const flat = (tensor: tf.Tensor) => tensor.reshape([-1]);

describe("VGG16 beside torchvision's", () => {
  const images = hashedImages(1000, [2, 3, 64, 64]);
  after(() => void images.dispose());

  it('has as many parameters and multiply-accumulates at its defaults, layer by layer', () => {
    const model = new VGG16({ outputs: ['logits'], initialWeights: 'zeros' });
    const { layers, totals } = modelSummary(model, { inputSize: [224, 224] });
    assert.equal(totals.parameters, twin.parameters);
    assert.deepEqual(
      layers.filter(({ macs }) => macs).map(({ macs }) => macs),
      twin.macs224,
    );
    model.dispose();
  });

  it('gives the same logits and features, named', () => {
    const model = narrow();
    assert.deepEqual(model.outputNames, ['logits', 'pool3', 'pool4', 'pool5']);
    tf.tidy(() => {
      const outputs = model.predict(images) as tf.Tensor[];
      assert.deepEqual(
        outputs.map(({ shape }) => shape),
        [[2, 5], [2, 8, 8, 16], [2, 4, 4, 32], [2, 2, 2, 32]], // prettier-ignore
      );
      model.outputNames.forEach((name, index) =>
        assertClose(flat(outputs[index]), twin['64x64'][name as keyof Outputs], 1e-4),
      );
    });
    model.dispose();
  });

  it('pools maps of any sides to 7 × 7 as torchvision', () => {
    const model = narrow({ outputs: ['logits'] });
    tf.tidy(() => {
      const logits = model.predict(hashedImages(1000, [2, 3, 224, 32])) as tf.Tensor;
      assertClose(flat(logits), twin['224x32'].logits, 1e-4);
    });
    model.dispose();
  });

  it('gives the same gradients from one end to the other', () => {
    const model = narrow({ outputs: ['logits'] });
    tf.tidy(() => {
      const direction = hashedImages(1001, [2, 5]);
      const { grads } = tf.variableGrads(() =>
        (model.apply(images, { training: true }) as tf.Tensor).mul(direction).sum(),
      );
      const gradientOf = (layer: string) => {
        const kernel = model.getLayer(layer).trainableWeights[0].read() as tf.Variable;
        return grads[kernel.name];
      };
      assertClose(flat(gradientOf('conv1_1')), twin['64x64'].firstKernelGradient, 1e-4);
      assertClose(gradientOf('fc6').sum([0, 1, 2]), twin['64x64'].fc6KernelGradientSum, 1e-4);
    });
    model.dispose();
  });

  it('gives the same features at full width', () => {
    const model = new VGG16({ outputs: ['pool5'], initialWeights: 'zeros' });
    assert.equal(model.countParams(), twin.featureParameters);
    fillHashed(model, VGG16_CONVOLUTIONS);
    tf.tidy(() => {
      const pool5 = model.predict(hashedImages(1000, [1, 3, 32, 32])) as tf.Tensor;
      assertClose(flat(pool5), twin['full width pool5'], 1e-4);
    });
    model.dispose();
  });
});

describe('VGG16', () => {
  it('starts from the same weights for the same seed, and leaves no tensor behind but its result', () => {
    const build = () => {
      setSeed(3);
      return new VGG16({ baseChannels: 2, fullyConnectedChannels: 4, numClasses: 3 });
    };
    const [first, second] = [build(), build()];
    const image = tf.ones([1, 32, 32, 3]);
    assertNoLeak(() => tf.dispose(first.predict(image) as tf.Tensor[]));
    tf.tidy(() => {
      const [a, b] = [first, second].map((model) => (model.predict(image) as tf.Tensor[])[3]);
      assertClose(a, b, 0);
      assert.ok(a.max().dataSync()[0] > 0);
    });
    tf.dispose([image]);
    first.dispose();
    second.dispose();
  });

  it('drops out parts of fc6 and fc7 in training only', () => {
    const model = narrow({ outputs: ['logits'], dropout: 0.5 });
    const image = tf.ones([1, 32, 32, 3]);
    tf.tidy(() => {
      const logits = (training: boolean) => model.apply(image, { training }) as tf.Tensor;
      assertClose(logits(false), logits(false), 0);
      const difference = Array.from(
        { length: 8 },
        () => logits(true).sub(logits(true)).abs().max().dataSync()[0],
      );
      assert.ok(Math.max(...difference) > 1e-3);
    });
    image.dispose();
    model.dispose();
  });

  it('is of stock layers without its head or at multiples of 224, and loads as one', async () => {
    const classes = (options: VGG16Options) => {
      const model = narrow(options);
      const names = new Set(model.layers.map((layer) => layer.getClassName()));
      model.dispose();
      return [...names].sort();
    };
    const stock = ['Activation', 'Conv2D', 'InputLayer', 'MaxPooling2D'];
    assert.deepEqual(classes({ outputs: ['pool3', 'pool5'] }), stock);
    assert.deepEqual(classes({ inputSize: [224, 224], outputs: ['logits'] }), [...stock, 'Flatten'].sort());
    assert.deepEqual(
      classes({ inputSize: [448, 224], outputs: ['logits'] }),
      [...stock, 'AveragePooling2D', 'Flatten'].sort(),
    );
    const model = narrow({ inputSize: [64, 32] });
    const loaded = await savedAndLoaded(model);
    assert.deepEqual(loaded.outputNames, model.outputNames);
    tf.tidy(() => {
      const image = hashedImages(5, [1, 3, 64, 32]);
      const [before, after] = [model, loaded].map((one) => one.predict(image) as tf.Tensor[]);
      before.forEach((output, index) => assertClose(after[index], output, 0));
    });
    model.dispose();
    loaded.dispose();
  });

  it('says what is wrong before any work starts', () => {
    assert.throws(
      () => new VGG16({ outputs: ['pool6' as 'pool5'] }),
      /got outputs 'pool6'; expected one of 'logits', /,
    );
    assert.throws(() => new VGG16({ outputs: [] }), /got no outputs/);
    assert.throws(() => new VGG16({ numClasses: 0 }), /got numClasses 0/);
    assert.throws(() => new VGG16({ dropout: 1 }), /got dropout 1/);
    assert.throws(() => new VGG16({ inputSize: [32, 0] }), /got inputSize \[32,0\]/);
    const model = narrow({ outputs: ['pool5'] });
    const image = tf.zeros([1, 64, 250, 3]);
    assert.throws(
      () => model.predict(image),
      /VGG16: width 250 is not divisible by 32 \(5 poolings\); pad to 256 or resize the image/,
    );
    image.dispose();
    model.dispose();
  });
});

describe('AdaptiveAveragePooling', () => {
  it('passes its gradient on where bins overlap and where they do not', () => {
    const pool = new AdaptiveAveragePooling({ size: 3 });
    for (const [height, width] of [
      [2, 5],
      [7, 3],
      [6, 9],
    ]) {
      // prettier-ignore
      const x = tf.randomNormal([2, height, width, 2], 0, 1, 'float32', 4);
      assertGradient((map) => weigh(pool.apply(map) as tf.Tensor) as tf.Scalar, x, { step: 1 });
      x.dispose();
    }
  });
});
