import assert from 'node:assert/strict';
import { bcaInterval, bootstrapInterval, percentileInterval } from '../../lib/metrics/bootstrap';
import { confusion, Confusion, diceScore } from '../../lib/metrics/confusion';
import { normalQuantile, normalShareBelow } from '../../lib/metrics/normal-distribution';
import { golden } from '../golden';
import { assertNumbers } from './labels';

type Method = 'percentile' | 'bca';
interface Golden {
  cases: {
    name: string;
    sample: number[];
    estimate: number;
    jackknife: number[];
    distribution: number[];
    intervals: { method: Method; confidence: number; interval: [number, number] }[];
  }[];
  large: {
    sample: number[];
    intervals: { method: Method; interval: [number, number]; standardError: number }[];
  };
  normal: { shares: [number, number][]; quantiles: [number, number][] };
}

const { cases, large, normal } = golden<Golden>('metrics-bootstrap');

describe('the standard normal distribution', () => {
  it("equals SciPy's ndtr and ndtri", () => {
    for (const [x, share] of normal.shares) assertNumbers([normalShareBelow(x)], [share], 1e-15);
    for (const [share, x] of normal.quantiles) {
      const rounding = 2e-16 / Math.min(share, 1 - share);
      assertNumbers([normalQuantile(share)], [x], rounding + 1e-15);
    }
    assert.deepEqual([normalQuantile(0), normalQuantile(1)], [-Infinity, Infinity]);
  });
});

describe('percentileInterval and bcaInterval', () => {
  for (const { name, estimate, jackknife, distribution, intervals } of cases) {
    it(`equal SciPy on the same resamples: ${name}`, () => {
      const sorted = Float64Array.from(distribution);
      for (const { method, confidence, interval } of intervals) {
        const actual =
          method === 'bca'
            ? bcaInterval(sorted, estimate, jackknife, confidence)
            : percentileInterval(sorted, confidence);
        assertNumbers(actual, interval, 1e-12);
      }
    });
  }
});

describe('bootstrapInterval', () => {
  const { sample } = large;

  for (const { method, interval, standardError } of large.intervals) {
    it(`equals SciPy within sampling error: ${method}`, () => {
      const result = bootstrapInterval(sample, { method });
      // The error of a tail quantile of 9999 resamples is about √(α(1 − α)/B)/density: 0.03 standard errors.
      assertNumbers([result.low, result.high], interval, 0.12 * standardError);
      assertNumbers([result.standardError], [standardError], 0.05 * standardError);
      assertNumbers([result.estimate], [sample.reduce((sum, value) => sum + value) / sample.length], 1e-15);
    });
  }

  it('repeats with the same seed, whatever else draws numbers, and differs with another', () => {
    const options = { resamples: 200 };
    const first = bootstrapInterval(sample, options);
    Math.random();
    assert.deepEqual(bootstrapInterval(sample, options), first);
    assert.notDeepEqual(bootstrapInterval(sample, { ...options, seed: 1 }), first);
  });

  it('is wider for more confidence', () => {
    const width = (confidence: number) => {
      const { low, high } = bootstrapInterval(sample, { confidence, resamples: 999 });
      return high - low;
    };
    assert.ok(width(0.99) > width(0.9) && width(0.9) > width(0.5));
  });

  it('takes cases of any kind with their statistic, such as the Dice of all pixels together', () => {
    const images = [
      confusion([1, 1, 0], [1, 0, 0]),
      confusion([1, 0, 0], [1, 1, 0]),
      confusion([1, 1, 1], [1, 1, 1]),
    ];
    const statistic = (drawn: readonly Confusion[]) => {
      const sum = (count: keyof Confusion) => drawn.reduce((total, image) => total + image[count], 0);
      return diceScore({
        truePositives: sum('truePositives'),
        falsePositives: sum('falsePositives'),
        falseNegatives: sum('falseNegatives'),
        trueNegatives: sum('trueNegatives'),
      });
    };
    const { estimate, low, high } = bootstrapInterval(images, { statistic, resamples: 500 });
    assert.equal(estimate, 10 / 12);
    assert.ok(low >= 2 / 3 && low < estimate && high > estimate && high <= 1);
  });

  it('is a point where all cases are equal', () => {
    for (const method of ['bca', 'percentile'] as const) {
      const { estimate, low, high, standardError } = bootstrapInterval([0.1, 0.1, 0.1], { method });
      assertNumbers([low, high, standardError], [estimate, estimate, 0], 1e-16);
    }
  });

  it('refuses what BCa is not defined for', () => {
    const statistic = (drawn: readonly number[]) => Math.max(...drawn);
    assert.throws(() => bootstrapInterval([1, 2, 2, 2], { statistic }), {
      name: 'RangeError',
      message: /resamples all lie on one side of the estimate.*use method 'percentile'/,
    });
    assert.deepEqual(bootstrapInterval([1, 2, 2, 2], { statistic, method: 'percentile' }).high, 2);
  });

  it('refuses missing scores, too few cases and options out of range', () => {
    assert.throws(
      () => bootstrapInterval([0.5, NaN]),
      /got NaN for case 1; expected finite numbers: leave out/,
    );
    assert.throws(() => bootstrapInterval([Infinity, 1]), /got Infinity for case 0/);
    assert.throws(() => bootstrapInterval([0.5]), /got 1 cases; expected at least 2/);
    assert.throws(
      () => bootstrapInterval([0, 1], { confidence: 95 }),
      /got confidence 95; expected .* such as 0\.95/,
    );
    assert.throws(
      () => bootstrapInterval([0, 1], { resamples: 1 }),
      /got 1 resamples; expected an integer above 1/,
    );
    assert.throws(
      () => bootstrapInterval([0, 1], { method: 'basic' as 'bca' }),
      /got method 'basic'; expected/,
    );
    assert.throws(
      () => bootstrapInterval([0, 1], { seed: -1 }),
      /got seed -1; expected a non-negative integer/,
    );
    assert.throws(() => bootstrapInterval([0, 1], { statistic: () => NaN }), /got NaN from the statistic/);
  });
});
