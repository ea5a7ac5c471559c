import assert from 'node:assert/strict';
import { conversion } from '../../lib/checkpoints/layout';
import { loadWeights } from '../../lib/checkpoints/load-weights';
import { NameMapping } from '../../lib/checkpoints/name-mapping';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertSameOutput, GoldenNetwork, weightsOf } from './golden-network';

const networks = golden<Record<string, GoldenNetwork>>('checkpoints-layers');
const { layers } = tf;
type Layer3D = Parameters<typeof tf.layers.conv3dTranspose>[0];
const same = { padding: 'same', name: 'a' } as const;

/** For each of PyTorch's layers the TensorFlow.js layers that should give the same numbers. */
const MODELS: Record<string, { layers: () => tf.layers.Layer[]; mapping?: NameMapping }> = {
  conv1d: { layers: () => [layers.conv1d({ filters: 3, kernelSize: 3, inputShape: [5, 2], ...same })] },
  conv2d: {
    layers: () => [layers.conv2d({ filters: 3, kernelSize: [3, 5], inputShape: [5, 6, 2], ...same })],
  },
  conv3d: {
    layers: () => [layers.conv3d({ filters: 3, kernelSize: [1, 3, 5], inputShape: [3, 4, 5, 2], ...same })],
  },
  depthwise: {
    layers: () => [
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, inputShape: [4, 5, 3], ...same }),
    ],
  },
  transposed2d: {
    layers: () => [
      layers.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, inputShape: [3, 4, 2], ...same }),
    ],
  },
  'transposed2d overlapping': {
    layers: () => [
      layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 2, inputShape: [3, 4, 2], ...same }),
    ],
  },
  'transposed2d uncropped': {
    layers: () => [
      layers.conv2dTranspose({
        name: 'a',
        filters: 2,
        kernelSize: [5, 3],
        strides: 2,
        useBias: false,
        inputShape: [3, 4, 3],
      }),
    ],
  },
  transposed3d: {
    layers: () => [
      layers.conv3dTranspose({
        filters: 3,
        kernelSize: 2,
        strides: 2,
        inputShape: [2, 3, 2, 2],
        ...same,
      } as unknown as Layer3D),
    ],
  },
  'batch norm': {
    layers: () => [
      layers.conv2d({ name: 'a', filters: 3, kernelSize: 1, inputShape: [2, 3, 2] }),
      layers.batchNormalization({ name: 'b', epsilon: 1e-5 }),
    ],
  },
  linear: { layers: () => [layers.dense({ name: 'a', units: 3, inputShape: [4] })] },
  flattened: {
    layers: () => [
      layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [4, 5, 2], ...same }),
      layers.flatten(),
      layers.dense({ name: 'c', units: 6 }),
    ],
    mapping: { a: 'a', c: { layer: 'c', flattened: [3, 4, 5] } },
  },
  'flattened volume': {
    layers: () => [
      layers.conv3d({ name: 'a', filters: 2, kernelSize: 1, inputShape: [2, 3, 4, 1] }),
      layers.flatten(),
      layers.dense({ name: 'c', units: 3 }),
    ],
    mapping: { a: 'a', c: { layer: 'c', flattened: [2, 2, 3, 4] } },
  },
};

describe("PyTorch's layouts", () => {
  for (const [name, { layers, mapping }] of Object.entries(MODELS)) {
    it(`gives what PyTorch gives: ${name}`, () => {
      const model = tf.sequential({ layers: layers() });
      loadWeights(model, weightsOf(networks[name]), { mapping });
      assertSameOutput(model, networks[name]);
      model.dispose();
    });
  }

  it('gives the same by a convolution over the whole map that a linear layer sees', () => {
    const model = tf.sequential({
      layers: [
        layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [4, 5, 2], ...same }),
        layers.conv2d({ name: 'c', filters: 6, kernelSize: [4, 5] }),
        layers.flatten(),
      ],
    });
    loadWeights(model, weightsOf(networks.flattened));
    assertSameOutput(model, networks.flattened);
    model.dispose();
  });

  it('takes a convolution over the whole map as a dense layer', () => {
    const weights = weightsOf(networks.flattened);
    const kernel = weights['c.weight'];
    const convolution = { ...weights, 'c.weight': { ...kernel, shape: [6, 3, 4, 5] } };
    const model = tf.sequential({ layers: MODELS.flattened.layers() });
    loadWeights(model, convolution);
    assertSameOutput(model, networks.flattened);
    model.dispose();
  });

  it('knows no conversion between shapes that do not go together', () => {
    for (const [kind, source, target] of [
      ['kernel', [3, 2, 3, 3], [3, 3, 3, 3]],
      ['kernel', [3, 2, 3, 3], [3, 3, 3, 2]],
      ['kernel', [3, 18], [3, 3, 3, 3]],
      ['kernel', [3], [3, 3]],
      ['depthwise_kernel', [6, 1, 3, 3], [3, 3, 6, 2]],
      ['gamma', [3], [4]],
      ['gamma', [1, 3], [3]],
    ] as const) {
      assert.equal(conversion(kind, source, target), undefined, `${kind} [${source}] → [${target}]`);
    }
  });
});
