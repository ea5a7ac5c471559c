/**
 * Checks that flat row-major values fill a grid.
 *
 * @param shape sizes of the axes, slowest first
 * @throws RangeError where a size is no positive integer or their product is not the number of values
 */
export function requireGrid(owner: string, values: ArrayLike<number>, shape: readonly number[]): void {
  const sizes = `[${shape.join(', ')}]`;
  if (shape.length === 0 || shape.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new RangeError(
      `${owner}: got shape ${sizes}; expected positive integers, slowest axis first, such as [height, width]`,
    );
  }
  const elements = elementsOf(shape);
  if (values.length !== elements) {
    throw new RangeError(
      `${owner}: got ${values.length} values for shape ${sizes}; expected ${elements}: pass the shape of the values`,
    );
  }
}

/**
 * The distance of neighbours along each axis: `spacing`, or 1 where there is none.
 *
 * @throws RangeError for another number of spacings than axes, and a spacing that is not positive and finite
 */
export function requireSpacing(
  owner: string,
  shape: readonly number[],
  spacing: readonly number[] | undefined,
): readonly number[] {
  if (spacing === undefined) return shape.map(() => 1);
  if (spacing.length !== shape.length || spacing.some((step) => !(step > 0 && step < Infinity))) {
    throw new RangeError(
      `${owner}: got spacing [${spacing.join(', ')}]; expected ${shape.length} positive numbers, one an axis of shape ` +
        `[${shape.join(', ')}], slowest first`,
    );
  }
  return spacing;
}

/** How many elements a grid has. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How far apart neighbours along each axis are in flat row-major values. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}
