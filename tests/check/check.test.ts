import assert from 'node:assert/strict';
import type { Case } from '../../lib/check/case';
import { check } from '../../lib/check/check';
import { runProbe } from '../../lib/check/exercise';
import { exercises } from '../../lib/check/exercises';
import { caseRandom, judged, runCases, sumPoints } from '../../lib/check/run-cases';
import * as blocks from '../../lib/nn/blocks';
import { setSeed, tf } from '../../lib/runtime';
import { printed } from '../display/helpers';

const doubling: Case<number, number> = {
  title: 'doubles',
  points: 2,
  probe: 'call',
  input: (random) => random(),
  expected: (input) => 2 * input,
  judge: (evidence, expected) => ({
    credit: evidence === expected ? 1 : 0.25,
    got: `${String(evidence)}`,
    expected: `${expected}`,
  }),
};
const options = { exercise: 'x', seed: 3 };

describe('check', () => {
  it('shows points, time, seed and, where points were lost, what was got', async () => {
    const text = (await printed(() => check('8.1', { ...blocks }, { seed: 5 }))).join('\n');
    assert.match(text, /Exercise 8\.1: 13 of 13 visible points in .* s, .* MiB at the kernel's peak/);
    assert.match(text, /Grading adds hidden cases and other inputs \(these: seed 5\)/);
    assert.match(text, /1 of 1 +\d\.\d\d/);
    assert.doesNotMatch(text, /hint/);
    const wrong = { ...blocks, InputBlock: blocks.DownsamplingBlock };
    const lost = (await printed(() => check('8.1', wrong, { seed: 5 }))).join('\n');
    assert.match(lost, /✗ failed +InputBlock keeps the size/);
    assert.match(lost, /expected +hint/);
  });

  it('leaves the random streams of the student’s code where they were', async () => {
    setSeed(4);
    const expected = [Math.random(), tf.randomNormal([1]).dataSync()[0], Math.random()];
    setSeed(4);
    const first = Math.random();
    await printed(() => check('8.1', { ...blocks }));
    assert.deepEqual([first, tf.randomNormal([1]).dataSync()[0], Math.random()], expected);
  });
});

describe('check/run-cases', () => {
  it('adds up partial credit and goes on after an error', async () => {
    const failing: Case = { ...(doubling as Case), title: 'fails', points: 1 };
    let calls = 0;
    const results = await runCases(
      [doubling as Case, failing, doubling as Case],
      options,
      async (_, input) => {
        calls += 1;
        if (calls === 2) throw new Error('of the student');
        return calls === 1 ? 2 * (input as number) : 0;
      },
    );
    assert.deepEqual(
      results.map(({ credit }) => credit),
      [1, 0, 0.25],
    );
    assert.equal(results[1].got, 'Error: of the student');
    assert.deepEqual(sumPoints(results), { points: 2.5, max: 5 });
  });

  it('draws other inputs for another seed, exercise or case, and the same again', () => {
    const draw = (...key: Parameters<typeof caseRandom>) => caseRandom(...key)();
    assert.equal(draw('x', 'a', 1), draw('x', 'a', 1));
    const draws = new Set([draw('x', 'a', 1), draw('y', 'a', 1), draw('x', 'b', 1), draw('x', 'a', 2)]);
    assert.equal(draws.size, 4);
  });

  it('makes a share of any credit', async () => {
    for (const [credit, share] of [
      [NaN, 0],
      [-1, 0],
      [7, 1],
      [Infinity, 1],
      [0.5, 0.5],
    ]) {
      const each: Case = { ...(doubling as Case), judge: () => ({ credit, got: '', expected: '' }) };
      assert.equal((await judged(each, 1, 1, 1)).credit, share);
    }
  });

  it('survives an error that cannot be shown', async () => {
    const [result] = await runCases([doubling as Case], options, async () => {
      throw {
        toString() {
          throw new Error('again');
        },
      };
    });
    assert.equal(result.got, 'an error that cannot be shown');
  });
});

describe('check/exercise', () => {
  it('names the probes that there are', async () => {
    await assert.rejects(
      runProbe(exercises['8.1'], { ...blocks }, 'constructor', null),
      /got probe 'constructor'; expected one of shapes, parameters/,
    );
  });
});
