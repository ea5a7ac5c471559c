import assert from 'node:assert/strict';
import { binaryCrossEntropy } from '../../lib/losses/binary-cross-entropy';
import { AttentionUNet, AttentionUNetOptions } from '../../lib/nn/models/attention-unet';
import { setSeed, tf } from '../../lib/runtime';
import { trainStep } from '../../lib/train/step';
import { golden } from '../golden';
import { assertClose, assertNoLeak } from '../gradients';
import { fillAsMonai, stored, trainableParameters, waves } from './monai-weights';
import { predictByPlainTfjs } from './plain-tfjs';

interface Case {
  parameters: number;
  evaluation: number[];
  gates: { shape: number[]; values: number[] }[];
  training: number[];
  loss: number;
  firstKernelGradient: number[];
  downKernelGradient: number[];
  upKernelGradient: number[];
  gateKernelGradient: number[];
  psiKernelGradient: number[];
}

interface Golden {
  images: Case;
  deep: Case;
  volumes: Case;
  flat: Case;
  standardParameters: number;
}

const monai = golden<Golden>('attention-unet');

/** Convolutions in MONAI's order: each level's gate, upsampling and merging before the levels inside it. */
function inMonaiOrder(steps: number): string[] {
  const two = (level: number) => [`level${level}_conv1`, `level${level}_conv2`];
  const levels = Array.from({ length: steps }, (_, level) => level);
  return [
    ...two(0),
    ...levels.flatMap((level) => [
      ...['signal', 'skip', 'map'].map((part) => `gate${level}_${part}`),
      `up${level}`,
      `merge${level}`,
      ...two(level + 1),
    ]),
    'logits',
  ];
}

describe('AttentionUNet beside MONAI', () => {
  const cases: [string, Case, AttentionUNetOptions, number[]][] = [
    ['images', monai.images, { inputChannels: 2, numClasses: 3, channels: [4, 8, 16] }, [2, 16, 24, 2]],
    ['four levels', monai.deep, { inputChannels: 1, channels: [2, 4, 6, 8, 10] }, [2, 32, 48, 1]],
    [
      'volumes',
      monai.volumes,
      { dimensions: 3, inputChannels: 1, numClasses: 2, channels: [4, 6, 8] },
      [1, 16, 8, 12, 1],
    ],
    [
      'volumes that keep their depth at the first step',
      monai.flat,
      {
        dimensions: 3,
        inputChannels: 1,
        channels: [4, 6, 8],
        strides: [[1, 2, 2], 2],
      },
      [1, 6, 16, 12, 1],
    ],
  ];

  for (const [name, expected, options, shape] of cases) {
    it(`gives the same logits, gates, loss and gradients: ${name}`, () => {
      const model = new AttentionUNet(options);
      fillAsMonai(model, inMonaiOrder(expected.gates.length));
      assert.equal(trainableParameters(model), expected.parameters);
      tf.tidy(() => {
        const x = waves(shape, 0.3);
        assertClose(stored(model.predict(x) as tf.Tensor), expected.evaluation, 1e-4);
        const gates = model.gates(x);
        assert.deepEqual(
          gates.map(({ level, tensor }) => [level, tensor.shape]),
          expected.gates.map((gate, level) => [level, gate.shape]),
        );
        gates.forEach(({ level, tensor }) => assertClose(stored(tensor), expected.gates[level].values, 1e-5));

        const { value, grads } = tf.variableGrads(() => {
          const output = model.apply(x, { training: true }) as tf.Tensor;
          assertClose(stored(output), expected.training, 1e-4);
          return tf.losses.meanSquaredError(waves(output.shape, 0.1), output) as tf.Scalar;
        });
        assertClose(value, expected.loss, 1e-5);
        const gradient = (layer: string) => {
          const kernel = model.getLayer(layer).trainableWeights[0].read() as tf.Variable;
          return stored(grads[kernel.name]);
        };
        assertClose(gradient('level0_conv1'), expected.firstKernelGradient, 2e-6);
        assertClose(gradient('level1_conv1'), expected.downKernelGradient, 2e-6);
        assertClose(gradient('up0'), expected.upKernelGradient, 2e-6);
        assertClose(gradient('gate0_skip'), expected.gateKernelGradient, 2e-6);
        assertClose(gradient('gate0_map'), expected.psiKernelGradient, 2e-6);
      });
      model.dispose();
    });
  }

  it("has as many parameters at the paper's width", () => {
    const model = new AttentionUNet({ inputChannels: 1 });
    assert.equal(trainableParameters(model), monai.standardParameters);
    model.dispose();
  });
});

describe('AttentionUNet', () => {
  it('shows its gates at their own size and at the image size, and leaves nothing else behind', () => {
    for (const dimensions of [2, 3] as const) {
      setSeed(5);
      const model = new AttentionUNet({ dimensions, inputChannels: 1, baseChannels: 2, numBlocks: 2 });
      const sides = [8, 12, 4].slice(0, dimensions);
      const images = waves([2, ...sides, 1], 0.3);
      assertNoLeak(() => {
        const [own, enlarged] = [model.gates(images), model.gates(images, { atImageSize: true })];
        assert.deepEqual(
          own.map(({ level, scale }) => [level, scale]),
          [1, 2].map((factor, level) => [level, sides.map(() => factor)]),
        );
        own.forEach(({ scale, tensor }, index) => {
          const halved = sides.map((side, axis) => side / scale[axis]);
          assert.deepEqual(tensor.shape, [2, ...halved, 1]);
          assert.deepEqual(enlarged[index].tensor.shape, [2, ...sides, 1]);
          tf.tidy(() => {
            assert.ok(tensor.min().dataSync()[0] > 0 && tensor.max().dataSync()[0] < 1, 'outside of (0, 1)');
            assertClose(enlarged[index].tensor.mean(), tensor.mean(), 1e-6);
          });
        });
        assertClose(enlarged[0].tensor, own[0].tensor, 0);
        tf.dispose([own, enlarged].flat().map(({ tensor }) => tensor));
      });
      images.dispose();
      model.dispose();
    }
  });

  it('closes a skip where its gate is closed', () => {
    setSeed(5);
    const model = new AttentionUNet({ inputChannels: 1, baseChannels: 2, numBlocks: 1 });
    const skip = model.getLayer('level0_conv2_relu').output as tf.SymbolicTensor;
    const gated = model.getLayer('gate0_multiply').output as tf.SymbolicTensor;
    const inside = tf.model({ inputs: model.inputs, outputs: [skip, gated] });
    tf.tidy(() => {
      const images = waves([1, 8, 8, 1], 0.3);
      const shift = (beta: number) => {
        const [gamma, , mean, variance] = model.getLayer('gate0_map_bn').getWeights();
        model.getLayer('gate0_map_bn').setWeights([gamma, tf.tensor1d([beta]), mean, variance]);
        return inside.predict(images) as tf.Tensor[];
      };
      const [, closed] = shift(-60);
      assertClose(closed, tf.zerosLike(closed), 1e-12);
      const [open, through] = shift(60);
      assertClose(through, open, 1e-6);
      assert.ok(open.max().dataSync()[0] > 0, 'the skip is empty');
    });
    model.dispose();
  });

  it('refuses images that its steps do not divide, for its gates too', () => {
    const model = new AttentionUNet({ inputChannels: 1, baseChannels: 2, numBlocks: 3 });
    tf.tidy(() => {
      const images = tf.zeros([1, 16, 20, 1]);
      const wanted = /AttentionUNet: width 20 is not divisible by 8 \(3 poolings\); pad to 24/;
      assert.throws(() => model.predict(images), wanted);
      assert.throws(() => model.gates(images), wanted);
    });
    model.dispose();
  });

  it('learns', () => {
    setSeed(5);
    const model = new AttentionUNet({ inputChannels: 1, baseChannels: 4, numBlocks: 2 });
    const images = waves([2, 16, 16, 1], 0.3);
    const masks = tf.tidy(() => images.greater(0.3).toFloat());
    const optimizer = tf.train.adam(0.02);
    const losses = Array.from({ length: 12 }, () =>
      trainStep(model, optimizer, binaryCrossEntropy, { images, masks }),
    );
    assert.ok(losses[11] < losses[0] / 2, `losses ${losses}`);
    tf.dispose([images, masks]);
    optimizer.dispose();
    model.dispose();
  });

  it('is read by plain TensorFlow.js where it is made of stock layers', async () => {
    setSeed(5);
    const model = new AttentionUNet({
      inputChannels: 1,
      baseChannels: 2,
      numBlocks: 2,
      upsampling: 'transposed',
      merging: { normalization: 'batch', activation: 'relu' },
    });
    const images = waves([1, 8, 12, 1], 0.3);
    const [values] = await predictByPlainTfjs(model, images);
    tf.tidy(() => assertClose((model.predict(images) as tf.Tensor).flatten(), values, 1e-5));
    images.dispose();
    model.dispose();
  });

  it('refuses options that make no network', () => {
    const refuse = (options: AttentionUNetOptions, wanted: RegExp) =>
      assert.throws(() => new AttentionUNet(options), wanted);
    refuse({ baseChannels: 0 }, /^RangeError: AttentionUNet: got baseChannels 0; expected an integer/);
    refuse({ merging: { activation: 'rellu' as 'relu' } }, /AttentionUNet: got activation 'rellu'/);
    refuse({ merging: { normalization: 'layer' as 'batch' } }, /got normalization 'layer'/);
  });
});
