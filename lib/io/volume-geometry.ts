/** (i, j, k) → RAS, four rows of four, as (slice, row, column) → RAS, row by row: the first and third column change place. */
export function affineFromIjk(rows: readonly (readonly number[])[]): number[] {
  return rows.flatMap(([i, j, k, translation]) => [k, j, i, translation]);
}

/** The sine of the angle at which axes count as parallel. */
const PARALLEL = 1e-12;

/** An affine is of use where it is finite and gives every voxel a place of its own. */
export function isUsable(affine: readonly number[]): boolean {
  if (!affine.every(Number.isFinite)) return false;
  const { spacings, directions } = spatialAxes(affine);
  const apart = Math.abs(tripleProduct(directions));
  return spacings.every((spacing) => spacing > 0 && Number.isFinite(spacing)) && apart > PARALLEL;
}

/** Spacings in mm and unit vectors in RAS of the axes i, j, k: columns, rows, slices. */
export function spatialAxes(affine: readonly number[]): { spacings: number[]; directions: number[][] } {
  const columns = [2, 1, 0].map((axis) => [affine[axis], affine[4 + axis], affine[8 + axis]]);
  const spacings = columns.map((column) => Math.hypot(...column));
  const directions = columns.map((column, axis) => column.map((value) => value / spacings[axis]));
  return { spacings, directions };
}

/**
 * The orthogonal matrix next to a 3 × 3 (its polar factor, U Vᵀ of the singular value decomposition), by Newton's
 * iteration X ← (X + X⁻ᵀ) / 2 (Higham, "Computing the polar decomposition", 1986), which converges quadratically.
 */
export function orthogonal(matrix: number[][]): number[][] {
  let current = matrix;
  for (let step = 0; step < 100; step++) {
    const [a, b, c] = current;
    // The rows of X⁻ᵀ are the cross products of X's rows over its determinant.
    const crossed = [cross(b, c), cross(c, a), cross(a, b)];
    const determinant = tripleProduct(current);
    const next = current.map((row, i) => row.map((value, j) => (value + crossed[i][j] / determinant) / 2));
    const change = Math.max(
      ...next.flatMap((row, i) => row.map((value, j) => Math.abs(value - current[i][j]))),
    );
    current = next;
    if (!(change > 1e-15)) break;
  }
  return current;
}

/** x · (y × z): the volume of the box that three vectors span, negative where they are left-handed. */
export function tripleProduct([x, y, z]: readonly (readonly number[])[]): number {
  const [a, b, c] = cross(y, z);
  return x[0] * a + x[1] * b + x[2] * c;
}

const cross = ([a, b, c]: readonly number[], [d, e, f]: readonly number[]) => [
  b * f - c * e,
  c * d - a * f,
  a * e - b * d,
];
