/** Numbers in [0, 1) of a linear congruential generator: tests/goldens/surface_masks.py has the same. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (state >>> 16) / 2 ** 16;
  };
}

/** A union of ellipsoids, of which each element is flipped with probability `noise`; as in tests/goldens. */
export interface Blobs {
  shape: number[];
  seed: number;
  count?: number;
  noise?: number;
}

/** A mask by formula: `mask` in tests/goldens/surface_masks.py makes the same. */
export type MaskFormula = Blobs | { shape: number[]; value: 0 | 1 } | { shape: number[]; pixels: number[] };

/** Row-major 0/1 values: all one value, only the pixels of flat indices, or blobs. */
export function maskOf(formula: MaskFormula): Uint8Array {
  if ('seed' in formula) return blobs(formula);
  const mask = new Uint8Array(formula.shape.reduce((product, size) => product * size, 1));
  if ('value' in formula) return mask.fill(formula.value);
  for (const pixel of formula.pixels) mask[pixel] = 1;
  return mask;
}

/** Row-major 0/1 values of the mask, equal to those of `blobs` in tests/goldens/surface_masks.py. */
export function blobs({ shape, seed, count = 3, noise = 0 }: Blobs): Uint8Array {
  const next = stream(seed);
  const ellipsoids = Array.from({ length: count }, () =>
    shape.map((size) => ({ centre: next() * size, radius: (0.15 + 0.25 * next()) * size })),
  );
  const mask = new Uint8Array(shape.reduce((product, size) => product * size, 1));
  for (let index = 0; index < mask.length; index++) {
    const position = unravel(index, shape);
    const inside = ellipsoids.some((axes) => {
      let total = 0;
      axes.forEach(({ centre, radius }, axis) => {
        total += ((position[axis] - centre) / radius) * ((position[axis] - centre) / radius);
      });
      return total <= 1;
    });
    const flip = noise > 0 && next() < noise;
    mask[index] = inside !== flip ? 1 : 0;
  }
  return mask;
}

/** The coordinates of a flat row-major index. */
export function unravel(index: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position.unshift(index % shape[axis]);
    index = Math.floor(index / shape[axis]);
  }
  return position;
}
