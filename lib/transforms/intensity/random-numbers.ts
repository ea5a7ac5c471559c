import type { Interval } from './planes';

/** Uniform numbers in [0, 1), such as `seededRandom(seed)`. */
export type Random = () => number;

/** Numbers of the standard normal distribution (Box & Muller 1958), two of each pair of uniform ones. */
export function normalNumbers(random: Random): () => number {
  let spare = NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = NaN;
      return kept;
    }
    // 1 − u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** A number from the interval, all equally likely. */
export function uniform([low, high]: Interval, random: Random): number {
  return low + (high - low) * random();
}

/** As batchgenerators draws factors: of an interval with 1 in it, below 1 as often as above, each part uniform. */
export function factorBetween([low, high]: Interval, random: Random): number {
  if (low >= 1 || high <= 1) return uniform([low, high], random);
  return random() < 0.5 ? uniform([low, 1], random) : uniform([1, high], random);
}

/** An integer from `low` to `high`, both included. */
export function integerBetween([low, high]: Interval, random: Random): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** Below this mean, numbers are found by products of uniform ones. */
const SMALL_MEAN = 10;

/**
 * A number of the Poisson distribution of this mean: exact, by Knuth's products for small means, otherwise by Hörmann's
 * transformed rejection (1993, "The transformed rejection method for generating Poisson random variables", PTRS).
 */
export function poisson(mean: number, random: Random): number {
  if (mean < SMALL_MEAN) {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = random(); product > limit; product *= random()) count++;
    return count;
  }
  const root = Math.sqrt(mean);
  const b = 0.931 + 2.53 * root;
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accepted = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const distance = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / distance + b) * u + mean + 0.43);
    if (distance >= 0.07 && v <= accepted) return count;
    if (count < 0 || (distance < 0.013 && v > distance)) continue;
    const left = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (distance * distance) + b);
    if (left <= count * logMean - mean - logFactorial(count)) return count;
  }
}

/** ln n!, by Stirling's series for n ≥ 10. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const inverse = 1 / n;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}
