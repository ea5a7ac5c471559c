import assert from 'node:assert/strict';
import { syntheticNuclei } from '../../lib/datasets/synthetic/nuclei';
import { buildPromptNetwork, DIVISOR, PROMPT_MAPS, type PromptNetwork } from '../../lib/prompt/network';
import { framed, frameOf } from '../../lib/prompt/network-frame';
import { NetworkSegmenter } from '../../lib/prompt/network-segmenter';
import { windowAround } from '../../lib/prompt/network-window';
import { drawPrompts } from '../../lib/prompt/prompt-maps';
import { stabilityScore } from '../../lib/prompt/stability';
import { setSeed, tf } from '../../lib/runtime';
import { variables } from '../../lib/train/weights';
import { weigh } from '../gradients';

describe('the promptable network', () => {
  let network: PromptNetwork;
  before(() => {
    setSeed(1);
    network = buildPromptNetwork();
  });
  after(() => network.whole.dispose());

  it('has fewer than 5 million parameters, most of them in the encoder', () => {
    const { whole, encoder, decoder } = network;
    assert.ok(whole.countParams() < 5e6);
    assert.equal(whole.countParams(), encoder.countParams() + decoder.countParams());
    assert.ok(decoder.countParams() < encoder.countParams() / 3);
  });

  it('gives logits of the image size, the same in two halves as in one', () => {
    tf.tidy(() => {
      const image = tf.randomNormal([2, 2 * DIVISOR, 3 * DIVISOR, 3], 0, 1, 'float32', 1);
      const prompts = tf.randomUniform([2, 2 * DIVISOR, 3 * DIVISOR, PROMPT_MAPS], 0, 1, 'float32', 2);
      const [edges, features] = network.encoder.predict(image) as tf.Tensor[];
      assert.deepEqual(edges.shape, [2, 32, 48, 8]);
      assert.deepEqual(features.shape, [2, 16, 24, 32]);
      const logits = network.decoder.predict([edges, features, prompts]) as tf.Tensor;
      assert.deepEqual(logits.shape, [2, 32, 48, 1]);
      const whole = network.whole.predict([image, prompts]) as tf.Tensor;
      assert.deepEqual(whole.dataSync(), logits.dataSync());
    });
  });

  it('answers to each kind of prompt, and to where it is', () => {
    const answers = [0, 1, 2, 3].flatMap((map) =>
      [4, 20].map((place) =>
        tf.tidy(() => {
          const image = tf.randomNormal([1, 32, 32, 3], 0, 1, 'float32', 1);
          const prompts = tf.buffer([1, 32, 32, PROMPT_MAPS]);
          prompts.set(1, 0, place, place, map);
          const logits = network.whole.predict([image, prompts.toTensor()]) as tf.Tensor;
          return String(logits.dataSync().slice(0, 1000));
        }),
      ),
    );
    assert.equal(new Set(answers).size, answers.length);
  });

  it('has the gradients of its weights, through encoder and decoder', () => {
    const weights = variables(network.whole, true);
    tf.tidy(() => {
      const image = tf.randomNormal([1, 32, 32, 3], 0, 1, 'float32', 1);
      const prompts = tf.randomUniform([1, 32, 32, PROMPT_MAPS], 0, 1, 'float32', 2);
      // In inference, where batch normalisation is a fixed scale, and of a smooth function of the logits.
      const loss = () =>
        weigh(tf.tanh(network.whole.apply([image, prompts]) as tf.Tensor)).div(100) as tf.Scalar;
      const { grads } = tf.variableGrads(loss, weights);
      for (const weight of weights) {
        const gradient = grads[weight.name];
        const start = weight.clone();
        const direction = gradient.div(gradient.norm().add(1e-12));
        const step = 1e-3 * Math.max(1, start.norm().dataSync()[0]);
        const along = (scale: number) => {
          weight.assign(start.add(direction.mul(scale * step)) as never);
          return loss().dataSync()[0];
        };
        const slope = (along(1) - along(-1)) / (2 * step);
        weight.assign(start as never);
        const [expected] = gradient.norm().dataSync();
        assert.ok(expected > 0, `${weight.name}: no gradient`);
        assert.ok(
          Math.abs(slope - expected) < 0.1 * expected + 2e-3,
          `${weight.name}: ${slope}, ${expected}`,
        );
      }
    });
  });
});

describe('NetworkSegmenter', () => {
  it('gives masks at the image size for any size, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const model = new NetworkSegmenter();
    const built = tf.memory().numTensors;
    for (const [height, width] of [
      [33, 70],
      [40, 1200],
    ]) {
      const { image } = syntheticNuclei({ height, width, stain: 'histology' });
      const points = [{ row: height - 1, column: width - 1 }];
      const [first] = await model.segment(image, { points });
      assert.deepEqual(first.mask.shape, [height, width]);
      assert.deepEqual(first.logits.shape, width === 1200 ? [34, 1024] : [height, width]);
      const again = await model.segment(image, { points, mask: first.logits });
      assert.notDeepEqual(again[0].logits.data, first.logits.data);
      await model.segment(image, { box: { top: 1, left: 2, bottom: 20, right: 30 } });
      await model.segment(image, {
        mask: { ...image, data: new Uint8Array(height * width).fill(1), channels: 1 },
      });
    }
    assert.equal(tf.memory().numTensors - built, 4, 'the embeddings of two images');
    model.dispose();
    await new Promise(setImmediate);
    assert.equal(tf.memory().numTensors, before);
  });

  it('answers near the prompts as it would for the whole image, and with background far from them', async () => {
    setSeed(2);
    const network = buildPromptNetwork();
    const model = new NetworkSegmenter(network);
    const [height, width] = [480, 640];
    const { image } = syntheticNuclei({ height, width, stain: 'fluorescence' });
    const frame = frameOf([height, width]);
    const points = [
      { row: 100, column: 500, label: 'positive' as const },
      { row: 140, column: 530, label: 'negative' as const },
    ];
    const [{ logits }] = await model.segment(image, { points });
    const maps = new Float32Array(height * width * PROMPT_MAPS);
    drawPrompts(maps, [height, width], { points });
    const whole = tf.tidy(() => {
      const inputs = [
        tf.tensor(framed(image, frame), [1, height, width, 3]),
        tf.tensor(maps, [1, height, width, PROMPT_MAPS]),
      ];
      return (network.whole.predict(inputs) as tf.Tensor).dataSync();
    });
    let compared = 0;
    for (let row = 0; row < 260; row++) {
      for (let column = 380; column < width; column++) {
        const at = row * width + column;
        compared += 1;
        assert.ok(Math.abs(logits.data[at] - whole[at]) < 1e-3, `${row}, ${column}`);
      }
    }
    assert.equal(compared, 260 * 260);
    assert.equal(logits.data[470 * width + 10], -6);
    model.dispose();
  });

  it('sees an image as it is, whatever its brightness and contrast, in bytes or floats', async () => {
    const model = new NetworkSegmenter();
    const { image } = syntheticNuclei({ height: 32, width: 48, stain: 'fluorescence' });
    const floats = { ...image, data: Float32Array.from(image.data, (value) => 0.1 + value / 510) };
    const prompts = { points: [{ row: 9, column: 20 }] };
    const [one] = await model.segment(image, prompts);
    const [other] = await model.segment(floats, prompts);
    one.logits.data.forEach((logit, at) => assert.ok(Math.abs(logit - other.logits.data[at]) < 1e-2));
    model.dispose();
  });
});

describe('windowAround', () => {
  it('holds points, box and mask with a margin, in steps of 16, within the frame', () => {
    const outer = [1024, 1024];
    const point = windowAround({ points: [{ row: 500, column: 20 }] }, outer);
    assert.deepEqual(point, { top: 304, left: 0, height: 400, width: 224 });
    const box = { top: 400, left: 300, bottom: 700, right: 310 };
    assert.deepEqual(windowAround({ box }, outer), { top: 208, left: 96, height: 688, width: 416 });
    const before = new Float32Array(1024 * 1024);
    before[1000 * 1024 + 1000] = 0.5;
    before[3] = 0.4;
    assert.deepEqual(windowAround({ before }, outer), { top: 800, left: 800, height: 224, width: 224 });
    assert.deepEqual(windowAround({ before: before.fill(0) }, outer), {
      top: 0,
      left: 0,
      height: 1024,
      width: 1024,
    });
  });
});

describe('stabilityScore', () => {
  it('is the share of the larger mask that the smaller one has', () => {
    assert.equal(stabilityScore([2, 2, 0.5, -0.5, -3]), 0.5);
    assert.equal(stabilityScore([-2, -2]), 0);
    assert.equal(stabilityScore([5, 5, 3, 0], 2, 1.5), 2 / 3);
  });
});
