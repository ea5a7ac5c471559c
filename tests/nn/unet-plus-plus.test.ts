import assert from 'node:assert/strict';
import { UNetPlusPlus, UNetPlusPlusOptions } from '../../lib/nn/models/unet-plus-plus';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose, assertNoLeak } from '../gradients';
import { fillAsMonai, stored, trainableParameters, waves } from './monai-weights';

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
