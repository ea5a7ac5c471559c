/**
 * The shape of a neighbourhood:
 * - `'ball'`: all elements within the radius, a disk in the plane (scikit-image's `disk`, `ball`);
 * - `'cross'`: all that `radius` steps along the axes reach (`diamond`, `octahedron`; radius 1: 4 or 6 neighbours);
 * - `'square'`: 2·radius + 1 elements along each axis, a cube in space (`footprint_rectangle`).
 */
export type ElementShape = 'ball' | 'cross' | 'square';

/** The elements of a neighbourhood in rows: at `offset` (along all axes but the last) from −`half` to `half`. */
export interface ElementRow {
  offset: readonly number[];
  half: number;
}

/**
 * The rows of a neighbourhood, shortest first.
 *
 * @param spacing distance of neighbours along each axis
 */
export function elementRows(element: ElementShape, radius: number, spacing: readonly number[]): ElementRow[] {
  // Sums of squares of decimal spacings are rounded: what lies on the sphere is inside.
  const limit = radius * (1 + 1e-9);
  const within: Record<ElementShape, (steps: readonly number[]) => boolean> = {
    ball: (steps) => Math.hypot(...steps.map((step, axis) => step * spacing[axis])) <= limit,
    cross: (steps) => steps.reduce((sum, step) => sum + Math.abs(step), 0) <= limit,
    square: (steps) => steps.every((step) => Math.abs(step) <= limit),
  };
  const reach = (axis: number) => Math.floor(limit / (element === 'ball' ? spacing[axis] : 1));
  let offsets: number[][] = [[]];
  for (let axis = 0; axis < spacing.length - 1; axis++) {
    const along = Array.from({ length: 2 * reach(axis) + 1 }, (_, at) => at - reach(axis));
    offsets = offsets.flatMap((offset) => along.map((step) => [...offset, step]));
  }
  return offsets
    .filter((offset) => within[element]([...offset, 0]))
    .map((offset) => {
      let half = 0;
      while (within[element]([...offset, half + 1])) half++;
      return { offset, half };
    })
    .sort((a, b) => a.half - b.half);
}
