import assert from 'node:assert/strict';
import { SessionPool } from '../../../grading/judge/session-pool';
import type { BoxOptions } from '../../../grading/sandbox/box';
import { type Answer, fakeBox } from './fake-box';

const answering: Answer = ({ id }, say) => say({ id, kind: 'evidence', value: 1 });
const options = () => ({}) as BoxOptions;

describe('grading/judge: boxes started ahead', () => {
  it('are passed over where they came to their end, or did not start', async () => {
    const boxes = [fakeBox(answering), fakeBox(answering), undefined, fakeBox(answering)];
    const opened = boxes.values();
    const pool = new SessionPool(async () => {
      const box = opened.next().value ?? undefined;
      if (box) return box;
      throw new Error('no box to be had');
    }, 2);
    await pool.take('kind', options);
    boxes[1]!.end({ reason: 'wall' });
    await boxes[1]!.ended;
    const session = await pool.take('kind', options);
    assert.equal(await session.probe('8.1', 'shape', 1, 5), 1);
    await pool.close();
  });
});
