/** Which pixels are connected: 4 those that share an edge, 8 also those that share a corner. */
export type Connectivity = 4 | 8;

/** Connected components of a mask: 0 is background, components are numbered from 1 in scan order. */
export interface Components {
  labels: Int32Array;
  count: number;
}

/**
 * Labels the connected components of the non-zero pixels (rows of `width` values, top-left first).
 *
 * Union-find over one scan (Rosenfeld and Pfaltz 1966).
 *
 * @param connectivity default 4
 * @throws RangeError where width does not divide the number of pixels, and for a connectivity other than 4 or 8
 */
export function connectedComponents(
  mask: ArrayLike<number>,
  width: number,
  connectivity: Connectivity = 4,
): Components {
  if (!Number.isSafeInteger(width) || width < 1 || mask.length % width !== 0) {
    throw new RangeError(
      `connectedComponents: got width ${width} for ${mask.length} pixels; expected whole rows`,
    );
  }
  requireConnectivity('connectedComponents', connectivity);
  const labels = new Int32Array(mask.length);
  const parents = [0];
  const root = (label: number) => {
    while (parents[label] !== label) {
      parents[label] = parents[parents[label]];
      label = parents[label];
    }
    return label;
  };
  const joined = (one: number, other: number) => {
    if (!one || !other) return one || other;
    const [a, b] = [root(one), root(other)];
    return (parents[Math.max(a, b)] = Math.min(a, b));
  };
  for (let index = 0; index < mask.length; index++) {
    if (!mask[index]) continue;
    const column = index % width;
    let label = column > 0 ? labels[index - 1] : 0;
    if (index >= width) {
      label = joined(label, labels[index - width]);
      if (connectivity === 8 && column > 0) label = joined(label, labels[index - width - 1]);
      if (connectivity === 8 && column < width - 1) label = joined(label, labels[index - width + 1]);
    }
    labels[index] = label || parents.push(parents.length) - 1;
  }
  return renumber(labels, root, parents.length);
}

function renumber(labels: Int32Array, root: (label: number) => number, provisional: number): Components {
  const final = new Int32Array(provisional);
  let count = 0;
  for (let index = 0; index < labels.length; index++) {
    if (labels[index] === 0) continue;
    const label = root(labels[index]);
    labels[index] = final[label] ||= ++count;
  }
  return { labels, count };
}

/** @throws RangeError for a connectivity other than 4 or 8 */
export function requireConnectivity(owner: string, connectivity: number): void {
  if (connectivity !== 4 && connectivity !== 8) {
    throw new RangeError(
      `${owner}: got connectivity ${connectivity}; expected 4 (edges) or 8 (edges and corners)`,
    );
  }
}
