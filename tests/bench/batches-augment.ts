/** What the threads of the bench of batches do to each image. */
import { compose } from '../../lib/transforms/pipeline';
import { randomMovement } from '../../lib/transforms/pipeline-transforms';

export const augment = compose([
  randomMovement({
    rotation: [-15, 15],
    scaling: [0.9, 1.1],
    elastic: { kind: 'grid', points: 3, sigma: 10 },
    order: 3,
  }),
]);
