import type { BasicUNetOptions } from '../nn/models/basic-unet';
import { tf } from '../runtime';
import { Case, defineCase, mustEqual } from './case';
import { noise, trainableParameters } from './probe';

/** The class of exercise 8.3. */
export interface UNetModel {
  BasicUNet: new (options?: BasicUNetOptions) => tf.LayersModel;
}

const equal = defineCase<UNetModel, unknown>;

export const modelCases: Case<UNetModel>[] = [
  equal({
    title: 'BasicUNet has 1,864,641 trainable parameters for one channel, base 64 and two blocks',
    run: ({ BasicUNet }) => trainableParameters(new BasicUNet({ inputChannels: 1 })),
    judge: mustEqual(1_864_641, 'Compare model.summary() with the table above, layer by layer.'),
  }),
  equal({
    title: 'It takes images of any size that two poolings divide',
    run({ BasicUNet }) {
      const model = new BasicUNet({ inputChannels: 1, baseChannels: 4, numClasses: 3 });
      return [
        [16, 16],
        [20, 36],
      ].map(([height, width]) => (model.predict(noise([1, height, width, 1])) as tf.Tensor).shape);
    },
    judge: mustEqual(
      [
        [1, 16, 16, 3],
        [1, 20, 36, 3],
      ],
      'Leave height and width open: tf.input({ shape: [null, null, inputChannels] }).',
    ),
  }),
  equal({
    title: 'Kernels start from He’s normal distribution by fan-out',
    run({ BasicUNet }) {
      const model = new BasicUNet({ inputChannels: 1, baseChannels: 32 });
      const kernels = model.weights.filter(
        ({ shape }) => shape.length === 4 && shape[0] === 3 && shape[3]! >= 64,
      );
      const ratios = kernels.map((kernel) => {
        const value = kernel.read();
        const fanOut = 9 * value.shape[3]!;
        return Math.sqrt(value.square().mean().dataSync()[0] / (2 / fanOut));
      });
      return ratios.length > 0 && ratios.every((ratio) => Math.abs(ratio - 1) < 0.05);
    },
    judge: mustEqual(
      true,
      'Standard deviation √(2 / fanOut), fanOut = kernel area × output channels, not clipped.',
    ),
  }),
  equal({
    title: 'A point in the image reaches the logits around it, and only those',
    run({ BasicUNet }) {
      const options = { inputChannels: 1, baseChannels: 8, normalization: 'none' } as const;
      const model = new BasicUNet(options);
      const size = 96;
      const point = tf.oneHot(tf.tensor1d([size / 2], 'int32'), size).toFloat();
      const impulse = point.reshape([1, size, 1, 1]).mul(point.reshape([1, 1, size, 1]));
      const answer = (model.predict(impulse) as tf.Tensor).sub(
        model.predict(tf.zerosLike(impulse)) as tf.Tensor,
      );
      const rows = answer.abs().max([0, 2, 3]).dataSync();
      // Rounding reaches further: fast convolutions compute tiles of pixels at once.
      const least = 1e-5 * Math.max(...rows);
      const reach = [...rows.keys()]
        .filter((row) => rows[row] > least)
        .map((row) => Math.abs(row - size / 2));
      return { reaches: Math.max(...reach) >= 12, within: Math.max(...reach) <= 24 };
    },
    judge: mustEqual(
      { reaches: true, within: true },
      'Too short: the bottleneck is not reached. Too far: there is more pooling than numBlocks says.',
    ),
  }),
  equal({
    title: 'The gradient reaches every weight',
    run({ BasicUNet }) {
      const model = new BasicUNet({ inputChannels: 1, baseChannels: 8 });
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const { grads } = tf.variableGrads(
        () =>
          (model.apply(noise([2, 16, 16, 1]), { training: true }) as tf.Tensor).square().mean() as tf.Scalar,
        variables,
      );
      const kernels = Object.entries(grads).filter(([, gradient]) => gradient.rank === 4);
      return kernels
        .filter(([, gradient]) => !(gradient.abs().max().dataSync()[0] > 0))
        .map(([name]) => name);
    },
    judge: mustEqual(
      [],
      'These kernels learn nothing: their block is built but not on the way from image to logits.',
    ),
  }),
];
