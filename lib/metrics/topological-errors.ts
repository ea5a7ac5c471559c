import { connectedComponents } from './components';
import type { PlaneConnectivity } from './connectivity';
import { PaddedMask } from './padded-mask';

/** How many places of each kind there are where a prediction has another topology than the truth. */
export interface TopologicalErrors {
  /** One object of the truth is several. */
  splits: number;
  /** Several objects of the truth are one. */
  mergers: number;
  /** An object that the truth lacks. */
  falseObjects: number;
  /** An object that only the truth has. */
  missedObjects: number;
  /** A hole in an object that the truth lacks. */
  falseHoles: number;
  /** A hole that only the truth has. */
  missedHoles: number;
  /** Borders elsewhere, which only a mask kept from being warped. */
  displacements: number;
}

type Kind = keyof TopologicalErrors;

/**
 * Classifies pixels by what flipping each of them alone would do to the objects and holes of an image, and counts
 * connected groups of pixels of one kind: objects as the foreground is connected, holes as the background, the others
 * by edges and corners. A pixel that would change both the objects and the holes counts for the objects.
 *
 * @param image the image in its present state
 * @param pixels non-zero for the pixels to classify, rows of `width`, without the image's frame
 * @param connectivity of the foreground; the background has the other one
 */
export function topologicalErrors(
  image: PaddedMask,
  pixels: Uint8Array,
  width: number,
  connectivity: PlaneConnectivity,
): TopologicalErrors {
  const other = connectivity === 4 ? 8 : 4;
  const objects = connectedComponents(image.values, image.width, connectivity).labels;
  const inverted = image.values.map((value) => 1 - value);
  const background = connectedComponents(inverted, image.width, other).labels;

  /** Different regions that touch the pixel by an edge, or by an edge or corner. */
  const regionsAround = (labels: Int32Array, at: number, of: PlaneConnectivity) => {
    const offsets = image.neighbours.filter((_, position) => of === 8 || position % 2 === 0);
    return new Set(offsets.map((offset) => labels[at + offset]).filter((label) => label > 0)).size;
  };
  const kindOf = (at: number): Kind => {
    const change = image.eulerChange(at);
    if (image.values[at] === 0) {
      const moreObjects = 1 - regionsAround(objects, at, connectivity);
      if (moreObjects !== 0) return moreObjects > 0 ? 'falseObjects' : 'mergers';
      return change === 0 ? 'displacements' : change > 0 ? 'missedHoles' : 'falseHoles';
    }
    const moreHoles = 1 - regionsAround(background, at, other);
    const moreObjects = moreHoles - change;
    if (moreObjects !== 0) return moreObjects > 0 ? 'splits' : 'missedObjects';
    return moreHoles === 0 ? 'displacements' : moreHoles > 0 ? 'falseHoles' : 'missedHoles';
  };

  const groups = new Map<Kind, Uint8Array>();
  pixels.forEach((chosen, index) => {
    if (!chosen) return;
    const kind = kindOf(image.at(index));
    const group = groups.get(kind) ?? new Uint8Array(pixels.length);
    group[index] = 1;
    groups.set(kind, group);
  });
  const count = (kind: Kind, grouping: PlaneConnectivity) => {
    const group = groups.get(kind);
    return group ? connectedComponents(group, width, grouping).count : 0;
  };
  return {
    splits: count('splits', 8),
    mergers: count('mergers', 8),
    falseObjects: count('falseObjects', connectivity),
    missedObjects: count('missedObjects', connectivity),
    falseHoles: count('falseHoles', other),
    missedHoles: count('missedHoles', other),
    displacements: count('displacements', 8),
  };
}
