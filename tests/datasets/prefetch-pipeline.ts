/** Pipelines that the threads of prefetch.test.ts apply. */
import { compose } from '../../lib/transforms/pipeline';
import { randomFlip, randomMovement } from '../../lib/transforms/pipeline-transforms';

export const makePipeline = ({ degrees }: { degrees: number }) =>
  compose([randomFlip({ axes: [0, 1] }), randomMovement({ rotation: [-degrees, degrees] })]);

export const pipeline = makePipeline({ degrees: 90 });
