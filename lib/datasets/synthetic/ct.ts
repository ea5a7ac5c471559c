import type { Volume } from '../../io/image';
import { seededRandom } from '../../runtime/seed';
import { addNoise, grain } from '../em/noise';
import { mixSeeds } from '../hash';
import { chest, CT_CLASSES, HALF_WIDTH, HEIGHT } from './ct-anatomy';
import { drawSolids, type CtGrid } from './ct-render';
import { blurred, requireSamples, requireSize } from './field';
import { metalStreaks } from './ct-streaks';

export interface SyntheticCtOptions {
  /** Axial slices through 240 mm of the chest; 48 by default. */
  slices?: number;
  /** Side of the square slices in pixels; 256 by default. */
  size?: number;
  /** Two surgical clips with streaks; false by default. */
  metal?: boolean;
  /** Standard deviation of the noise in Hounsfield units at the edge of the body; 12 by default, more inside. */
  noise?: number;
  /** Non-negative integer; 0 by default: another patient. */
  seed?: number;
}

export interface SyntheticCt {
  /** Hounsfield units −1024 … 3071. Slices from feet to head, rows to the back, columns to the left. */
  volume: Volume<Int16Array>;
  /** Same grid: the indices of `classes`. */
  labels: Volume<Uint8Array>;
  classes: typeof CT_CLASSES;
  /** z of each slice in mm, as in a DICOM series. */
  slicePositions: number[];
}

/**
 * A made-up chest CT in Hounsfield units: fat, muscle, lungs with vessels, heart, great vessels, liver, ribs, spine, table,
 * a nodule in a lung, and on request metal. Same options, same bytes on every machine.
 *
 * @throws RangeError when a number is out of range
 */
export function syntheticCt(options: SyntheticCtOptions = {}): SyntheticCt {
  const { slices = 48, size = 256, metal = false, noise = 12, seed = 0 } = options;
  requireSize('syntheticCt', 'slices', slices, 1, 1024);
  requireSize('syntheticCt', 'size', size, 32, 1024);
  requireSamples('syntheticCt', slices * size * size);
  if (!(noise >= 0 && noise <= 500)) {
    throw new RangeError(`syntheticCt: got noise ${noise}; expected Hounsfield units from 0 to 500`);
  }
  const grid: CtGrid = {
    depth: slices,
    height: size,
    width: size,
    thickness: HEIGHT / slices,
    pixel: (2 * HALF_WIDTH + 30) / size,
  };
  const solids = chest(seededRandom(seed), metal);
  const { hu, labels } = drawSolids(solids, grid);
  drawTable(hu, labels, grid);
  const area = size * size;
  const data = new Int16Array(hu.length);
  for (let slice = 0; slice < slices; slice++) {
    const plane = hu.subarray(slice * area, (slice + 1) * area);
    textured(plane, slice, grid, mixSeeds(seed, 1));
    if (metal)
      metalStreaks(plane, labels.subarray(slice * area, (slice + 1) * area), size, mixSeeds(seed, 2));
    const grains = scannerNoise(plane, slice, grid, noise, mixSeeds(seed, 3));
    for (let at = 0; at < area; at++) {
      const value = Math.min(Math.max(Math.floor(plane[at] + grains[at] + 0.5), -1024), 3071);
      data[slice * area + at] = value;
    }
  }
  const shape = [slices, size, size] as const;
  const half = ((size - 1) / 2) * grid.pixel;
  // RAS: columns run to the left and rows to the back, against x and y.
  const affine = [0, 0, -grid.pixel, half, 0, -grid.pixel, 0, half, grid.thickness, 0, 0, 0, 0, 0, 0, 1];
  return {
    volume: { data, shape, channels: 1, affine },
    labels: { data: labels, shape, channels: 1, affine },
    classes: CT_CLASSES,
    slicePositions: Array.from({ length: slices }, (_, slice) => slice * grid.thickness),
  };
}

/** A curved board under the back, in the air around the body. */
function drawTable(hu: Float32Array, labels: Uint8Array, { depth, height, width, pixel }: CtGrid): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = (column - (width - 1) / 2) * pixel;
      const y = (row - (height - 1) / 2) * pixel;
      const off = y - (124 - (x * x) / 900);
      if (off < 0 || off > 14) continue;
      const value = off < 3 || off > 11 ? -180 : -930;
      for (let slice = 0; slice < depth; slice++) {
        const at = (slice * height + row) * width + column;
        if (labels[at] === 0 && hu[at] < -900) hu[at] = value;
      }
    }
  }
}

/** Tissue is never of one value: fat between muscles, lobules of the lungs. */
function textured(
  plane: Float32Array,
  slice: number,
  { width, pixel, thickness }: CtGrid,
  seed: number,
): void {
  const field = new Float32Array(plane.length);
  const depth = Math.max(18 / thickness, 1);
  addNoise(field, width, slice, { scale: 26 / pixel, depth, amplitude: 9, seed });
  addNoise(field, width, slice, {
    scale: 7 / pixel,
    depth: Math.max(6 / thickness, 1),
    amplitude: 8,
    seed: seed + 1,
  });
  for (let at = 0; at < plane.length; at++) if (plane[at] > -950) plane[at] += field[at];
}

/** Grains two pixels wide, stronger where the rays cross more of the body. */
function scannerNoise(
  plane: Float32Array,
  slice: number,
  { height, width }: CtGrid,
  amplitude: number,
  seed: number,
): Float32Array {
  const white = Float32Array.from(plane, (_, at) => grain(at % width, Math.floor(at / width), slice, seed));
  const smooth = blurred(white, height, width, 1);
  const middle = (width - 1) / 2;
  // Three passes over 3 × 3 leave 0.28 of the standard deviation.
  return smooth.map((value, at) => {
    const x = (at % width) - middle;
    const y = Math.floor(at / width) - middle;
    const towardsRim = (x * x + y * y) / (middle * middle);
    return (value / 0.28) * amplitude * (1 + 0.7 * Math.max(1 - 1.6 * towardsRim, 0));
  });
}
