import { tf } from '../../lib/runtime';
import { assertGradient } from '../gradients';
import { LOSSES, lossInput, lossOf, type LossName } from './inputs';

/** What changes the way of the gradient, besides the defaults. */
const VARIANTS: [LossName, string, object][] = [
  ['binaryCrossEntropy', 'binary-2d', { positiveWeight: 4, labelSmoothing: 0.1 }],
  ['crossEntropy', 'classes-2d', { classWeights: [1, 2, 3], labelSmoothing: 0.1 }],
  ['diceLoss', 'empty-2d', { emptyMasks: 'background', squared: true }],
  ['focalTverskyLoss', 'binary-2d', { per: 'batch', gamma: 2 }],
  ['focalLoss', 'classes-2d', { alpha: 0.25, gamma: 0.5 }],
];

describe('gradients of the losses are their numeric ones', () => {
  const check = (name: LossName, input: string, options: object): void => {
    tf.tidy(() => {
      const { labels, logits } = lossInput(input);
      const corner = (x: typeof labels): typeof labels =>
        tf.slice(
          x,
          x.shape.map(() => 0),
          x.shape.map((size, axis) => (axis === 0 ? 2 : Math.min(size, 4))),
        );
      const [y, x] = [corner(labels), corner(logits)];
      // Times the elements, so that slopes are near 1 and the tolerance means something.
      assertGradient((moved) => tf.mul(lossOf(name, y, moved, options), x.size), x, {
        step: 5e-3,
        tolerance: 5e-3,
      });
    });
  };

  for (const name of Object.keys(LOSSES) as LossName[]) {
    it(`${name} of a sigmoid`, () => check(name, 'binary-2d', {}));
    if (name !== 'binaryCrossEntropy') it(`${name} of a softmax`, () => check(name, 'classes-2d', {}));
  }
  for (const [name, input, options] of VARIANTS) {
    it(`${name} of ${input} with ${JSON.stringify(options)}`, () => check(name, input, options));
  }
});
