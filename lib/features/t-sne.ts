import { requireVectors, type Vectors } from './vectors';

export interface TSNEOptions {
  /** About how many neighbours each point keeps near; default 30, or (n − 1) / 3 where there are fewer points. */
  perplexity?: number;
  /** Steps of gradient descent. Default 2000. */
  iterations?: number;
  /** Non-negative integer; the same seed gives the same map. Default 42. */
  seed?: number;
  /** Default 10. */
  learningRate?: number;
}

/**
 * A map of vectors in the plane on which near ones stay near (t-SNE, van der Maaten and Hinton 2008), by DruidJS. What is
 * far apart on the map, and how far, means little.
 *
 * @param vectors [n, features]
 * @returns [n, 2]
 * @throws RangeError for options out of their ranges (the perplexity: from 1 to (n − 1) / 3), vectors of unequal lengths and
 *   values that are not finite
 */
export async function tSNE(vectors: Vectors, options: TSNEOptions = {}): Promise<[number, number][]> {
  requireVectors('tSNE', vectors);
  const highest = (vectors.length - 1) / 3;
  const { perplexity = Math.min(30, highest), iterations = 2000, seed = 42, learningRate = 10 } = options;
  const refuse = (name: string, got: number, expected: string): never => {
    throw new RangeError(`tSNE: got ${name} ${got}; expected ${expected}`);
  };
  if (vectors.length < 4) refuse('vectors:', vectors.length, 'at least 4');
  if (!(perplexity >= 1 && perplexity <= highest)) {
    refuse(
      'perplexity',
      perplexity,
      `a number from 1 to ${highest.toFixed(1)}, a third of the other vectors`,
    );
  }
  if (!Number.isInteger(iterations) || iterations < 1) refuse('iterations', iterations, 'a positive integer');
  if (!Number.isInteger(seed) || seed < 0) refuse('seed', seed, 'an integer of at least 0');
  if (!(learningRate > 0)) refuse('learningRate', learningRate, 'a number above 0');
  const { TSNE } = await import('@saehrimnir/druidjs');
  const rows = vectors.map((vector) => Float64Array.from(vector));
  const map = new TSNE(rows, { perplexity, epsilon: learningRate, d: 2, seed }).transform(iterations);
  return map.map(([x, y]) => [x, y]);
}
