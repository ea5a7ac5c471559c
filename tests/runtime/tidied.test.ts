import assert from 'node:assert/strict';
import { tf, tidied } from '../../lib/runtime';

describe('runtime: tidied', () => {
  it('returns what the work returns and leaves no tensor, also where it throws', () => {
    const before = tf.memory().numTensors;
    const values = tidied(() => [tf.range(0, 3).square().dataSync()]);
    assert.deepEqual(values, [Float32Array.of(0, 1, 4)]);
    assert.throws(
      () =>
        tidied(() => {
          tf.ones([2]);
          throw new RangeError('in the middle');
        }),
      RangeError,
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it('looks at no element of the result', () => {
    const watched = new Proxy([1, 2], {
      get: () => assert.fail('an element was looked at'),
    });
    assert.equal(
      tidied(() => watched),
      watched,
    );
  });
});
