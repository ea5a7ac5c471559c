import { tf } from '../../../lib/runtime';
import { assertGradient, assertNoLeak, weigh } from '../../gradients';

type Tensor4D = import('@tensorflow/tfjs-core').Tensor4D;
type Tensor2D = import('@tensorflow/tfjs-core').Tensor2D;
type Tensor = import('@tensorflow/tfjs-core').Tensor;

describe('gradient of cropAndResize', () => {
  // No sample lies on a pixel's centre, where the derivative in the boxes jumps; one box leaves the image.
  const corners = [
    [0.11, 0.23, 0.83, 0.97],
    [0.52, 0.13, 0.07, 0.91],
    [-0.33, 0.05, 0.61, 1.32],
  ];
  const owners = [0, 1, 0];

  for (const method of ['bilinear', 'nearest'] as const) {
    for (const size of [
      [3, 2],
      [1, 4],
    ] as [number, number][]) {
      it(`${method}, ${size}: in the image`, () => {
        assertNoLeak(() =>
          tf.tidy(() => {
            const image = tf.randomNormal<tf.Rank.R4>([2, 4, 5, 2], 0, 1, 'float32', 1);
            const [boxes, boxInd] = [tf.tensor2d(corners), tf.tensor1d(owners, 'int32')];
            const crop = (v: Tensor): Tensor =>
              tf.image.cropAndResize(v as Tensor4D, boxes, boxInd, size, method, 0.5);
            assertGradient((v) => weigh(crop(v)), image, { step: 0.5, tolerance: 1e-3 });
          }),
        );
      });
    }
  }

  it('bilinear: in the boxes', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const image = tf.randomNormal<tf.Rank.R4>([2, 4, 5, 2], 0, 1, 'float32', 1);
        const boxInd = tf.tensor1d(owners, 'int32');
        const crop = (v: Tensor): Tensor =>
          tf.image.cropAndResize(image, v as Tensor2D, boxInd, [3, 2], 'bilinear');
        assertGradient((v) => weigh(crop(v)), tf.tensor2d(corners), { step: 1e-3, tolerance: 1e-2 });
      }),
    );
  });
});
