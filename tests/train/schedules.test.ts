import assert from 'node:assert/strict';
import { SGD } from '../../lib/train/optimizers/sgd';
import { setLearningRate } from '../../lib/train/learning-rate';
import {
  constantRate,
  cosineRate,
  polynomialRate,
  Schedule,
  stepRate,
  warmUp,
} from '../../lib/train/schedules';
import { golden } from '../golden';
import { largestDifference, weightsBySteps } from './problem';

const { rates, runs } = golden<{
  rates: Record<string, number[]>;
  runs: Record<string, Record<string, number[]>>;
}>('training');
const rate = 0.1;

const SCHEDULES: Record<string, Schedule> = {
  polynomial: polynomialRate({ rate, length: 6 }),
  'polynomial square': polynomialRate({ rate, length: 20, power: 2 }),
  cosine: cosineRate({ rate, length: 12 }),
  'cosine to minimum': cosineRate({ rate, length: 12, minimum: 0.01 }),
  step: stepRate({ rate, every: 3, factor: 0.5 }),
  'warm-up': warmUp(polynomialRate({ rate, length: 8 }), { length: 4, from: 0.1 }),
};

describe('schedules', () => {
  for (const [name, schedule] of Object.entries(SCHEDULES)) {
    it(`${name}: the rates of PyTorch`, () => {
      const actual = rates[name].map((_, position) => schedule(position));
      // PyTorch multiplies from position to position, which rounds.
      assert.ok(largestDifference(actual, rates[name]) < 1e-12);
    });
  }

  for (const name of ['polynomial', 'warm-up']) {
    it(`${name}: moves the weights as in PyTorch`, () => {
      const optimizer = new SGD({ learningRate: 1, momentum: 0.9, nesterov: true });
      const steps = [1, 2, 8];
      const results = weightsBySteps(steps, ({ loss }, position) => {
        setLearningRate(optimizer, SCHEDULES[name](position));
        optimizer.minimize(loss);
      });
      optimizer.dispose();
      const expected = runs[`${name} schedule`];
      steps.forEach((step, index) => assert.ok(largestDifference(results[index], expected[step]) < 1e-5));
    });
  }

  it('end at their last rate and stay there', () => {
    assert.equal(polynomialRate({ rate, length: 6 })(100), 0);
    assert.equal(cosineRate({ rate, length: 6, minimum: 0.02 })(100), 0.02);
    assert.equal(constantRate(rate)(100), rate);
  });

  it('begin gently from a hundredth unless told', () => {
    const schedule = warmUp(constantRate(1), { length: 99 });
    assert.ok(Math.abs(schedule(0) - 0.01) < 1e-12);
    assert.ok(Math.abs(schedule(1) - 0.02) < 1e-12);
    assert.equal(schedule(99), 1);
  });

  it('refuse numbers that make no sense', () => {
    const wrong: [() => unknown, RegExp][] = [
      [() => constantRate(-1), /constantRate: got rate -1; expected a number of at least 0/],
      [() => polynomialRate({ rate, length: 0 }), /polynomialRate: got length 0; expected a number above 0/],
      [() => cosineRate({ rate: NaN, length: 1 }), /cosineRate: got rate NaN/],
      [() => cosineRate({ rate, length: 1, minimum: -1 }), /cosineRate: got minimum -1/],
      [() => stepRate({ rate, every: NaN }), /stepRate: got every NaN/],
      [() => warmUp(constantRate(1), { length: -3 }), /warmUp: got length -3/],
    ];
    wrong.forEach(([make, message]) =>
      assert.throws(make, (error: Error) => error instanceof RangeError && message.test(error.message)),
    );
  });
});
