/** What the threads of the bench of batches do to each image. */
import type { Sample } from '../../lib/datasets/sample';
import { seededRandom } from '../../lib/runtime/seed';

import { elasticDisplacement, movementMap, warpSample } from '../../lib/transforms/spatial/spatial';

export function augment(sample: Sample, seed: number): Sample {
  const random = seededRandom(seed);
  const { shape } = sample.image;
  const affine = movementMap(shape, { rotation: 30 * random() - 15, scaling: 0.9 + 0.2 * random() });
  const displacement = elasticDisplacement(shape, { kind: 'grid', points: 3, sigma: 10 }, random);
  const { image, mask } = warpSample(sample, { affine, displacement }, { image: { order: 3 } });
  return { image, mask: mask! };
}
