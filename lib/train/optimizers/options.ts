/** Which weights are drawn towards zero. */
export type DecayedWeights = 'all' | 'kernels';

/** Kernels have two dimensions or more; biases, and scales and shifts of normalisation, have one. */
export function isDecayed({ shape }: { shape: number[] }, decayed: DecayedWeights): boolean {
  return decayed === 'all' || shape.length >= 2;
}

/** @throws RangeError unless the number is finite and at least 0 */
export function requireNotNegative(owner: string, name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RangeError(`${owner}: got ${name} ${value}; expected a number of at least 0`);
}

/** @throws RangeError unless 0 ≤ value < 1 */
export function requireShare(owner: string, name: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new RangeError(`${owner}: got ${name} ${value}; expected at least 0 and less than 1`);
}

/** @throws RangeError for a name that is none of the two */
export function requireDecayed(owner: string, decayed: DecayedWeights): void {
  if (decayed === 'all' || decayed === 'kernels') return;
  throw new RangeError(`${owner}: got decayed '${decayed}'; expected 'all' or 'kernels'`);
}
