import { Case, defineCase, integer, mustEqual, pick, Random, Verdict } from '../case';
import { convolutionParameters, upsamplingParameters } from '../networks/model';
import { describe, field, Plain } from '../plain';
import type { BlockInput, BlockName, Channels } from './probes';

const even = (random: Random) => 2 * integer(random, 2, 6);

/** Maps of a size that differs in height and width, to be halved. */
const anySize = (random: Random): [number, number] => [8 * integer(random, 1, 2), 8 * integer(random, 3, 4)];

const drawn =
  (block: BlockName, options: (random: Random) => Channels) =>
  (random: Random): BlockInput => ({
    block,
    options: options(random),
    size: anySize(random),
    batch: integer(random, 1, 2),
    seed: integer(random, 1, 1e6),
  });

const first = (random: Random): Channels => ({
  inputChannels: pick(random, [1, 3]),
  outputChannels: even(random),
});

const doubled = (random: Random): Channels => {
  const inputChannels = even(random);
  return { inputChannels, outputChannels: 2 * inputChannels };
};

const halved = (random: Random): Channels => {
  const outputChannels = even(random);
  return { inputChannels: 2 * outputChannels, outputChannels };
};

/** [B, factor · H, factor · W, channels] for the input's map. */
const scaled = ({ batch = 2, size = [8, 8] }: BlockInput, factor: number, channels: number) => [
  batch,
  ...size.map((side) => side * factor),
  channels,
];

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

/** The smallest and the largest of the first map's values; none where they are not as many as asked for. */
function rangeOf(evidence: Plain, count: number): [number, number] | undefined {
  const [map] = Array.isArray(evidence) ? (evidence as Plain[]) : [];
  const values = field(map, 'values');
  if (!(values instanceof Float32Array) || values.length !== count) return undefined;
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
}

/** Judges the range of the block's output values. */
function rangeMustBe(expected: string, holds: (least: number, most: number) => boolean, hint: string) {
  return (evidence: Plain, count: number) => {
    const range = rangeOf(evidence, count);
    if (range === undefined) {
      return {
        credit: 0,
        got: describe(evidence),
        expected,
        hint: 'The output has another shape than asked for.',
      };
    }
    const got = `values from ${describe(range[0])} to ${describe(range[1])}`;
    return holds(...range) ? { credit: 1, got, expected } : { credit: 0, got, expected, hint };
  };
}

/** Judges the largest difference between two outputs. */
function differenceMustBe(expected: string, holds: (difference: number) => boolean, hint: string) {
  return (evidence: Plain) => {
    const got = `a difference of ${describe(evidence)}`;
    return isSize(evidence) && holds(evidence)
      ? { credit: 1, got, expected }
      : { credit: 0, got, expected, hint };
  };
}

function judgeMaxima(evidence: Plain): Verdict {
  const [equal, different] = [field(evidence, 'equal'), field(evidence, 'different')];
  const passed = isSize(equal) && equal < 1e-6 && isSize(different) && different > 1e-6;
  const verdict = {
    credit: passed ? 1 : 0,
    got: `a difference of ${describe(equal)} between images with the same maximum in every 2 × 2 window, of ${describe(different)} between others`,
    expected: 'no difference between the first, and one between the others',
  };
  return passed
    ? verdict
    : { ...verdict, hint: 'Use max-pooling 2 × 2, not average pooling and not a strided convolution.' };
}

const isSize = (value: Plain | undefined): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity;

export const visibleBlockCases: readonly Case[] = [
  defineCase({
    title: 'InputBlock keeps the size and gives output and skip',
    points: 1,
    probe: 'shapes',
    input: drawn('InputBlock', first),
    expected: (input) => [0, 1].map(() => scaled(input, 1, input.options.outputChannels)),
    judge: mustEqual(
      "Each 3 × 3 convolution needs padding 'same', and the channels come last: [batch, height, width, channels].",
    ),
  }),
  defineCase({
    title: 'InputBlock has the parameters of two convolutions with batch normalisation',
    points: 1,
    probe: 'parameters',
    input: drawn('InputBlock', first),
    expected: ({ options }) => convolutionParameters(options.inputChannels, options.outputChannels),
    judge: mustEqual(
      'Fewer: a convolution or its batch normalisation is missing. More: is the kernel 3 × 3?',
    ),
  }),
  defineCase({
    title: 'numConvolutions sets the number of convolutions',
    points: 1,
    probe: 'parameters',
    input: drawn('InputBlock', (random) => ({ ...first(random), numConvolutions: pick(random, [1, 3, 4]) })),
    expected: ({ options }) =>
      convolutionParameters(options.inputChannels, options.outputChannels, options.numConvolutions),
    judge: mustEqual('Build the convolutions in a loop over numConvolutions.'),
  }),
  defineCase({
    title: 'InputBlock ends in ReLU',
    points: 1,
    probe: 'values',
    input: drawn('InputBlock', first),
    expected: (input) => sizeOf(scaled(input, 1, input.options.outputChannels)),
    judge: rangeMustBe(
      'values from 0 on',
      (least, most) => least === 0 && most > 0,
      'The order is convolution, batch normalisation, ReLU: nothing below 0 leaves the block.',
    ),
  }),
  defineCase({
    title: 'DownsamplingBlock halves the size; its skip has the new channels',
    points: 1,
    probe: 'shapes',
    input: drawn('DownsamplingBlock', doubled),
    expected: (input) => [0, 1].map(() => scaled(input, 1 / 2, input.options.outputChannels)),
    judge: mustEqual(
      'Pool first, then convolve; the skip leaves after the convolutions, before anything pools again.',
    ),
  }),
  defineCase({
    title: 'DownsamplingBlock pools by the maximum',
    points: 1,
    probe: 'maxima',
    // So many channels that not all of them can be negative everywhere.
    input: (): BlockInput => ({
      block: 'DownsamplingBlock',
      options: { inputChannels: 1, outputChannels: 32 },
    }),
    expected: () => null,
    judge: judgeMaxima,
  }),
  defineCase({
    title: 'BottleneckBlock comes back to the size it was given, with half its channels',
    points: 1,
    probe: 'shapes',
    input: drawn('BottleneckBlock', doubled),
    expected: (input) => [scaled(input, 1, input.options.outputChannels / 2)],
    judge: mustEqual('Pool, convolve to outputChannels, then upsample to outputChannels / 2.'),
  }),
  defineCase({
    title: 'BottleneckBlock has the right parameters',
    points: 1,
    probe: 'parameters',
    input: drawn('BottleneckBlock', doubled),
    expected: ({ options: { inputChannels, outputChannels } }) =>
      convolutionParameters(inputChannels, outputChannels) +
      upsamplingParameters(outputChannels, outputChannels / 2),
    judge: mustEqual(
      'The transposed convolution is 2 × 2 with stride 2, and batch normalisation follows it too.',
    ),
  }),
  defineCase({
    title: 'UpsamplingBlock doubles the size and halves the channels',
    points: 1,
    probe: 'shapes',
    input: drawn('UpsamplingBlock', halved),
    expected: (input) => [scaled(input, 2, input.options.outputChannels / 2)],
    judge: mustEqual('Concatenate, convolve to outputChannels, upsample to outputChannels / 2.'),
  }),
  defineCase({
    title: 'UpsamplingBlock has the parameters of a concatenation on the channels',
    points: 1,
    probe: 'parameters',
    input: drawn('UpsamplingBlock', halved),
    expected: ({ options: { inputChannels, outputChannels } }) =>
      convolutionParameters(inputChannels, outputChannels) +
      upsamplingParameters(outputChannels, outputChannels / 2),
    judge: mustEqual(
      'A U-Net concatenates (axis −1) where an FCN adds: the first convolution sees both halves.',
    ),
  }),
  defineCase({
    title: 'UpsamplingBlock uses the skip',
    points: 1,
    probe: 'skipEffect',
    input: drawn('UpsamplingBlock', halved),
    expected: () => null,
    judge: differenceMustBe(
      'another output for another skip',
      (difference) => difference > 1e-6 && difference < 1e6,
      'Concatenate x and skip, and send the result through the layers.',
    ),
  }),
  defineCase({
    title: 'OutputBlock gives one logit for each class and pixel',
    points: 1,
    probe: 'shapes',
    input: drawn('OutputBlock', (random) => ({ ...halved(random), numClasses: integer(random, 2, 5) })),
    expected: (input) => [scaled(input, 1, input.options.numClasses!)],
    judge: mustEqual('Concatenate, convolve, then a 1 × 1 convolution to numClasses.'),
  }),
  defineCase({
    title: 'OutputBlock ends without an activation',
    points: 1,
    probe: 'values',
    input: drawn('OutputBlock', (random) => ({ ...halved(random), numClasses: 8 })),
    expected: (input) => sizeOf(scaled(input, 1, input.options.numClasses!)),
    judge: rangeMustBe(
      'values below 0 and beyond 1',
      (least, most) => least < 0 && (most > 1 || least < -1),
      'The loss takes logits: no ReLU, no sigmoid and no normalisation after the last convolution.',
    ),
  }),
];
