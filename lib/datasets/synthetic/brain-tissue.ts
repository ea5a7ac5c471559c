import { coverage } from './field';

/**
 * Solids of the brain in coordinates that go from −1 to 1 in each direction of the head: x to the left, y to the front,
 * z to the top.
 */
export interface Lobe {
  centre: readonly [number, number, number];
  radii: readonly [number, number, number];
}

/** Mirrored: the right half is drawn with x changed in sign. */
export const CEREBRUM: Lobe = { centre: [0.12, 0.02, 0.12], radii: [0.58, 0.88, 0.64] };
export const TEMPORAL: Lobe = { centre: [0.42, 0.1, -0.28], radii: [0.25, 0.46, 0.24] };
export const CEREBELLUM: Lobe = { centre: [0.2, -0.52, -0.44], radii: [0.32, 0.27, 0.22] };
export const BRAIN_STEM: Lobe = { centre: [0, -0.2, -0.5], radii: [0.14, 0.14, 0.42] };
/** Front horn, body and back horn of the lateral ventricle. */
export const VENTRICLES: Lobe[] = [
  { centre: [0.09, 0.24, 0.17], radii: [0.06, 0.22, 0.1] },
  { centre: [0.11, -0.08, 0.21], radii: [0.055, 0.28, 0.075] },
  { centre: [0.22, -0.34, 0.05], radii: [0.06, 0.2, 0.09] },
];
export const THIRD_VENTRICLE: Lobe = { centre: [0, 0.0, -0.02], radii: [0.022, 0.13, 0.1] };
/** Thalamus, caudate, putamen with pallidum, hippocampus with amygdala. */
export const DEEP_GREY: Lobe[] = [
  { centre: [0.11, -0.07, 0.04], radii: [0.09, 0.15, 0.09] },
  { centre: [0.16, 0.22, 0.09], radii: [0.05, 0.16, 0.1] },
  { centre: [0.27, 0.13, 0.0], radii: [0.07, 0.19, 0.11] },
  { centre: [0.32, -0.02, -0.26], radii: [0.06, 0.2, 0.06] },
];
/** The bridge of white matter between the halves, over the ventricles. */
export const CORPUS_CALLOSUM: Lobe = { centre: [0, 0.02, 0.27], radii: [0.17, 0.38, 0.05] };

/** Nearly the distance from the surface in the units of the coordinates: negative inside. */
export function lobeDistance({ centre, radii }: Lobe, x: number, y: number, z: number): number {
  const dx = (x - centre[0]) / radii[0];
  const dy = (y - centre[1]) / radii[1];
  const dz = (z - centre[2]) / radii[2];
  const squared = dx * dx + dy * dy + dz * dz;
  const sx = dx / radii[0];
  const sy = dy / radii[1];
  const sz = dz / radii[2];
  return (squared - 1) / (2 * Math.sqrt(sx * sx + sy * sy + sz * sz) + 1e-9);
}

export function nearest(lobes: readonly Lobe[], x: number, y: number, z: number): number {
  let least = Infinity;
  for (const lobe of lobes) least = Math.min(least, lobeDistance(lobe, x, y, z));
  return least;
}

/** Shares of the tissues at one place; what is missing to 1 is outside the brain. */
export interface Mixture {
  fluid: number;
  cortex: number;
  white: number;
  deep: number;
  cerebellum: number;
  stem: number;
}

/** In the units of the coordinates: thickness of the cortex, depth of the folds, half the width of a sulcus, fluid outside. */
const CORTEX = 0.048;
const FOLDS = 0.25;
const SULCUS = 0.014;
const SHELL = 0.015;

/**
 * What lies at (x, y, z).
 *
 * @param fold smooth noise of standard deviation 1 whose zeros are the beds of the sulci
 * @param fine the same at the scale of the folia of the cerebellum
 * @param width of a voxel: the width of an edge
 */
export function tissueAt(
  x: number,
  y: number,
  z: number,
  fold: number,
  fine: number,
  width: number,
): Mixture {
  const side = Math.abs(x);
  // The fissure parts the halves down to the midbrain.
  const pial = Math.max(
    Math.min(lobeDistance(CEREBRUM, side, y, z), lobeDistance(TEMPORAL, side, y, z)),
    SULCUS - side,
  );
  const little = lobeDistance(CEREBELLUM, side, y, z);
  const stem = lobeDistance(BRAIN_STEM, x, y, z);
  const out: Mixture = { fluid: 0, cortex: 0, white: 0, deep: 0, cerebellum: 0, stem: 0 };
  const inHead = coverage(Math.min(pial, little, stem) - SHELL, width);
  if (inHead === 0) return out;

  // Sulci are walls around the zeros of the noise that end at the depth of the folds.
  const wall = Math.abs(fold) * 0.085 - SULCUS + Math.max(-pial - FOLDS, 0) * 1.5;
  const toFluid = Math.min(wall, -pial);
  const grey = coverage(-toFluid, width);
  const white = coverage(CORTEX - toFluid, width);
  const ventricle = coverage(
    Math.min(nearest(VENTRICLES, side, y, z), lobeDistance(THIRD_VENTRICLE, x, y, z)),
    width,
  );
  const deep = coverage(nearest(DEEP_GREY, side, y, z), width);
  const bridge = coverage(lobeDistance(CORPUS_CALLOSUM, x, y, z), width);
  const inStem = coverage(stem, width);
  // Folia: thin walls of fluid that are nearly level.
  const inLittle = coverage(
    Math.max(little, SULCUS - Math.abs(fine) * 0.05 - Math.max(-little - 0.1, 0)),
    width,
  );

  let left = inHead;
  const take = (share: number) => {
    const taken = left * share;
    left -= taken;
    return taken;
  };
  out.fluid = take(ventricle);
  out.deep = take(deep);
  out.white = take(bridge);
  out.stem = take(inStem);
  const cerebral = coverage(pial, width);
  out.white += take(cerebral * white);
  out.cortex = take(cerebral * grey);
  out.cerebellum = take(inLittle);
  out.fluid += left;
  return out;
}
