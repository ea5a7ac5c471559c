/** One vector a row, as a tensor's `arraySync()` gives them. */
export type Vectors = readonly ArrayLike<number>[];

/** @throws RangeError for fewer than two vectors, vectors of unequal lengths, and values that are not finite */
export function requireVectors(owner: string, vectors: Vectors): void {
  if (vectors.length < 2) {
    throw new RangeError(`${owner}: got ${vectors.length} vectors; expected at least 2`);
  }
  const { length } = vectors[0];
  vectors.forEach((vector, index) => {
    if (vector.length !== length || length === 0) {
      throw new RangeError(
        `${owner}: got ${vector.length} values in vector ${index}; expected ${length || 'at least one'}, as in the first`,
      );
    }
    for (let at = 0; at < length; at++) {
      if (Number.isFinite(vector[at])) continue;
      throw new RangeError(`${owner}: got ${vector[at]} in vector ${index}; expected finite values`);
    }
  });
}

/** @throws RangeError for another number of labels than of vectors */
export function requireLabels(owner: string, labels: readonly unknown[], vectors: Vectors): void {
  if (labels.length === vectors.length) return;
  throw new RangeError(
    `${owner}: got ${labels.length} labels for ${vectors.length} vectors; expected one a vector`,
  );
}

/** Euclidean distances of all pairs: row by row, [n × n]. */
export function distances(vectors: Vectors): Float64Array {
  const count = vectors.length;
  const matrix = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      let sum = 0;
      for (let at = 0; at < vectors[a].length; at++) sum += (vectors[a][at] - vectors[b][at]) ** 2;
      matrix[a * count + b] = matrix[b * count + a] = Math.sqrt(sum);
    }
  }
  return matrix;
}
