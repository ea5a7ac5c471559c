import assert from 'node:assert/strict';
import { AttentionGate } from '../../lib/nn/attention-gate';
import { tf } from '../../lib/runtime';
import { assertClose, assertGradient, weigh } from '../gradients';
import { sine } from './sine';

/** A gate as a model of its own, with weights from the goldens' formula. */
function gateModel(options: { dimensions: 2 | 3; normalization: 'batch' | 'none' }): tf.LayersModel {
  const sides = new Array<null>(options.dimensions).fill(null);
  const [signal, skip] = [tf.input({ shape: [...sides, 3] }), tf.input({ shape: [...sides, 2] })];
  const gate = new AttentionGate({ ...options, signalChannels: 3, skipChannels: 2, innerChannels: 4 });
  const { output, map } = gate.apply(signal, skip);
  const model = tf.model({
    inputs: [signal, skip],
    outputs: [output, map] as tf.SymbolicTensor[],
  });
  tf.tidy(() =>
    model.setWeights(
      model.weights.map(({ shape, name }, index) => {
        const values = sine(index, shape as number[]);
        return /gamma|variance/.test(name) ? values.div(5).add(1) : values;
      }),
    ),
  );
  return model;
}

describe('AttentionGate', () => {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it('is σ(ψ·relu(W_g·g + W_x·x)) times the skip, by hand for one pixel', () => {
    const model = gateModel({ dimensions: 2, normalization: 'none' });
    const [signal, skip] = [
      [0.5, 1, -0.5],
      [0.5, 1.5],
    ];
    const weights = (layer: string) => model.getLayer(layer).getWeights();
    const through = (layer: string, x: number[]) => {
      const [kernel, bias] = weights(layer).map((weight) => weight.dataSync());
      return Array.from(bias, (offset, j) =>
        x.reduce((sum, value, i) => sum + value * kernel[i * bias.length + j], offset),
      );
    };
    const fromSkip = through('gate_skip', skip);
    const hidden = through('gate_signal', signal).map((value, j) => Math.max(0, value + fromSkip[j]));
    const [score] = through('gate_map', hidden);
    const alpha = 1 / (1 + Math.exp(-score));
    assert.ok(
      hidden.some((value) => value > 0) && alpha > 0.05 && alpha < 0.95,
      `hidden ${hidden}, α ${alpha}`,
    );
    const [output, map] = model.predict([
      tf.tensor4d(signal, [1, 1, 1, 3]),
      tf.tensor4d(skip, [1, 1, 1, 2]),
    ]) as tf.Tensor[];
    assertClose(map, [[[[alpha]]]], 1e-6);
    assertClose(output, [[[skip.map((value) => alpha * value)]]], 1e-6);
  });

  for (const dimensions of [2, 3] as const) {
    for (const normalization of ['none', 'batch'] as const) {
      it(`has its numeric gradient, ${dimensions}-D, normalisation ${normalization}`, () => {
        const model = gateModel({ dimensions, normalization });
        const sides = [2, 2, 1].slice(0, dimensions); // few, so that no value lies on the bend of the ReLU
        const [signal, skip] = [sine(1, [2, ...sides, 3]), sine(2, [2, ...sides, 2])];
        const run = (g: tf.Tensor, x: tf.Tensor) => {
          const [output, map] = model.apply([g, x], { training: true }) as tf.Tensor[];
          return weigh(output).add<tf.Scalar>(weigh(map));
        };
        const close = { step: 3e-3, tolerance: 1e-3 };
        assertGradient((g) => run(g, skip), signal, close);
        assertGradient((x) => run(signal, x), skip, close);
      });
    }
  }

  it('compares half of the channels, at least one', () => {
    for (const [skipChannels, inner] of [
      [1, 1],
      [7, 3],
    ]) {
      const [signal, skip] = [tf.input({ shape: [4, 4, 2] }), tf.input({ shape: [4, 4, skipChannels] })];
      const gate = new AttentionGate({ signalChannels: 2, skipChannels });
      const { output, map } = gate.apply(signal, skip);
      const model = tf.model({ inputs: [signal, skip], outputs: [output, map] as tf.SymbolicTensor[] });
      assert.deepEqual(model.getLayer('gate_map').getWeights()[0].shape, [1, 1, inner, 1]);
      assert.deepEqual(model.outputShape, [
        [null, 4, 4, skipChannels],
        [null, 4, 4, 1],
      ]);
    }
  });

  it('refuses channels that are none', () => {
    assert.throws(
      () => new AttentionGate({ signalChannels: 0, skipChannels: 2 }),
      /AttentionGate: got signalChannels 0; expected an integer of at least 1/,
    );
  });
});
