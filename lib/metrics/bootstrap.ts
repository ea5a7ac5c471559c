import { seededRandom } from '../runtime/seed';
import { normalQuantile, normalShareBelow } from './normal-distribution';

export interface BootstrapOptions<T> {
  /** What to estimate from a sample of cases; default the mean of numbers. It must not change the sample. */
  statistic?: (sample: readonly T[]) => number;
  /** Share of intervals that hold the true value; default 0.95. */
  confidence?: number;
  /** How often to draw as many cases as there are, with replacement; default 9999. */
  resamples?: number;
  /**
   * `'bca'` (default): corrected for bias and skewness, second-order accurate; `'percentile'`: the plain quantiles of
   * the resamples' statistics.
   */
  method?: 'bca' | 'percentile';
  /** The same seed gives the same interval; default 0, whatever `setSeed` was told. */
  seed?: number;
}

export interface BootstrapInterval {
  /** The statistic of the cases themselves. */
  estimate: number;
  low: number;
  high: number;
  /** Standard deviation of the statistic over the resamples. */
  standardError: number;
}

/**
 * Confidence interval of a score over cases (images, patients: whatever was drawn independently, never pixels), by the
 * bootstrap (Efron and Tibshirani 1993). Equal to `scipy.stats.bootstrap` but for the random numbers.
 *
 * `bootstrapInterval(dicePerPatient)` is the interval of their mean; the differences of two models, case by case, tell
 * whether one is better: does the interval leave out 0?
 *
 * @param cases at least 2; numbers must be finite
 * @throws RangeError for fewer cases, numbers that are not finite, options out of range, and a statistic for which BCa is not defined
 */
export function bootstrapInterval(
  cases: readonly number[],
  options?: BootstrapOptions<number>,
): BootstrapInterval;
export function bootstrapInterval<T>(
  cases: readonly T[],
  options: BootstrapOptions<T> & Required<Pick<BootstrapOptions<T>, 'statistic'>>,
): BootstrapInterval;
export function bootstrapInterval<T>(
  cases: readonly T[],
  {
    statistic = mean as (sample: readonly T[]) => number,
    confidence = 0.95,
    resamples = 9999,
    method = 'bca',
    seed = 0,
  }: BootstrapOptions<T> = {},
): BootstrapInterval {
  requireOptions(confidence, resamples, method);
  requireCases(cases);
  const random = seededRandom(seed);
  const valueOf = (sample: readonly T[]) => requireNumber(statistic(sample));

  const estimate = valueOf(cases);
  const distribution = Float64Array.from({ length: resamples }, () =>
    valueOf(cases.map(() => cases[Math.floor(random() * cases.length)])),
  ).sort();
  const [low, high] =
    method === 'percentile'
      ? percentileInterval(distribution, confidence)
      : bcaInterval(
          distribution,
          estimate,
          cases.map((_, left) => valueOf(cases.filter((_, index) => index !== left))),
          confidence,
        );
  return { estimate, low, high, standardError: standardDeviation(distribution) };
}

/** The quantiles α and 1 − α of the resamples' statistics, with α = (1 − confidence) / 2. */
export function percentileInterval(sorted: Float64Array, confidence: number): [low: number, high: number] {
  const alpha = (1 - confidence) / 2;
  return [quantile(sorted, alpha), quantile(sorted, 1 - alpha)];
}

/**
 * Bias-corrected and accelerated interval (Efron 1987; Efron and Tibshirani 1993, eqs. 14.9–14.15): the quantiles
 * Φ(z₀ + (z₀ + z) / (1 − a·(z₀ + z))) at z = Φ⁻¹(α) and −z, with z₀ = Φ⁻¹ of the share of resamples below the estimate
 * (half of those equal to it) and a = Σ dᵢ³ / 6·(Σ dᵢ²)^(3/2) of the jackknife's deviations dᵢ = θ̄ − θ₍ᵢ₎.
 *
 * Where all resamples are equal, both ends are that value.
 *
 * @param sorted statistics of the resamples, ascending
 * @param jackknife statistics of the cases without the first, the second, …
 */
export function bcaInterval(
  sorted: Float64Array,
  estimate: number,
  jackknife: readonly number[],
  confidence: number,
): [low: number, high: number] {
  if (sorted[0] === sorted[sorted.length - 1]) return [sorted[0], sorted[0]];
  const bias = normalQuantile(shareBelow(sorted, estimate));
  const acceleration = skewness(jackknife) / 6;
  if (!Number.isFinite(bias) || !Number.isFinite(acceleration)) {
    throw new RangeError(
      'bootstrapInterval: got a statistic whose resamples all lie on one side of the estimate, or that no left-out case ' +
        "changes (a maximum, for example); expected one with spread on both sides: use method 'percentile'",
    );
  }
  const end = (z: number) => {
    const shifted = bias + z;
    return quantile(sorted, normalShareBelow(bias + shifted / (1 - acceleration * shifted)));
  };
  const z = normalQuantile((1 - confidence) / 2);
  return [end(z), end(-z)];
}

/**
 * Share of the values below the limit, those equal to it by half. The same cases in another order give a sum that is
 * equal but for rounding, hence the tolerance.
 */
function shareBelow(sorted: Float64Array, limit: number): number {
  const tolerance = 1e-12 * (sorted[sorted.length - 1] - sorted[0]);
  let twice = 0;
  for (const value of sorted) {
    if (Math.abs(value - limit) <= tolerance) twice += 1;
    else if (value < limit) twice += 2;
  }
  return twice / (2 * sorted.length);
}

/** Σ dᵢ³ / (Σ dᵢ²)^(3/2) of the deviations from the mean, dᵢ = mean − value; NaN where all are 0. */
function skewness(values: readonly number[]): number {
  const centre = mean(values);
  let squares = 0;
  let cubes = 0;
  for (const value of values) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return cubes / squares ** 1.5;
}

/** Linear between the order statistics, as NumPy's default. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardDeviation(values: Float64Array): number {
  // from the first value on: equal values then have a deviation of exactly 0
  const centre = values[0] + values.reduce((sum, value) => sum + (value - values[0]), 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function requireOptions(confidence: number, resamples: number, method: string): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `bootstrapInterval: got confidence ${confidence}; expected a number between 0 and 1, such as 0.95`,
    );
  }
  if (!Number.isSafeInteger(resamples) || resamples < 2) {
    throw new RangeError(
      `bootstrapInterval: got ${resamples} resamples; expected an integer above 1, such as 9999`,
    );
  }
  if (method !== 'bca' && method !== 'percentile') {
    throw new RangeError(`bootstrapInterval: got method '${method}'; expected 'bca' or 'percentile'`);
  }
}

function requireCases(cases: readonly unknown[]): void {
  if (cases.length < 2) {
    throw new RangeError(`bootstrapInterval: got ${cases.length} cases; expected at least 2`);
  }
  const missing = cases.findIndex((value) => typeof value === 'number' && !Number.isFinite(value));
  if (missing >= 0) {
    throw new RangeError(
      `bootstrapInterval: got ${cases[missing]} for case ${missing}; expected finite numbers: leave out the cases ` +
        'without a score',
    );
  }
}

function requireNumber(value: number): number {
  if (Number.isNaN(value)) {
    throw new RangeError(
      'bootstrapInterval: got NaN from the statistic; expected a number for every sample of the cases',
    );
  }
  return value;
}
