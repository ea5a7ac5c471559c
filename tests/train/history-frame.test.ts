import assert from 'node:assert/strict';
import { historyFrame } from '../../lib/train/history-frame';

describe('historyFrame', () => {
  it('has a row for each epoch, and null for what is not known', async () => {
    const frame = await historyFrame([
      { epoch: 1, trainLoss: 0.5, seconds: 2, learningRate: 0.1 },
      { epoch: 2, trainLoss: 0.25, validationLoss: 1, seconds: 3, learningRate: 0.05, gradientNorm: 7 },
    ]);
    assert.deepEqual(frame.toRecords(), [
      { epoch: 1, trainLoss: 0.5, validationLoss: null, learningRate: 0.1, gradientNorm: null, seconds: 2 },
      { epoch: 2, trainLoss: 0.25, validationLoss: 1, learningRate: 0.05, gradientNorm: 7, seconds: 3 },
    ]);
  });

  it('keeps its columns without a row', async () => {
    const frame = await historyFrame([]);
    assert.equal(frame.height, 0);
    assert.deepEqual(frame.columns, [
      'epoch',
      'trainLoss',
      'validationLoss',
      'learningRate',
      'gradientNorm',
      'seconds',
    ]);
  });
});
