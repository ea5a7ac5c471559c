import assert from 'node:assert/strict';
import { paceOf } from '../../lib/workflow/pace';

const LENGTH = { epochs: 20, iterations: 10, seconds: 200 };
const epochs = (...seconds: number[]) => seconds.map((each) => ({ seconds: each }));

/** A training of epochs that take so long, until its pace ends it. */
function run(secondsOf: (epoch: number) => number) {
  const records: { seconds: number }[] = [];
  const rest: number[] = [];
  while (records.length < paceOf(records, LENGTH).epochs) {
    const { progress } = paceOf(records, LENGTH);
    for (let step = 0; step < LENGTH.iterations; step++) {
      rest.push(1 - progress(records.length * LENGTH.iterations + step));
    }
    records.push({ seconds: secondsOf(records.length + 1) });
  }
  return { records, rest, spent: records.reduce((sum, { seconds }) => sum + seconds, 0) };
}

describe('workflow/pace', () => {
  it('is as planned where epochs take as long as planned, or less', () => {
    for (const each of [10, 10.5, 4]) {
      const { epochs: total, progress } = paceOf(epochs(each, each, each, each), LENGTH);
      assert.equal(total, 20);
      assert.deepEqual([progress(0), progress(50), progress(200)], [0, 0.25, 1]);
    }
  });

  it('is as planned without a time, however long epochs take', () => {
    assert.equal(paceOf(epochs(1e6, 1e6), { epochs: 20, iterations: 10 }).epochs, 20);
  });

  it('shortens a training that has become slower, so that it ends in time with nothing left to learn at', () => {
    const { records, rest, spent } = run((epoch) => (epoch <= 5 ? 10 : 25));
    assert.ok(spent <= 200 && spent > 165, String(spent));
    assert.equal(records.length, 5 + 6);
    for (let step = 1; step < rest.length; step++) assert.ok(rest[step] < rest[step - 1]);
    assert.ok(Math.abs(rest[50] - 0.75) < 1e-9, 'goes on from where it was');
    assert.ok(rest.at(-1)! < 0.06, String(rest.at(-1)));
  });

  it('lengthens it again where the machine is as fast as it was, but not beyond what was planned', () => {
    const busy = run((epoch) => (epoch > 2 && epoch <= 5 ? 20 : 10));
    assert.equal(busy.records.length, 17);
    assert.ok(busy.spent <= 200 && busy.spent >= 190, String(busy.spent));
    const { rest } = busy;
    for (let step = 1; step < rest.length; step++) assert.ok(rest[step] < rest[step - 1]);
    assert.ok(rest.at(-1)! < 0.02, String(rest.at(-1)));
    const faster = run((epoch) => (epoch <= 3 ? 20 : 1));
    assert.equal(faster.records.length, 20);
  });

  it('ends with one more epoch where the time is over already', () => {
    const { records } = run((epoch) => (epoch === 1 ? 300 : 10));
    assert.equal(records.length, 2);
  });

  it('is the same for the same epochs: a run that goes on paces itself as one that never stopped', () => {
    const { records } = run((epoch) => 8 + epoch);
    const again = paceOf(records.slice(0, 7), LENGTH);
    assert.equal(again.epochs, paceOf(structuredClone(records.slice(0, 7)), LENGTH).epochs);
    assert.ok(again.epochs < 20);
  });
});
