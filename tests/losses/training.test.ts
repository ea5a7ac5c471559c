import assert from 'node:assert/strict';
import { combinedLoss, deepSupervisionLoss, diceLoss, evaluateLoss, trainStep, type Loss } from '../../lib';
import { setSeed, tf } from '../../lib/runtime';
import { assertClose } from '../gradients';
import { lossInput, logitsOf } from './inputs';

type Tensor = import('@tensorflow/tfjs-core').Tensor;

/** One convolution at full size and one at half: [B, 4, 4, 1] → logits, or a list of two. */
function network(heads: 1 | 2): import('@tensorflow/tfjs').LayersModel {
  const image = tf.input({ shape: [4, 4, 1] });
  const full = tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same' }).apply(image);
  const half = tf.layers.conv2d({ filters: 1, kernelSize: 2, strides: 2 }).apply(image);
  const outputs = [full, half].slice(0, heads) as import('@tensorflow/tfjs').SymbolicTensor[];
  return tf.model({ inputs: image, outputs });
}

describe('losses in training', () => {
  const supervised: Loss = (masks, outputs) =>
    deepSupervisionLoss(masks, outputs, { loss: (y, x) => diceLoss(y, x, { smooth: 1 }) });

  for (const [title, loss, heads] of [
    ['diceLoss as it is', diceLoss, 1],
    ['combinedLoss with options', (y: Tensor, x: Tensor) => combinedLoss(y, x, { lambda: 0.3 }), 1],
    ['deepSupervisionLoss of a network with two outputs', supervised, 2],
  ] as [string, Loss, 1 | 2][]) {
    it(`go down a step at a time: ${title}`, () => {
      setSeed(4);
      const model = network(heads);
      const optimizer = tf.train.adam(0.05);
      const images = logitsOf([2, 4, 4, 1]);
      const masks = tf.tidy(() => tf.cast(tf.greater(images, 0), 'float32'));
      const batch = { images, masks } as Parameters<typeof trainStep>[3];
      const first = evaluateLoss(model, loss, batch);
      for (let step = 0; step < 20; step++) trainStep(model, optimizer, loss, batch);
      assert.ok(evaluateLoss(model, loss, batch) < 0.7 * first);
      tf.dispose([images, masks]);
      model.dispose();
      optimizer.dispose();
    });
  }
});

describe('deepSupervisionLoss', () => {
  it('weighs outputs 1, ½, ¼ over their sum, and leaves out those of weight 0', () => {
    const values = [3, 5, 11];
    tf.tidy(() => {
      const labels = tf.zeros([1, 4, 4, 1]);
      const outputs = [4, 2, 1].map((size) => tf.zeros([1, size, size, 1]));
      let calls = 0;
      const loss = (_: Tensor, x: Tensor) => {
        calls++;
        return tf.scalar(values[outputs.indexOf(x)]);
      };
      const mean = deepSupervisionLoss(labels, outputs, { loss });
      assertClose(mean, (3 + 5 / 2 + 11 / 4) / 1.75, 1e-6);
      calls = 0;
      deepSupervisionLoss(labels, outputs, { loss, levelWeights: [1, 0, 2] });
      assert.equal(calls, 2);
    });
  });

  it('gives each output labels of its size, by the nearest pixel, class maps and masks alike', () => {
    tf.tidy(() => {
      const map = tf.tensor([0, 1, 2, 0, 1, 2], [1, 1, 6]);
      for (const labels of [map, tf.expandDims(map, -1)]) {
        let seen: number[] = [];
        deepSupervisionLoss(labels, tf.zeros([1, 1, 4, 3]), {
          loss: (y) => {
            seen = [...y.dataSync()];
            return tf.scalar(0);
          },
        });
        // ⌊(i + ½)·6/4⌋ = 0, 2, 3, 5
        assert.deepEqual(seen, [0, 2, 0, 2]);
      }
    });
  });

  it('of a single tensor is the loss itself', () => {
    tf.tidy(() => {
      const { labels, logits } = lossInput('binary-2d');
      assertClose(deepSupervisionLoss(labels, logits, { loss: diceLoss }), diceLoss(labels, logits), 1e-7);
    });
  });

  it('refuses no outputs and weights that do not fit', () => {
    tf.tidy(() => {
      const [labels, output] = [tf.zeros([1, 2, 2, 1]), tf.zeros([1, 2, 2, 1])];
      assert.throws(() => deepSupervisionLoss(labels, [], { loss: diceLoss }), /got no outputs/);
      for (const levelWeights of [[1], [1, -1], [0, 0], [NaN, 1]]) {
        assert.throws(
          () => deepSupervisionLoss(labels, [output, output], { loss: diceLoss, levelWeights }),
          /got levelWeights \[.*\] for 2 outputs/,
        );
      }
    });
  });
});
