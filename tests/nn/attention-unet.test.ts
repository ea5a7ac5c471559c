import assert from 'node:assert/strict';
import { AttentionUNet, AttentionUNetOptions } from '../../lib/nn/models/attention-unet';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose, assertNoLeak } from '../gradients';
import { fillAsMonai, stored, trainableParameters, waves } from './monai-weights';

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
