import { distances, requireLabels, requireVectors, type Vectors } from './vectors';

/**
 * How well classes can be told apart by distance alone: the share of vectors whose class wins the vote of their `k` nearest
 * neighbours, each vector left out of its own vote. 1 where every neighbourhood is of one class; chance is about the share
 * of the most frequent class.
 *
 * The nearer of equal neighbours is the first in order; a tie of votes goes to the class that comes first by `<`, as in
 * scikit-learn's `KNeighborsClassifier` under `LeaveOneOut`.
 *
 * @param vectors [n, features]
 * @param labels [n]
 * @throws RangeError for a k that is no integer from 1 to n − 1, numbers of labels and lengths of vectors that differ, and
 *   values that are not finite
 */
export function nearestNeighbourAccuracy(
  vectors: Vectors,
  labels: readonly (string | number)[],
  { k = 5 }: { k?: number } = {},
): number {
  requireVectors('nearestNeighbourAccuracy', vectors);
  requireLabels('nearestNeighbourAccuracy', labels, vectors);
  const count = vectors.length;
  if (!Number.isInteger(k) || k < 1 || k >= count) {
    throw new RangeError(
      `nearestNeighbourAccuracy: got k ${k}; expected an integer from 1 to ${count - 1}, one less than the vectors`,
    );
  }
  const matrix = distances(vectors);
  const others = Array.from({ length: count }, (_, index) => index);
  const right = others.filter((own) => {
    const row = matrix.subarray(own * count, (own + 1) * count);
    const nearest = others.filter((other) => other !== own).sort((a, b) => row[a] - row[b] || a - b);
    return winner(nearest.slice(0, k).map((index) => labels[index])) === labels[own];
  });
  return right.length / count;
}

function winner(votes: readonly (string | number)[]): string | number {
  const counts = new Map<string | number, number>();
  for (const vote of votes) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts.keys()].filter((label) => counts.get(label) === most).sort((a, b) => (a < b ? -1 : 1))[0];
}
