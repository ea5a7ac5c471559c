/** From here on, Φ(x) is 1 in double precision. */
const FAR = 8.3;

/**
 * Φ(x), the standard normal distribution function, to about 1e-15 (absolute).
 *
 * Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + x⁷/(3·5·7) + …) (Marsaglia 2004, "Evaluating the normal distribution").
 */
export function normalShareBelow(x: number): number {
  if (Math.abs(x) > FAR) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  let previous = 0;
  for (let divisor = 3; sum !== previous; divisor += 2) {
    previous = sum;
    term *= (x * x) / divisor;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/**
 * Φ⁻¹(share), by Newton's method on Φ: to about 1e-16 / min(share, 1 − share), absolute; ∓∞ for 0 and 1.
 *
 * @param share in [0, 1]
 */
export function normalQuantile(share: number): number {
  if (share < 0.5) return -normalQuantile(1 - share);
  if (share === 1) return Infinity;
  // Φ is concave above 0, so that the steps from 0 come nearer from one side until rounding stops them
  let x = 0;
  for (let step = Infinity; step > 1e-16 * (1 + x); x += step) {
    step = (share - normalShareBelow(x)) / normalDensity(x);
  }
  return x;
}

function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}
