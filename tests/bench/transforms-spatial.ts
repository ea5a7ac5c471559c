/**
 * Spatial transforms beside SciPy and scikit-image: elastic deformation, resampling to another spacing, rotation.
 *
 * npm run bench -- transforms-spatial [--rounds 3] [--runs 5] [--only elastic]
 */
import type { Image, Volume } from '../../lib/io/image';
import { seededRandom } from '../../lib/runtime/seed';
import { resampleToSpacing } from '../../lib/transforms/spatial/resample-spacing';
import { elasticDeform, rotate, type Elastic } from '../../lib/transforms/spatial/spatial';
import { beside, type Cases } from './beside';

const noise = (shape: readonly number[]): Image<Float32Array> => {
  const random = seededRandom(1);
  const count = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length: count }, random), shape, channels: 1 };
};

function cases(): Cases {
  const picture = noise([512, 512]);
  const mask = { ...picture, data: Uint8Array.from(picture.data, (value) => value * 4) };
  const shape = [128, 128, 128] as const;
  const volume: Volume<Float32Array> = {
    ...noise(shape),
    shape,
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  };
  const labels = { ...volume, data: Uint8Array.from(volume.data, (value) => value * 4) };
  const random = seededRandom(2);
  const elastic = (kind: Elastic) => () =>
    elasticDeform({ image: picture, mask }, kind, random, { image: { order: 3, border: 'mirror' } });
  const spacing = [1.25, 0.8, 0.8];
  return {
    'elastic, 3 × 3 grid: 512², order 3, and mask': elastic({ kind: 'grid', points: 3, sigma: 10 }),
    'elastic, smoothed by σ 10: 512², order 3, and mask': elastic({ kind: 'smooth', alpha: 300, sigma: 10 }),
    'resample 128³ to 102 × 160 × 160, order 3': () => resampleToSpacing(volume, spacing, { order: 3 }),
    'resample 128³ to 102 × 160 × 160, order 1': () => resampleToSpacing(volume, spacing, { order: 1 }),
    'rotate 512² by 33°, order 3': () => rotate(picture, 33, { order: 3 }),
    'rotate 512² by 33°, order 1': () => rotate(picture, 33, { order: 1 }),
    'rotate 128³ by 20° about each axis, order 3': () => rotate(volume, [20, 20, 20], { order: 3 }),
    'rotate 128³ by 20° about each axis, order 1': () => rotate(volume, [20, 20, 20], { order: 1 }),
    'rotate 128³ by 20° about each axis, order 0': () => rotate(labels, [20, 20, 20], { order: 0 }),
  };
}

beside({ file: __filename, peers: 'SciPy and scikit-image' }, cases);
