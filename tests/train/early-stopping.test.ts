import assert from 'node:assert/strict';
import { EarlyStopping } from '../../lib/train/early-stopping';

describe('EarlyStopping', () => {
  const offers = (stopping: EarlyStopping, scores: number[]) => scores.map((score) => stopping.offer(score));

  it('waits for as many epochs as told, and begins anew with each that is better', () => {
    const stopping = new EarlyStopping({ patience: 2 });
    assert.deepEqual(offers(stopping, [5, 5, 4, 6, 4]), [false, false, false, false, true]);
    assert.equal(stopping.stopped, true);
  });

  it('takes as better only what is lower by more than minDelta than the best that was', () => {
    const stopping = new EarlyStopping({ patience: 3, minDelta: 1 });
    assert.deepEqual(offers(stopping, [10, 9, 8.9, 8.5, 7.5]), [false, false, false, false, false]);
    assert.equal(stopping.waited, 0);
    assert.deepEqual(offers(stopping, [7, 6.6, 6.5]), [false, false, true]);
  });
});
