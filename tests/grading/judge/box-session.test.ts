import assert from 'node:assert/strict';
import { BoxSession, LostBox, StudentError } from '../../../grading/judge/box-session';
import type { BoxEnd } from '../../../grading/sandbox/box';
import { type Answer, fakeBox } from './fake-box';

const CELL = {
  name: 'In[1]',
  code: '1',
  problems: [],
  javascript: '',
  hasTopLevelAwait: false,
  modules: [],
  maps: [],
  declarations: '',
};

describe('grading/judge: a session with a box', () => {
  it('takes the answer to its question', async () => {
    const box = fakeBox(({ id }, say) => say({ id, kind: 'evidence', value: Float32Array.of(1, 2) }));
    const session = await BoxSession.start(box);
    assert.deepEqual(await session.probe('8.1', 'shape', 1, 5), Float32Array.of(1, 2));
    assert.equal(box.killed, false);
  });

  it("gives the student's error for an answer that failed", async () => {
    const error = { ename: 'RangeError', evalue: 'no such axis', traceback: [] };
    const session = await BoxSession.start(fakeBox(({ id }, say) => say({ id, kind: 'failure', error })));
    await assert.rejects(session.probe('8.1', 'shape', 1, 5), (thrown) => {
      assert.ok(thrown instanceof StudentError);
      assert.equal(String(thrown), 'RangeError: no such axis');
      return true;
    });
  });

  it('collects the outputs of a cell with its end', async () => {
    const box = fakeBox(({ id }, say) => {
      say({ kind: 'output', output: { output_type: 'stream', name: 'stdout', text: 'hello' } });
      say({ id, kind: 'ended', defined: ['a'] });
    });
    const { outputs, defined } = await (await BoxSession.start(box)).runCell(CELL, 5);
    assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: 'hello' }]);
    assert.deepEqual(defined, ['a']);
  });

  const forgeries: Record<string, Answer> = {
    'an answer to another question': ({ id }, say) => say({ id: id + 1, kind: 'evidence', value: 1 }),
    'an answer without a question': (_request, say) => say({ kind: 'evidence', value: 1 }),
    'an answer of another kind': ({ id }, say) => say({ id, kind: 'ended', defined: [] }),
    'a message without a kind': ({ id }, say) => say({ id, value: 1 }),
    'no object': (_request, say) => say([1, 2]),
    'an output that is none': (_request, say) => say({ kind: 'output', output: { output_type: 'pickle' } }),
    'text that is no message': (_request, _say, box) =>
      void box.stdout.write('full marks, please: {"points": 10}'),
    'a length of four gigabytes': (_request, _say, box) =>
      void box.stdout.write(Buffer.from([255, 255, 255, 255])),
    'an answer of a million values': ({ id }, say) =>
      say({ id, kind: 'evidence', value: Array.from({ length: 1e6 }, () => []) }),
  };
  for (const [what, answer] of Object.entries(forgeries)) {
    it(`ends at ${what}, and its box with it`, async () => {
      const box = fakeBox(answer);
      const session = await BoxSession.start(box);
      await assert.rejects(session.probe('8.1', 'shape', 1, 5), /broke the connection/);
      assert.equal(box.killed, true);
      await assert.rejects(session.probe('8.1', 'shape', 1, 5), LostBox);
    });
  }

  it('takes no second answer for the next question', async () => {
    const box = fakeBox(({ id }, say) => {
      say({ id, kind: 'evidence', value: 'first' });
      say({ id: id + 1, kind: 'evidence', value: 'forged' });
    });
    const session = await BoxSession.start(box);
    const first = session.probe('8.1', 'shape', 1, 5);
    await first.catch(() => undefined);
    await box.ended;
    await assert.rejects(session.probe('8.1', 'shape', 1, 5), LostBox);
  });

  it('ends a box that does not answer in time', async () => {
    const box = fakeBox(() => undefined);
    const session = await BoxSession.start(box);
    await assert.rejects(session.probe('8.1', 'shape', 1, 0.01), /took longer than 0\.01 s/);
    assert.equal(box.killed, true);
  });

  it('takes a box that does not start for no fault of a student', async () => {
    const box = fakeBox(() => undefined, { isReady: false });
    const started = BoxSession.start(box);
    box.end({ reason: 'memory' });
    await assert.rejects(
      started,
      (error) => !(error instanceof LostBox) && /did not start/.test(String(error)),
    );
  });

  it('says why a box ended', async () => {
    const ends: [Partial<BoxEnd>, RegExp][] = [
      [{ reason: 'memory' }, /more memory/],
      [{ reason: 'cpu' }, /more time/],
      [{ reason: 'exit', code: 3 }, /exit code 3/],
      [{ reason: 'exit', code: null, signal: 'SIGSEGV' }, /SIGSEGV/],
    ];
    for (const [end, words] of ends) {
      const session = await BoxSession.start(fakeBox((_request, _say, box) => box.end(end)));
      await assert.rejects(session.probe('8.1', 'shape', 1, 5), words);
    }
  });

  it('keeps no flood of outputs', async () => {
    const output = { output_type: 'stream', name: 'stdout', text: 'x'.repeat(10_000) };
    const box = fakeBox(({ id }, say) => {
      for (let n = 0; n < 2000; n++) say({ kind: 'output', output });
      say({ id, kind: 'ended', defined: [] });
    });
    const { outputs } = await (await BoxSession.start(box)).runCell(CELL, 30);
    assert.ok(JSON.stringify(outputs).length < 2 ** 21 + 20_000, `${outputs.length} outputs kept`);
    assert.ok(outputs.length > 100);
  });
});
