import assert from 'node:assert/strict';
import { deepSupervisionLoss, diceLoss } from '../../lib';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { lossInput, lossOf, logitsOf, type LossName } from './inputs';

interface Case {
  loss: LossName;
  input: string;
  options: object;
  scale?: number;
  value: number;
  slope: number;
}

interface Supervised {
  input: string;
  sizes: number[][];
  levelWeights: number[] | null;
  value: number;
}

const { cases, deepSupervision } = golden<{ cases: Case[]; deepSupervision: Supervised[] }>('losses');

const close = (actual: number, expected: number, what: string): void =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-5 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );

describe('losses equal MONAI, segmentation_models_pytorch, nnU-Net and PyTorch', () => {
  for (const { loss, input, options, scale, value, slope } of cases) {
    it(`${loss} of ${input}${scale ? ` × ${scale}` : ''} with ${JSON.stringify(options)}`, () => {
      tf.tidy(() => {
        const { labels, logits } = lossInput(input, scale);
        const result = tf.valueAndGrad((x) => lossOf(loss, labels, x, options))(logits);
        assert.deepEqual(result.value.shape, []);
        close(result.value.dataSync()[0], value, 'value');
        const gradient = result.grad.dataSync() as Float32Array;
        close(
          gradient.reduce((sum, entry, index) => sum + entry * Math.cos(0.9 * index), 0),
          slope,
          'slope',
        );
      });
    });
  }

  for (const { input, sizes, levelWeights, value } of deepSupervision) {
    it(`deepSupervisionLoss of outputs [${sizes.join('], [')}]`, () => {
      tf.tidy(() => {
        const { labels } = lossInput(input);
        const outputs = sizes.map((size) => logitsOf([2, ...size, 1]));
        const result = deepSupervisionLoss(labels, outputs, {
          loss: (y, x) => diceLoss(y, x, { smooth: 1 }),
          ...(levelWeights ? { levelWeights } : {}),
        });
        close(result.dataSync()[0], value, 'value');
      });
    });
  }
});
