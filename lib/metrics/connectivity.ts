/**
 * Which elements of a grid are connected. In the plane: 4 those that share an edge, 8 also those that share a corner. In
 * space: 6 those that share a face, 18 also those that share an edge, 26 also those that share a corner.
 */
export type Connectivity = PlaneConnectivity | SpaceConnectivity;
export type PlaneConnectivity = 4 | 8;
export type SpaceConnectivity = 6 | 18 | 26;

const NAMES = {
  2: '4 (edges) or 8 (edges and corners)',
  3: '6 (faces), 18 (faces and edges) or 26 (faces, edges and corners)',
};
const STEPS: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  2: { 4: 1, 8: 2 },
  3: { 6: 1, 18: 2, 26: 3 },
};

/**
 * Along how many axes a neighbour may differ, 1 at least: the connectivity of `scipy.ndimage.generate_binary_structure`.
 *
 * @param connectivity default: neighbours along one axis, 4 or 6
 * @throws RangeError for other than 2 or 3 axes, and a connectivity that they do not have
 */
export function stepsOf(owner: string, shape: readonly number[], connectivity?: Connectivity): number {
  const axes = shape.length;
  if (axes !== 2 && axes !== 3) {
    throw new RangeError(
      `${owner}: got shape [${shape.join(', ')}]; expected [height, width] or [depth, height, width]`,
    );
  }
  if (connectivity === undefined) return 1;
  const steps = STEPS[axes][connectivity];
  if (steps === undefined) {
    throw new RangeError(`${owner}: got connectivity ${connectivity}; expected ${NAMES[axes]}`);
  }
  return steps;
}

/**
 * The neighbours of an element as steps along each axis, nearest first and then in scan order; as scikit-image visits them.
 *
 * @param steps along how many axes a neighbour may differ
 */
export function neighbourSteps(axes: number, steps: number): number[][] {
  let all: number[][] = [[]];
  for (let axis = 0; axis < axes; axis++) {
    all = all.flatMap((step) => [-1, 0, 1].map((along) => [...step, along]));
  }
  const distance = (step: readonly number[]) => step.filter((along) => along !== 0).length;
  return all
    .filter((step) => distance(step) > 0 && distance(step) <= steps)
    .sort((a, b) => distance(a) - distance(b));
}
