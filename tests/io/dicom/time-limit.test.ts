import assert from 'node:assert/strict';
import { withinTime } from '../../../lib/io/dicom/time-limit';

describe('withinTime', () => {
  it('stops what does not end, and lets the next work be done', () => {
    let turns = 0;
    const endless = () => {
      for (;;) turns++;
    };
    assert.throws(() => withinTime(20, endless), /^Error: not done in 20 ms$/);
    assert.ok(turns > 0);
    withinTime(10_000, () => (turns = -1));
    assert.equal(turns, -1);
  });

  it("passes on what the work throws, WebAssembly's numbers too", () => {
    for (const thrown of [new Error('codec'), 7]) {
      assert.throws(
        () =>
          withinTime(10_000, () => {
            throw thrown;
          }),
        (error) => error === thrown,
      );
    }
  });
});
