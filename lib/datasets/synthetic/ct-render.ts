import type { Capsule, Ellipsoid, Point, Solid } from './ct-anatomy';
import { coverage } from './field';

/** The slices' grid: place of a voxel's centre in mm is `origin + index · spacing`, columns to the left. */
export interface CtGrid {
  depth: number;
  height: number;
  width: number;
  /** mm between slices and between pixels. */
  thickness: number;
  pixel: number;
}

export interface DrawnVolume {
  /** Hounsfield units. Shape: [depth * height * width] */
  hu: Float32Array;
  labels: Uint8Array;
}

/** Draws the solids one over the other; the voxels that a surface cuts take a share of both sides. */
export function drawSolids(solids: readonly Solid[], grid: CtGrid): DrawnVolume {
  const { depth, height, width } = grid;
  const volume = {
    hu: new Float32Array(depth * height * width).fill(-1000),
    labels: new Uint8Array(depth * height * width),
  };
  for (const solid of solids) drawSolid(solid, grid, volume);
  return volume;
}

function drawSolid(
  { shape, label, hu, within }: Solid,
  grid: CtGrid,
  { hu: values, labels }: DrawnVolume,
): void {
  const { depth, height, width, thickness, pixel } = grid;
  const distance = shape.kind === 'capsule' ? capsuleDistance(shape) : ellipsoidDistance(shape);
  const [low, high] = shape.kind === 'capsule' ? capsuleBox(shape) : ellipsoidBox(shape);
  const first = (from: number, step: number, centre: number) =>
    Math.max(Math.floor((from - pixel) / step + centre), 0);
  const last = (to: number, step: number, centre: number, count: number) =>
    Math.min(Math.ceil((to + pixel) / step + centre), count - 1);
  const middleColumn = (width - 1) / 2;
  const middleRow = (height - 1) / 2;
  const columns = [first(low[0], pixel, middleColumn), last(high[0], pixel, middleColumn, width)];
  const rows = [first(low[1], pixel, middleRow), last(high[1], pixel, middleRow, height)];
  for (let slice = first(low[2], thickness, 0); slice <= last(high[2], thickness, 0, depth); slice++) {
    for (let row = rows[0]; row <= rows[1]; row++) {
      for (let column = columns[0]; column <= columns[1]; column++) {
        const off = distance((column - middleColumn) * pixel, (row - middleRow) * pixel, slice * thickness);
        if (off > 0.5 * pixel) continue;
        const at = (slice * height + row) * width + column;
        if (within && !within.includes(labels[at])) continue;
        const share = coverage(off, pixel);
        values[at] += share * (hu - values[at]);
        if (share >= 0.5) labels[at] = label;
      }
    }
  }
}

type Distance = (x: number, y: number, z: number) => number;

/** Nearly mm from the surface: exact at the surface in direction, scaled by the mean radius elsewhere. */
function ellipsoidDistance({ centre, radii, turn = [1, 0] }: Ellipsoid): Distance {
  const [a, b, c] = radii.map((radius) => 1 / (radius * radius));
  return (x, y, z) => {
    const dx = (x - centre[0]) * turn[0] + (y - centre[1]) * turn[1];
    const dy = (y - centre[1]) * turn[0] - (x - centre[0]) * turn[1];
    const dz = z - centre[2];
    const squared = a * dx * dx + b * dy * dy + c * dz * dz;
    // (q − 1) / |∇q|: the distance to first order.
    const slope = Math.sqrt(a * a * dx * dx + b * b * dy * dy + c * c * dz * dz) + 1e-9;
    return (squared - 1) / (2 * slope);
  };
}

function capsuleDistance({ from, to, radius }: Capsule): Distance {
  const [vx, vy, vz] = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const squared = vx * vx + vy * vy + vz * vz + 1e-9;
  return (x, y, z) => {
    const [dx, dy, dz] = [x - from[0], y - from[1], z - from[2]];
    const along = Math.min(Math.max((dx * vx + dy * vy + dz * vz) / squared, 0), 1);
    const [ox, oy, oz] = [dx - along * vx, dy - along * vy, dz - along * vz];
    return Math.sqrt(ox * ox + oy * oy + oz * oz) - radius;
  };
}

function ellipsoidBox({ centre, radii, turn }: Ellipsoid): [Point, Point] {
  const across = turn ? Math.max(radii[0], radii[1]) : undefined;
  const [x, y, z] = [across ?? radii[0], across ?? radii[1], radii[2]];
  return [
    [centre[0] - x, centre[1] - y, centre[2] - z],
    [centre[0] + x, centre[1] + y, centre[2] + z],
  ];
}

function capsuleBox({ from, to, radius }: Capsule): [Point, Point] {
  const bound = (pick: (...values: number[]) => number, off: number) =>
    from.map((value, axis) => pick(value, to[axis]) + off) as unknown as Point;
  return [bound(Math.min, -radius), bound(Math.max, radius)];
}
