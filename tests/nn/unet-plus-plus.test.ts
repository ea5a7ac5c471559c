import assert from 'node:assert/strict';
import { binaryCrossEntropy } from '../../lib/losses/binary-cross-entropy';
import { UNetPlusPlus, UNetPlusPlusOptions } from '../../lib/nn/models/unet-plus-plus';
import { setSeed, tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose, assertNoLeak } from '../gradients';
import { fillAsMonai, stored, trainableParameters, waves } from './monai-weights';
import { predictByPlainTfjs } from './plain-tfjs';

interface Case {
  evaluation: number[][];
  training: number[][];
  loss: number;
  firstKernelGradient: number[];
  upKernelGradient: number[];
  middleKernelGradient: number[];
  parameters: number;
}

interface Golden {
  instance: Case;
  batch: Case;
  volumes: Case;
  shallow: Case;
  standardParameters: { '2d': number; '3d': number };
}

const monai = golden<Golden>('unet-plus-plus');
const leaky = { normalization: 'instance', activation: { name: 'leakyRelu', slope: 0.1 } } as const;

/** Convolutions in MONAI's order: the encoder, the columns from left to right, the heads. */
function inMonaiOrder(depth: number): string[] {
  const two = (node: string) => [`${node}_conv1`, `${node}_conv2`];
  const range = (count: number) => Array.from({ length: count }, (_, index) => index);
  return [
    ...range(depth + 1).flatMap((level) => two(`node${level}_0`)),
    ...range(depth).flatMap((before) =>
      range(depth - before).flatMap((level) => {
        const node = `node${level}_${before + 1}`;
        return [`${node}_up`, ...two(node)];
      }),
    ),
    ...range(depth).map((before) => `logits${before + 1}`),
  ];
}

describe('UNetPlusPlus beside MONAI', () => {
  const channels = [3, 4, 6, 8, 10];
  const images = { inputChannels: 2, numClasses: 3, channels, lastChannels: 5 };
  const cases: [string, Case, UNetPlusPlusOptions, number[]][] = [
    ['images, instance normalisation, leaky ReLU', monai.instance, { ...images, ...leaky }, [2, 32, 48, 2]],
    ['images, batch normalisation, ReLU', monai.batch, images, [2, 32, 48, 2]],
    [
      'volumes',
      monai.volumes,
      {
        dimensions: 3,
        inputChannels: 1,
        numClasses: 2,
        channels: [2, 2, 4, 4, 4],
        lastChannels: 3,
        ...leaky,
      },
      [1, 32, 16, 32, 1],
    ],
    [
      'volumes over two poolings',
      monai.shallow,
      { dimensions: 3, inputChannels: 2, numClasses: 2, channels: [3, 4, 6], lastChannels: 5 },
      [2, 8, 12, 4, 2],
    ],
  ];

  for (const [name, expected, options, shape] of cases) {
    it(`gives the same logits, loss and gradients: ${name}`, () => {
      const model = new UNetPlusPlus({ ...options, deepSupervision: true });
      fillAsMonai(model, inMonaiOrder(model.outputs.length));
      assert.equal(trainableParameters(model), expected.parameters);
      tf.tidy(() => {
        const x = waves(shape, 0.3);
        const evaluation = model.predict(x) as tf.Tensor[];
        expected.evaluation.forEach((values, head) => assertClose(stored(evaluation[head]), values, 1e-4));

        const { value, grads } = tf.variableGrads(() => {
          const outputs = model.apply(x, { training: true }) as tf.Tensor[];
          outputs.forEach((output, head) => assertClose(stored(output), expected.training[head], 1e-4));
          const losses = outputs.map((output, head) =>
            tf.losses.meanSquaredError(waves(output.shape, 0.1, head), output),
          );
          return tf.addN(losses) as tf.Scalar;
        });
        assertClose(value, expected.loss, 1e-5);
        const gradient = (layer: string) => {
          const kernel = model.getLayer(layer).trainableWeights[0].read() as tf.Variable;
          return stored(grads[kernel.name]);
        };
        assertClose(gradient('node0_0_conv1'), expected.firstKernelGradient, 2e-6);
        assertClose(gradient('node0_1_up'), expected.upKernelGradient, 2e-6);
        assertClose(gradient('node1_1_conv2'), expected.middleKernelGradient, 2e-6);
      });
      model.dispose();
    });
  }

  it("has as many parameters with MONAI's defaults", () => {
    for (const dimensions of [2, 3] as const) {
      const model = new UNetPlusPlus({
        dimensions,
        inputChannels: 1,
        numClasses: 2,
        channels: [32, 32, 64, 128, 256],
        deepSupervision: true,
        ...leaky,
      });
      assert.equal(trainableParameters(model), monai.standardParameters[`${dimensions}d`]);
      model.dispose();
    }
  });
});

describe('UNetPlusPlus', () => {
  it('has one output, the last head, unless all are asked for', () => {
    const options = { inputChannels: 1, baseChannels: 2, numBlocks: 3 };
    const [one, all] = [new UNetPlusPlus(options), new UNetPlusPlus({ ...options, deepSupervision: true })];
    const layersOf = (model: UNetPlusPlus) => model.layers.map(({ name }) => name).sort();
    assert.deepEqual(one.outputShape, [null, null, null, 1]);
    assert.deepEqual(all.outputShape, new Array(3).fill([null, null, null, 1]));
    assert.deepEqual(
      layersOf(one),
      layersOf(all).filter((name) => !/^logits[12]$/.test(name)),
    );
    [one, all].forEach((model) => model.dispose());
  });

  it('prunes to any of its heads, which needs fewer poolings', () => {
    const model = new UNetPlusPlus({
      inputChannels: 1,
      baseChannels: 2,
      numBlocks: 3,
      deepSupervision: true,
    });
    const images = waves([1, 8, 16, 1], 0.3);
    tf.tidy(() => {
      const heads = model.predict(images) as tf.Tensor[];
      heads.forEach((head, index) => {
        assertClose(model.pruned(index + 1).predict(images) as tf.Tensor, head, 1e-6);
      });
    });
    const coarse = model.pruned(1);
    assert.ok(coarse.layers.length < model.layers.length / 3, `${coarse.layers.length} layers`);
    assertNoLeak(() => tf.tidy(() => void coarse.predict(tf.zeros([1, 6, 10, 1]))));
    tf.tidy(() => {
      assert.throws(
        () => model.predict(tf.zeros([1, 8, 12, 1])),
        /width 12 is not divisible by 8 .* pad to 16/,
      );
      assert.throws(() => coarse.predict(tf.zeros([1, 7, 8, 1])), /UNetPlusPlus_L1: height 7 .* pad to 8/);
    });
    assert.throws(() => model.pruned(4), /got column 4; expected an integer from 1 to 3/);
    assert.throws(() => model.pruned(0), /got column 0/);
    const single = new UNetPlusPlus({ inputChannels: 1, baseChannels: 2, numBlocks: 2 });
    assert.throws(() => single.pruned(1), /build it with deepSupervision: true/);
    images.dispose();
    [model, single].forEach((network) => network.dispose());
  });

  it('learns from the losses of all its heads', () => {
    setSeed(5);
    const model = new UNetPlusPlus({
      inputChannels: 1,
      baseChannels: 4,
      numBlocks: 2,
      deepSupervision: true,
    });
    const images = waves([2, 16, 16, 1], 0.3);
    const masks = tf.tidy(() => images.greater(0.3).toFloat());
    const optimizer = tf.train.adam(0.02);
    const step = () => {
      const loss = optimizer.minimize(() => {
        const heads = model.apply(images, { training: true }) as tf.Tensor[];
        return tf.addN(heads.map((head) => binaryCrossEntropy(masks, head))) as tf.Scalar;
      }, true)!;
      const [value] = loss.dataSync();
      loss.dispose();
      return value;
    };
    const losses = Array.from({ length: 12 }, step);
    assert.ok(losses[11] < losses[0] / 2, `losses ${losses}`);
    tf.dispose([images, masks]);
    optimizer.dispose();
    model.dispose();
  });

  it('is read by plain TensorFlow.js', async () => {
    setSeed(5);
    const model = new UNetPlusPlus({
      inputChannels: 1,
      baseChannels: 2,
      numBlocks: 2,
      deepSupervision: true,
    });
    const images = waves([1, 8, 12, 1], 0.3);
    const outputs = await predictByPlainTfjs(model, images);
    assert.equal(outputs.length, 2);
    tf.tidy(() => {
      const expected = model.predict(images) as tf.Tensor[];
      outputs.forEach((values, head) => assertClose(expected[head].flatten(), values, 1e-5));
    });
    images.dispose();
    model.dispose();
  });

  it('refuses options that make no network', () => {
    const refuse = (options: UNetPlusPlusOptions, wanted: RegExp) =>
      assert.throws(() => new UNetPlusPlus(options), wanted);
    refuse(
      { numBlocks: 0 },
      /^RangeError: UNetPlusPlus: got numBlocks 0; expected an integer of at least 1$/,
    );
    refuse({ lastChannels: 0 }, /got lastChannels 0/);
    refuse({ channels: [8] }, /got channels \[8\]; expected those of at least 2 levels/);
    refuse({ channels: [8, 0] }, /got channels\[1\] 0/);
    refuse({ channels: [8, 16], numBlocks: 1 }, /got channels together with baseChannels or numBlocks/);
    refuse({ numBlocks: 2, strides: [2] }, /got 1 strides; expected 2, one for each step/);
    refuse({ numBlocks: 1, strides: [[2, 2, 2]] }, /got strides \[2,2,2\]; expected .* or 2 of them/);
    refuse({ dimensions: 4 as 3 }, /got dimensions 4; expected 2 or 3/);
    refuse({ dropout: 1 }, /got dropout 1; expected a rate of at least 0 and below 1/);
    refuse(
      { upsampling: 'bilinear' as 'resize' },
      /got upsampling 'bilinear'; expected one of 'transposed', 'resize'/,
    );
    refuse({ normalization: 'layer' as 'batch' }, /got normalization 'layer'; expected one of 'batch'/);
  });
});
