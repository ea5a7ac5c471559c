import type { Vector } from './header';
import { nameSlice, nameSlices, type DicomSlice } from './slices';

/** Slices nearer than this, in mm, are at the same place. */
const SAME_PLACE = 1e-3;
/** Cosines of one orientation differ by less. */
const SAME_DIRECTION = 1e-3;
/** Steps that lean more from the slices' normal, in degrees, are told: a tilted gantry. */
const TILT = 0.1;

export interface SlicePile {
  /** In ascending order along the normal. */
  slices: DicomSlice[];
  /** As `Volume.affine`: RAS. */
  affine: number[];
  /** Groups of slices at one place. */
  duplicates: DicomSlice[][];
  /** Missing slices, uneven distances and shifts: what makes the affine wrong for some. */
  gaps: string[];
  /** Degrees between the direction of the pile and the slices' normal. */
  tilt: number;
}

/** Slices in the order of their places along the normal, first the lowest. */
export function sortSlices(slices: readonly DicomSlice[]): DicomSlice[] {
  const normal = normalOf(slices[0]);
  return [...slices].sort((a, b) => dot(a.position, normal) - dot(b.position, normal));
}

/** Those of sorted slices that are at the same place, in groups of two or more. */
export function duplicatesOf(sorted: readonly DicomSlice[]): DicomSlice[][] {
  const normal = normalOf(sorted[0]);
  const groups: DicomSlice[][] = [];
  for (const slice of sorted) {
    const previous = groups.at(-1)?.[0];
    const near = previous && dot(subtract(slice.position, previous.position), normal) < SAME_PLACE;
    if (near) groups.at(-1)!.push(slice);
    else groups.push([slice]);
  }
  return groups.filter((group) => group.length > 1);
}

/**
 * Where the voxels of a pile of slices are: rows and columns by spacing and orientation, slices by the mean step from the
 * first position to the last, which also holds the shear of a tilted gantry. Source: DICOM PS3.3 C.7.6.2.1.1.
 */
export function pileAffine(sorted: readonly DicomSlice[]): { affine: number[]; tilt: number } {
  const [first] = sorted;
  const last = sorted[sorted.length - 1];
  const { orientation, pixelSpacing, position } = first;
  const normal = normalOf(first);
  const along = orientation.slice(0, 3).map((cosine) => cosine * pixelSpacing[1]);
  const down = orientation.slice(3).map((cosine) => cosine * pixelSpacing[0]);
  const step =
    sorted.length > 1
      ? subtract(last.position, position).map((value) => value / (sorted.length - 1))
      : normal.map((value) => value * thickness(first));
  const lean = dot(step, normal) / Math.hypot(...step);
  const tilt = (Math.acos(Math.min(1, lean)) * 180) / Math.PI;
  // DICOM's x and y grow to the left and to the back.
  const rows = [-1, -1, 1].flatMap((sign, axis) =>
    [step[axis], down[axis], along[axis], position[axis]].map((value) => sign * value + 0),
  );
  return { affine: [...rows, 0, 0, 0, 1], tilt: tilt > TILT ? tilt : 0 };
}

/** What is uneven about sorted slices, with the slices named. */
export function gapsOf(sorted: readonly DicomSlice[]): string[] {
  if (sorted.length < 3) return [];
  const normal = normalOf(sorted[0]);
  const steps = sorted
    .slice(1)
    .map((slice, index) => dot(subtract(slice.position, sorted[index].position), normal));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)];
  // Positions are often rounded to 0.1 mm.
  const tolerance = Math.max(0.05 * usual, Math.min(0.11, 0.25 * usual));
  const gaps = steps.flatMap((step, index) => {
    if (Math.abs(step - usual) <= tolerance) return [];
    const between = `between ${nameSlice(sorted[index])} and ${nameSlice(sorted[index + 1])}`;
    const missing = Math.round(step / usual) - 1;
    const whole = missing > 0 && Math.abs(step - (missing + 1) * usual) <= tolerance * (missing + 1);
    const distance = `${millimetres(step)} mm, elsewhere ${millimetres(usual)} mm`;
    return [whole ? `${missing} missing ${between} (${distance})` : `an uneven gap ${between} (${distance})`];
  });
  return [...gaps, ...shiftsOf(sorted, Math.max(tolerance, 0.1))];
}

/** Slices that lie beside the straight line from the first to the last. */
function shiftsOf(sorted: readonly DicomSlice[], tolerance: number): string[] {
  const normal = normalOf(sorted[0]);
  const first = sorted[0].position;
  const whole = subtract(sorted[sorted.length - 1].position, first);
  const height = dot(whole, normal);
  const shifted = sorted.filter(({ position }) => {
    const from = subtract(position, first);
    const part = dot(from, normal) / height;
    return Math.hypot(...from.map((value, axis) => value - part * whole[axis])) > tolerance;
  });
  return shifted.length > 0 ? [`slices beside the line of the others: ${nameSlices(shifted)}`] : [];
}

/** Slices that cannot be one volume with the first: of other size, spacing or orientation. */
export function unlikeFirst(slices: readonly DicomSlice[]): { what: string; slices: DicomSlice[] }[] {
  const groups = new Map<string, DicomSlice[]>();
  for (const slice of slices) {
    const key = [...groups.keys()].find((other) => alike(groups.get(other)![0], slice)) ?? describe(slice);
    groups.set(key, [...(groups.get(key) ?? []), slice]);
  }
  return [...groups].map(([what, members]) => ({ what, slices: members }));
}

function alike(a: DicomSlice, b: DicomSlice): boolean {
  const near = (x: readonly number[], y: readonly number[], tolerance: number) =>
    x.every((value, index) => Math.abs(value - y[index]) <= tolerance);
  return (
    a.rows === b.rows &&
    a.columns === b.columns &&
    near(a.orientation, b.orientation, SAME_DIRECTION) &&
    near(a.pixelSpacing, b.pixelSpacing, 1e-4 * a.pixelSpacing[0])
  );
}

function describe({ rows, columns, pixelSpacing, orientation }: DicomSlice): string {
  const cosines = orientation.map((cosine) => Number(cosine.toFixed(3))).join('\\');
  return `${rows} × ${columns} pixels of ${pixelSpacing.join(' × ')} mm, orientation ${cosines}`;
}

function thickness({ header: { dataSet, sliceThickness } }: DicomSlice): number {
  return dataSet.number('SpacingBetweenSlices') || sliceThickness || 1;
}

export function normalOf({ orientation: [a, b, c, d, e, f] }: DicomSlice): Vector {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const subtract = (a: Vector, b: Vector): number[] => a.map((value, axis) => value - b[axis]);
const millimetres = (value: number) => String(Number(value.toFixed(3)));
