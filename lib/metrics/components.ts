/** Connected components of a mask: 0 is background, components are numbered from 1 in scan order. */
export interface Components {
  labels: Int32Array;
  count: number;
}

/**
 * Labels the 4-connected components of the non-zero pixels (rows of `width` values, top-left first).
 *
 * Union-find over one scan (Rosenfeld and Pfaltz 1966).
 *
 * @throws RangeError where width does not divide the number of pixels
 */
export function connectedComponents(mask: ArrayLike<number>, width: number): Components {
  if (!Number.isSafeInteger(width) || width < 1 || mask.length % width !== 0) {
    throw new RangeError(
      `connectedComponents: got width ${width} for ${mask.length} pixels; expected whole rows`,
    );
  }
  const labels = new Int32Array(mask.length);
  const parents = [0];
  const root = (label: number) => {
    while (parents[label] !== label) {
      parents[label] = parents[parents[label]];
      label = parents[label];
    }
    return label;
  };
  for (let index = 0; index < mask.length; index++) {
    if (!mask[index]) continue;
    const left = index % width > 0 ? labels[index - 1] : 0;
    const above = index >= width ? labels[index - width] : 0;
    if (left && above) {
      const a = root(left);
      const b = root(above);
      labels[index] = Math.min(a, b);
      parents[Math.max(a, b)] = Math.min(a, b);
    } else if (left || above) {
      labels[index] = left || above;
    } else {
      labels[index] = parents.push(parents.length) - 1;
    }
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
