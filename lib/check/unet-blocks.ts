import type {
  BottleneckBlock,
  DownsamplingBlock,
  InputBlock,
  OutputBlock,
  UpsamplingBlock,
} from '../nn/blocks';
import type { FeatureMap } from '../nn/layers';
import { tf } from '../runtime';
import { Case, defineCase, mustEqual } from './case';
import {
  convolutionParameters,
  minimum,
  modelOf,
  noise,
  shapesOf,
  trainableParameters,
  upsamplingParameters,
} from './probe';

type Built<Block extends abstract new (...args: never[]) => { apply: unknown }> = new (
  ...args: ConstructorParameters<Block>
) => { apply: InstanceType<Block>['apply'] };

/** The classes of exercise 8.1. */
export interface UNetBlocks {
  InputBlock: Built<typeof InputBlock>;
  DownsamplingBlock: Built<typeof DownsamplingBlock>;
  BottleneckBlock: Built<typeof BottleneckBlock>;
  UpsamplingBlock: Built<typeof UpsamplingBlock>;
  OutputBlock: Built<typeof OutputBlock>;
}

const equal = defineCase<UNetBlocks, unknown>;

/** How far an output of a block follows its second input, the skip. */
function followsSkip(block: { apply(x: FeatureMap, skip: FeatureMap): FeatureMap }): boolean {
  const x = noise([1, 8, 8, 4]);
  const [one, other] = [tf.zeros([1, 8, 8, 4]), tf.ones([1, 8, 8, 4])].map((skip) => block.apply(x, skip));
  return (
    (one as tf.Tensor)
      .sub(other as tf.Tensor)
      .abs()
      .max()
      .dataSync()[0] > 1e-6
  );
}

export const blockCases: Case<UNetBlocks>[] = [
  equal({
    title: 'InputBlock keeps the size and gives output and skip',
    run({ InputBlock }) {
      const { output, skip } = new InputBlock({ inputChannels: 3, outputChannels: 8 }).apply(
        noise([2, 16, 24, 3]),
      );
      return shapesOf(output, skip);
    },
    judge: mustEqual(
      [
        [2, 16, 24, 8],
        [2, 16, 24, 8],
      ],
      "Each 3 × 3 convolution needs padding 'same', and the channels come last: [batch, height, width, channels].",
    ),
  }),
  equal({
    title: 'InputBlock has the parameters of two convolutions with batch normalisation',
    run: ({ InputBlock }) =>
      trainableParameters(
        modelOf(
          [[16, 16, 3]],
          (x) => new InputBlock({ inputChannels: 3, outputChannels: 8 }).apply(x).output,
        ),
      ),
    judge: mustEqual(
      convolutionParameters(3, 8),
      'Fewer: a convolution or its batch normalisation is missing. More: is the kernel 3 × 3?',
    ),
  }),
  equal({
    title: 'numConvolutions sets the number of convolutions',
    run: ({ InputBlock }) =>
      trainableParameters(
        modelOf(
          [[16, 16, 3]],
          (x) => new InputBlock({ inputChannels: 3, outputChannels: 8, numConvolutions: 3 }).apply(x).output,
        ),
      ),
    judge: mustEqual(
      convolutionParameters(3, 8, 3),
      'Build the convolutions in a loop over numConvolutions.',
    ),
  }),
  equal({
    title: 'InputBlock ends in ReLU',
    run: ({ InputBlock }) =>
      minimum(new InputBlock({ inputChannels: 4, outputChannels: 8 }).apply(noise([1, 8, 8, 4])).output),
    judge: mustEqual(
      0,
      'The order is convolution, batch normalisation, ReLU: nothing below 0 leaves the block.',
    ),
  }),
  equal({
    title: 'DownsamplingBlock halves the size; its skip has the new channels',
    run({ DownsamplingBlock }) {
      const block = new DownsamplingBlock({ inputChannels: 4, outputChannels: 8 });
      const { output, skip } = block.apply(noise([2, 16, 24, 4]));
      return shapesOf(output, skip);
    },
    judge: mustEqual(
      [
        [2, 8, 12, 8],
        [2, 8, 12, 8],
      ],
      'Pool first, then convolve; the skip leaves after the convolutions, before anything pools again.',
    ),
  }),
  equal({
    title: 'DownsamplingBlock pools by the maximum',
    run({ DownsamplingBlock }) {
      const block = new DownsamplingBlock({ inputChannels: 1, outputChannels: 2 });
      // Two images with the same maximum in every 2 × 2 window, but other values beside it.
      const peaks = tf.tidy(() =>
        tf
          .mod(tf.range(0, 64), 2)
          .reshape([1, 8, 8, 1])
          .mul(tf.mod(tf.floor(tf.div(tf.range(0, 64), 8)), 2).reshape([1, 8, 8, 1])),
      );
      const full = tf.ones([1, 8, 8, 1]);
      const [a, b] = [peaks, full].map((image) => block.apply(image).output as tf.Tensor);
      return a.sub(b).abs().max().dataSync()[0] < 1e-6;
    },
    judge: mustEqual(true, 'Use max-pooling 2 × 2, not average pooling and not a strided convolution.'),
  }),
  equal({
    title: 'BottleneckBlock comes back to the size it was given, with half its channels',
    run: ({ BottleneckBlock }) =>
      shapesOf(new BottleneckBlock({ inputChannels: 8, outputChannels: 16 }).apply(noise([2, 8, 12, 8]))),
    judge: mustEqual(
      [[2, 8, 12, 8]],
      'Pool, convolve to outputChannels, then upsample to outputChannels / 2.',
    ),
  }),
  equal({
    title: 'BottleneckBlock has the right parameters',
    run: ({ BottleneckBlock }) =>
      trainableParameters(
        modelOf([[8, 8, 8]], (x) => new BottleneckBlock({ inputChannels: 8, outputChannels: 16 }).apply(x)),
      ),
    judge: mustEqual(
      convolutionParameters(8, 16) + upsamplingParameters(16, 8),
      'The transposed convolution is 2 × 2 with stride 2, and batch normalisation follows it too.',
    ),
  }),
  equal({
    title: 'UpsamplingBlock doubles the size and halves the channels',
    run: ({ UpsamplingBlock }) =>
      shapesOf(
        new UpsamplingBlock({ inputChannels: 16, outputChannels: 8 }).apply(
          noise([2, 8, 12, 8]),
          noise([2, 8, 12, 8]),
        ),
      ),
    judge: mustEqual(
      [[2, 16, 24, 4]],
      'Concatenate, convolve to outputChannels, upsample to outputChannels / 2.',
    ),
  }),
  equal({
    title: 'UpsamplingBlock concatenates the skip on the channels',
    run: ({ UpsamplingBlock }) => ({
      parameters: trainableParameters(
        modelOf(
          [
            [8, 8, 8],
            [8, 8, 8],
          ],
          (x, skip) => new UpsamplingBlock({ inputChannels: 16, outputChannels: 8 }).apply(x, skip),
        ),
      ),
      followsSkip: followsSkip(new UpsamplingBlock({ inputChannels: 8, outputChannels: 4 })),
    }),
    judge: mustEqual(
      { parameters: convolutionParameters(16, 8) + upsamplingParameters(8, 4), followsSkip: true },
      'A U-Net concatenates (axis −1) where an FCN adds: the first convolution sees both halves.',
    ),
  }),
  equal({
    title: 'OutputBlock gives one logit for each class and pixel',
    run: ({ OutputBlock }) =>
      shapesOf(
        new OutputBlock({ inputChannels: 8, outputChannels: 4, numClasses: 3 }).apply(
          noise([2, 8, 12, 4]),
          noise([2, 8, 12, 4]),
        ),
      ),
    judge: mustEqual([[2, 8, 12, 3]], 'Concatenate, convolve, then a 1 × 1 convolution to numClasses.'),
  }),
  equal({
    title: 'OutputBlock ends without an activation',
    run({ OutputBlock }) {
      const block = new OutputBlock({ inputChannels: 8, outputChannels: 4, numClasses: 16 });
      const logits = block.apply(noise([1, 16, 16, 4]), noise([1, 16, 16, 4])) as tf.Tensor;
      const [low, high] = [logits.min().dataSync()[0], logits.max().dataSync()[0]];
      return { below0: low < 0, beyond1: high > 1 || low < -1 };
    },
    judge: mustEqual(
      { below0: true, beyond1: true },
      'The loss takes logits: no ReLU, no sigmoid and no normalisation after the last convolution.',
    ),
  }),
];
