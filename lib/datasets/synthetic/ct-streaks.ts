import { hash } from '../hash';
import { CT_CLASSES } from './ct-anatomy';

const METAL = CT_CLASSES.indexOf('metal');
/** Rays for each quarter of the circle between which streaks are interpolated. */
const RAYS = 64;

/**
 * Adds what beam hardening and photon starvation leave around metal: streaks in all directions from each piece, and a dark
 * band between two pieces. A picture of the effect, not a projection of the scanner.
 */
export function metalStreaks(plane: Float32Array, labels: Uint8Array, size: number, seed: number): void {
  const pieces = metalPieces(labels, size);
  pieces.forEach(({ x, y, pixels }, index) => {
    const strength = Math.min(40 * Math.sqrt(pixels), 420);
    for (let row = 0, at = 0; row < size; row++) {
      for (let column = 0; column < size; column++, at++) {
        if (labels[at] === METAL) continue;
        const [dx, dy] = [column - x, row - y];
        const far = Math.abs(dx) + Math.abs(dy) + 1;
        const fade = 1 / (1 + (8 * far) / size);
        plane[at] += strength * fade * fade * ray(dx, dy, far, seed + index);
      }
    }
  });
  for (let first = 0; first < pieces.length; first++) {
    for (let second = first + 1; second < pieces.length; second++) {
      darkBand(plane, labels, size, pieces[first], pieces[second]);
    }
  }
}

interface Piece {
  x: number;
  y: number;
  pixels: number;
}

/** Centres of the metal left and right of the middle. */
function metalPieces(labels: Uint8Array, size: number): Piece[] {
  const halves = [0, 1].map(() => ({ x: 0, y: 0, pixels: 0 }));
  labels.forEach((label, at) => {
    if (label !== METAL) return;
    const half = halves[at % size < size / 2 ? 0 : 1];
    half.x += at % size;
    half.y += Math.floor(at / size);
    half.pixels++;
  });
  return halves
    .filter(({ pixels }) => pixels > 0)
    .map(({ x, y, pixels }) => ({ x: x / pixels, y: y / pixels, pixels }));
}

/** A value in [−1, 1] for a direction, smooth from ray to ray; the direction is a place on the square |x| + |y| = 1. */
function ray(dx: number, dy: number, far: number, seed: number): number {
  const quarter = (dx >= 0 ? 0 : 2) + (dy >= 0 ? 0 : 1);
  const place = (Math.abs(dy) / far) * RAYS;
  const first = Math.floor(place);
  const t = place - first;
  const at = (index: number) => {
    // The quarters meet on the axes, where both must have one value.
    const corner = index === 0 ? 8 + (dx >= 0 ? 0 : 1) : index === RAYS ? 10 + (dy >= 0 ? 0 : 1) : quarter;
    return hash(index, corner, 0, seed) / 2 ** 31 - 1;
  };
  const value = at(first) * (1 - t) + at(Math.min(first + 1, RAYS)) * t;
  return value * Math.abs(value);
}

function darkBand(plane: Float32Array, labels: Uint8Array, size: number, from: Piece, to: Piece): void {
  const [vx, vy] = [to.x - from.x, to.y - from.y];
  const squared = vx * vx + vy * vy;
  if (squared === 0) return;
  const width = 0.02 * size;
  for (let at = 0; at < plane.length; at++) {
    if (labels[at] === METAL) continue;
    const [dx, dy] = [(at % size) - from.x, Math.floor(at / size) - from.y];
    const along = (dx * vx + dy * vy) / squared;
    if (along <= 0 || along >= 1) continue;
    const off = Math.abs(dx * vy - dy * vx) / Math.sqrt(squared);
    plane[at] -= 260 * Math.max(1 - off / width, 0);
  }
}
