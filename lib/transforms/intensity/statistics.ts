import type { Floats } from './planes';

/** The least and greatest of all values. */
export function extentOf(parts: readonly Floats[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of parts) {
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

/** μ = Σx / n and σ = √(Σ(x − μ)² / n), in two passes: squares of large numbers do not cancel. */
export function momentsOf(parts: readonly Floats[]): { mean: number; deviation: number } {
  let count = 0;
  let sum = 0;
  for (const values of parts) {
    count += values.length;
    for (let index = 0; index < values.length; index++) sum += values[index];
  }
  const mean = sum / count;
  let squares = 0;
  for (const values of parts) {
    for (let index = 0; index < values.length; index++) {
      const away = values[index] - mean;
      squares += away * away;
    }
  }
  return { mean, deviation: Math.sqrt(squares / count) };
}
