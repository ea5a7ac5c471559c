import type { Volume } from '../../io/image';
import { seededRandom } from '../../runtime/seed';
import { addNoise, grain } from '../em/noise';
import { mixSeeds } from '../hash';
import { tissueAt, type Mixture } from './brain-tissue';
import { between, requireSize, toByte } from './field';

/** What the voxels of the synthetic brain are; the number is the label. `loadBrain3d` has the same groups. */
export const BRAIN_CLASSES = [
  'background',
  'white matter',
  'cortex',
  'ventricles and fluid',
  'deep grey matter',
  'cerebellum',
  'brain stem',
] as const;

export interface SyntheticBrainOptions {
  /** Side of the cubic volume in voxels; 96 by default. The head is 192 mm in each direction whatever the size. */
  size?: number;
  /** Non-negative integer; 0 by default: another person. */
  seed?: number;
}

export interface SyntheticBrain {
  /** T1-weighted brightness, 0 outside the brain, white matter about 110 as FreeSurfer scales it. */
  image: Volume<Uint8Array>;
  /** Same grid: the indices of `classes`. */
  labels: Volume<Uint8Array>;
  classes: typeof BRAIN_CLASSES;
}

const FIELD_OF_VIEW = 192;
/** Brightness of each class in a T1-weighted image, as FreeSurfer scales it. */
const BRIGHTNESS = [0, 110, 74, 28, 88, 80, 100];

/**
 * A made-up T1-weighted MRI of a brain without its skull: folded cortex, white matter, ventricles, deep grey nuclei,
 * cerebellum, brain stem, uneven brightness and noise. Slices, rows and columns run as in FreeSurfer's volumes: to the
 * front, down and to the left. Same options, same bytes on every machine.
 *
 * @throws RangeError when the size is no integer from 16 to 256, or for a bad seed
 */
export function syntheticBrain(options: SyntheticBrainOptions = {}): SyntheticBrain {
  const { size = 96, seed = 0 } = options;
  requireSize('syntheticBrain', 'size', size, 16, 256);
  const random = seededRandom(seed);
  const stretch = [0, 1, 2].map(() => between(random, 0.93, 1.05));
  const area = size * size;
  const image = new Uint8Array(size * area);
  const labels = new Uint8Array(size * area);
  const step = 2 / size;
  const place = (index: number, axis: number) => ((index + 0.5) * step - 1) / stretch[axis];
  for (let slice = 0; slice < size; slice++) {
    const noise = fields(size, slice, seed);
    for (let at = 0; at < area; at++) {
      const x = place(at % size, 0) + 0.012 * noise.bendX[at];
      const y = place(slice, 1) + 0.02 * noise.bendY[at];
      const z = -place(Math.floor(at / size), 2) + 0.02 * noise.bendX[at];
      const shares = classShares(tissueAt(x, y, z, noise.fold[at], noise.fine[at], step));
      let value = 0;
      let best = 0;
      for (let label = 1; label < shares.length; label++) {
        value += shares[label] * BRIGHTNESS[label];
        if (shares[label] > shares[best]) best = label;
      }
      if (best === 0) continue;
      const bright = value * (1 + 0.05 * noise.bias[at] + 0.02 * noise.texture[at]);
      image[slice * area + at] = toByte(
        Math.max(bright + 3.5 * grain(at % size, Math.floor(at / size), slice, mixSeeds(seed, 20)), 1),
      );
      labels[slice * area + at] = best;
    }
  }
  const shape = [size, size, size] as const;
  const millimetres = FIELD_OF_VIEW / size;
  const half = ((size - 1) / 2) * millimetres;
  const affine = [0, 0, -millimetres, half, millimetres, 0, 0, -half, 0, -millimetres, 0, half, 0, 0, 0, 1];
  return {
    image: { data: image, shape, channels: 1, affine },
    labels: { data: labels, shape, channels: 1, affine },
    classes: BRAIN_CLASSES,
  };
}

/** In the order of `BRAIN_CLASSES`. */
function classShares({ fluid, cortex, white, deep, cerebellum, stem }: Mixture): number[] {
  const inside = fluid + cortex + white + deep + cerebellum + stem;
  return [1 - inside, white, cortex, fluid, deep, cerebellum, stem];
}

/** Smooth noise of one slice, each of standard deviation 1. */
function fields(size: number, slice: number, seed: number) {
  const field = (stream: number, scale: number) => {
    const values = new Float32Array(size * size);
    const width = scale * size;
    addNoise(values, size, slice, { scale: width, depth: width, amplitude: 1, seed: mixSeeds(seed, stream) });
    return values;
  };
  return {
    fold: field(1, 0.042),
    fine: field(2, 0.022),
    bendX: field(3, 0.16),
    bendY: field(4, 0.16),
    bias: field(5, 0.5),
    texture: field(6, 0.03),
  };
}
