import { between, randomDirection } from './field';

/** What the voxels of the phantom are; the number is the label. */
export const CT_CLASSES = [
  'air',
  'soft tissue',
  'lung',
  'bone',
  'heart and vessels',
  'liver',
  'lesion',
  'metal',
] as const;

/** Half the width, half the depth and the height of the chest that is shown, in mm. */
export const HALF_WIDTH = 165;
export const HALF_DEPTH = 112;
export const HEIGHT = 240;

/** x to the left of the patient, y to the back, z to the head, in mm from the middle of the lowest slice. */
export type Point = readonly [number, number, number];

/** A solid with one attenuation; later ones lie over earlier ones. */
export interface Solid {
  label: number;
  /** Hounsfield units. */
  hu: number;
  shape: Ellipsoid | Capsule;
  /** Where this is set, only what lies inside these labels is changed: vessels stay in lungs. */
  within?: readonly number[];
}

export interface Ellipsoid {
  kind: 'ellipsoid';
  centre: Point;
  radii: Point;
  /** Direction of the first radius in the plane of the slice: a unit vector. */
  turn?: readonly [number, number];
}

/** A rod with round ends. */
export interface Capsule {
  kind: 'capsule';
  from: Point;
  to: Point;
  radius: number;
}

const [, TISSUE, LUNG, BONE, HEART, LIVER, LESION, METAL] = CT_CLASSES.map((_, label) => label);

/** Every patient of a seed: sizes vary by some per cent, the lesion and the clips by place. */
export function chest(random: () => number, metal: boolean): Solid[] {
  const vary = (value: number, share = 0.06) => value * between(random, 1 - share, 1 + share);
  const wide = vary(HALF_WIDTH * 0.94, 0.04);
  const deep = vary(HALF_DEPTH * 0.94, 0.04);
  const ellipsoid = (label: number, hu: number, centre: Point, radii: Point): Solid => ({
    label,
    hu,
    shape: { kind: 'ellipsoid', centre, radii },
  });
  const lungs = [-1, 1].map((side): Solid => {
    // The heart lies left, and the liver lifts the right lung.
    const lift = side < 0 ? 26 : 8;
    const room: Point = [side < 0 ? vary(56) : vary(52), vary(80), vary(118)];
    return ellipsoid(LUNG, between(random, -870, -800), [side * 72, -4, 122 + lift], room);
  });
  const body = [
    ellipsoid(TISSUE, -100, [0, 0, 120], [wide, deep, 2000]),
    ellipsoid(TISSUE, 48, [0, 2, 120], [wide - vary(14), deep - vary(11), 2000]),
  ];
  const organs = [
    ellipsoid(LIVER, vary(62), [-58, -12, 0], [vary(84), vary(72), vary(58)]),
    ellipsoid(TISSUE, -70, [6, -12, 120], [26, 58, 105]),
    ellipsoid(HEART, vary(46), [30, -28, 82], [vary(52), vary(42), vary(46)]),
  ];
  return [
    ...body,
    ...lungs,
    ...lungVessels(random),
    ...organs,
    ...greatVessels(random),
    ...ribs(wide - 19, deep - 17, random),
    ...spine(random),
    ...lesions(random),
    ...(metal ? clips(random) : []),
  ];
}

function greatVessels(random: () => number): Solid[] {
  const blood = between(random, 42, 55);
  const rod = (from: Point, to: Point, radius: number): Solid => ({
    label: HEART,
    hu: blood,
    shape: { kind: 'capsule', from, to, radius },
  });
  return [
    // Descending aorta, arch, ascending aorta; superior vena cava; pulmonary artery.
    rod([20, 52, 0], [22, 48, 168], 12),
    rod([22, 48, 168], [-4, -18, 176], 12),
    rod([-4, -18, 176], [4, -26, 110], 14),
    rod([-28, -18, 120], [-26, -14, 235], 9),
    rod([-40, 0, 128], [44, -2, 134], 10),
    // The windpipe and the main bronchi are air.
    { label: 0, hu: -990, shape: { kind: 'capsule', from: [-2, 14, 150], to: [0, 22, 260], radius: 8 } },
    { label: 0, hu: -990, shape: { kind: 'capsule', from: [-2, 14, 150], to: [-38, 14, 126], radius: 6 } },
    { label: 0, hu: -990, shape: { kind: 'capsule', from: [-2, 14, 150], to: [36, 16, 122], radius: 5 } },
  ];
}

/** Trees that grow from each hilum and fork. */
function lungVessels(random: () => number): Solid[] {
  const solids: Solid[] = [];
  const grow = (from: Point, way: Point, radius: number, forks: number) => {
    const reach = radius * between(random, 7, 11);
    const to: Point = [from[0] + way[0] * reach, from[1] + way[1] * reach, from[2] + way[2] * reach];
    solids.push({
      label: LUNG,
      hu: between(random, -20, 40),
      shape: { kind: 'capsule', from, to, radius },
      within: [LUNG],
    });
    if (forks === 0) return;
    for (let branch = 0; branch < 2; branch++) {
      const aside = [0, 1, 2].map((axis) => way[axis] + 1.5 * (random() - 0.5));
      const length = Math.sqrt(aside[0] ** 2 + aside[1] ** 2 + aside[2] ** 2) + 1e-6;
      grow(to, [aside[0] / length, aside[1] / length, aside[2] / length], radius * 0.77, forks - 1);
    }
  };
  for (const side of [-1, 1]) {
    for (let trunk = 0; trunk < 7; trunk++) {
      const [y, z] = randomDirection(random);
      grow([side * 38, 6, 128], [side * 0.6, 0.8 * y, 0.8 * z], 4.2, 5);
    }
  }
  return solids;
}

/** Twelve pairs on the ellipse of the chest wall, falling from the spine to the front; shoulder blades above. */
function ribs(wide: number, deep: number, random: () => number): Solid[] {
  const solids: Solid[] = [];
  const steps = 14;
  for (let pair = 0; pair < 14; pair++) {
    const top = pair * 24 - 20 + between(random, -2, 2);
    for (const side of [-1, 1]) {
      const path = Array.from({ length: steps }, (_, step): Point => {
        // A rational parameter of the ellipse from the back (0, 1) to the front; no sine nor cosine is needed.
        const t = (0.16 + 2.6 * (step / (steps - 1))) * (0.5 + step / (steps - 1) / 2);
        const round = 1 + t * t;
        const squeeze = 1 - 0.12 * Math.max((top - 150) / 100, 0);
        return [
          (side * wide * squeeze * 2 * t) / round,
          (deep * (1 - t * t)) / round,
          top - 42 * (step / steps),
        ];
      });
      for (let step = 1; step < steps; step++) {
        const [from, to] = [path[step - 1], path[step]];
        const cartilage = step > steps - 3;
        solids.push(
          { label: BONE, hu: cartilage ? 120 : 420, shape: { kind: 'capsule', from, to, radius: 5.2 } },
          { label: BONE, hu: cartilage ? 110 : 210, shape: { kind: 'capsule', from, to, radius: 3 } },
        );
      }
    }
  }
  return solids;
}

function spine(random: () => number): Solid[] {
  const solids: Solid[] = [];
  const back = 66;
  for (let level = -1; level < 11; level++) {
    const z = level * 25 + 8;
    const body = (hu: number, less: number): Solid => ({
      label: BONE,
      hu,
      shape: { kind: 'ellipsoid', centre: [0, back, z], radii: [19 - less, 15 - less, 13.5 - less] },
    });
    const rod = (from: Point, to: Point, radius: number): Solid => ({
      label: BONE,
      hu: 360,
      shape: { kind: 'capsule', from, to, radius },
    });
    solids.push(body(450, 0), body(between(random, 150, 220), 2.6));
    for (const side of [-1, 1]) {
      solids.push(rod([side * 12, back + 10, z], [side * 13, back + 24, z - 2], 3.4));
      solids.push(rod([side * 13, back + 24, z - 2], [side * 36, back + 26, z], 3.6));
      solids.push(rod([side * 13, back + 24, z - 2], [0, back + 32, z - 4], 3));
    }
  }
  solids.push({
    label: BONE,
    hu: 260,
    shape: { kind: 'ellipsoid', centre: [0, -HALF_DEPTH + 27, 132], radii: [17, 5.5, 82] },
  });
  return solids;
}

/** One nodule in a lung, with a rough rim, and sometimes a smaller one in the liver. */
function lesions(random: () => number): Solid[] {
  const side = random() < 0.5 ? -1 : 1;
  const centre: Point = [side * between(random, 70, 92), between(random, -24, 38), between(random, 115, 180)];
  const radius = between(random, 7, 15);
  const hu = between(random, 10, 60);
  const solids: Solid[] = [];
  for (let bump = 0; bump < 7; bump++) {
    const [x, y] = randomDirection(random);
    const off = bump === 0 ? 0 : radius * between(random, 0.3, 0.75);
    const size = bump === 0 ? radius : radius * between(random, 0.3, 0.6);
    solids.push({
      label: LESION,
      hu,
      shape: {
        kind: 'ellipsoid',
        centre: [centre[0] + off * x, centre[1] + off * y, centre[2] + off * between(random, -0.6, 0.6)],
        radii: [size, size * 0.92, size * 1.05],
      },
    });
  }
  if (random() < 0.5) {
    solids.push({
      label: LESION,
      hu: between(random, 12, 28),
      shape: {
        kind: 'ellipsoid',
        centre: [between(random, -100, -50), between(random, -30, 25), between(random, 6, 26)],
        radii: [9, 8, 8],
      },
      within: [LIVER],
    });
  }
  return solids;
}

/** Two surgical clips at one height, which streaks join. */
function clips(random: () => number): Solid[] {
  const z = between(random, 90, 150);
  const clip = (x: number, y: number): Solid => ({
    label: METAL,
    hu: 6000,
    shape: { kind: 'capsule', from: [x, y, z - 9], to: [x + 3, y + 2, z + 9], radius: 4 },
  });
  return [
    clip(between(random, -46, -30), between(random, -30, 10)),
    clip(between(random, 34, 56), between(random, -8, 22)),
  ];
}
