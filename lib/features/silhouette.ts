import { distances, requireLabels, requireVectors, type Vectors } from './vectors';

/**
 * The mean silhouette (Rousseeuw 1987): of each vector with mean distance a to its own class and b to the nearest other one,
 * s = (b − a) / max(a, b). 1: classes are tight and far apart; 0: they overlap; below 0: many lie nearer to another class.
 * A class of a single vector counts 0. As scikit-learn's `silhouette_score`.
 *
 * @param vectors [n, features]
 * @param labels [n]
 * @throws RangeError for fewer than 2 classes or as many classes as vectors, numbers of labels and lengths of vectors that
 *   differ, and values that are not finite
 */
export function silhouetteScore(vectors: Vectors, labels: readonly (string | number)[]): number {
  requireVectors('silhouetteScore', vectors);
  requireLabels('silhouetteScore', labels, vectors);
  const count = vectors.length;
  const classes = [...new Set(labels)];
  if (classes.length < 2 || classes.length >= count) {
    throw new RangeError(
      `silhouetteScore: got ${classes.length} classes of ${count} vectors; expected from 2 to ${count - 1}`,
    );
  }
  const matrix = distances(vectors);
  const members = classes.map((name) => labels.flatMap((label, index) => (label === name ? [index] : [])));
  let sum = 0;
  for (let own = 0; own < count; own++) {
    const ownClass = classes.indexOf(labels[own]);
    if (members[ownClass].length === 1) continue;
    const means = members.map((indices, index) => {
      const total = indices.reduce((part, other) => part + matrix[own * count + other], 0);
      return total / (index === ownClass ? indices.length - 1 : indices.length);
    });
    const [a] = means.splice(ownClass, 1);
    const b = Math.min(...means);
    // Vectors that are all one have no silhouette.
    sum += a === b ? 0 : (b - a) / Math.max(a, b);
  }
  return sum / count;
}
