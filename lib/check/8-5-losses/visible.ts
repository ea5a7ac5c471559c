import { Case, defineCase, integer, pick, Random, Verdict } from '../case';
import { judgeNumber, largestDifference, Mistake } from '../close';
import { describe, field, Plain } from '../plain';
import type { LossInput } from './probes';

/** Images of which each has one logit everywhere, so that the losses can be computed by hand. */
type EvenInput = LossInput & {
  /** The logit of each image. */
  levels: number[];
  /** True pixels of each image. */
  trues: number[];
};

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function evenImages(random: Random, loss: LossInput['loss'], options: LossInput['options']): EvenInput {
  const [height, width] = [integer(random, 3, 6), integer(random, 3, 6)];
  const area = height * width;
  const levels = [integer(random, -20, -4) / 8, integer(random, 4, 20) / 8];
  const trues = [integer(random, 1, 3), integer(random, area - 4, area - 2)];
  const labels = new Uint8Array(2 * area);
  trues.forEach((count, image) => labels.fill(1, image * area, image * area + count));
  const logits = Float32Array.from(labels, (_, index) => levels[Math.floor(index / area)]);
  return { loss, shape: [2, height, width, 1], labels, logits, options, levels, trues };
}

/** 1 − (2·p·n + s) / (p·N + n + s) of each image: p its probability, n its true pixels, N all of them. */
function diceOf({ levels, trues, shape, options }: EvenInput, overlap = 2): number {
  const { smooth = 1e-6 } = (options ?? {}) as { smooth?: number };
  const area = shape[1] * shape[2];
  return mean(
    levels.map((level, image) => {
      const p = sigmoid(level);
      return 1 - (overlap * p * trues[image] + smooth) / (p * area + trues[image] + smooth);
    }),
  );
}

/** α·(1 − p)^γ·(−log p) for true pixels and (1 − α)·p^γ·(−log(1 − p)) for the others, averaged. */
function focalOf({ levels, trues, shape, options }: EvenInput, alphaOfTrue = true): number {
  const { alpha = 0.25, gamma = 2 } = (options ?? {}) as { alpha?: number; gamma?: number };
  const area = shape[1] * shape[2];
  const [a, b] = alphaOfTrue ? [alpha, 1 - alpha] : [1 - alpha, alpha];
  return mean(
    levels.map((level, image) => {
      const p = sigmoid(level);
      const ofTrue = a * (1 - p) ** gamma * -Math.log(p);
      const ofOther = b * p ** gamma * -Math.log(1 - p);
      return (trues[image] * ofTrue + (area - trues[image]) * ofOther) / area;
    }),
  );
}

/** Judges `{ shape, value }`: a scalar with the expected value. */
function valueMustBe(expected: number, hint: string, mistakes: readonly Mistake[]) {
  return (evidence: Plain): Verdict => {
    const shape = field(evidence, 'shape');
    if (!Array.isArray(shape) || shape.length > 0) {
      const got = `a tensor of shape ${describe(shape)}`;
      return { credit: 0, got, expected: 'a scalar', hint: 'Average at the end: a loss is one number.' };
    }
    return judgeNumber(field(evidence, 'value'), expected, hint, mistakes);
  };
}

export const visibleLossCases: readonly Case[] = [
  defineCase({
    title: 'Dice loss of two even images, averaged over the images',
    points: 2,
    probe: 'value',
    input: (random) => evenImages(random, 'diceLoss', { smooth: pick(random, [0.5, 1, 2]) }),
    expected: (input) => diceOf(input),
    judge: (evidence, expected, input) =>
      valueMustBe(
        expected,
        '1 − (2·Σ p·y + s) / (Σ p + Σ y + s), p = sigmoid(logits), sums over height and width of each image.',
        [
          { value: 1 - expected, hint: 'This is the Dice score: the loss is 1 − Dice.' },
          { value: diceOf(input, 1), hint: 'The factor 2 above the line is missing.' },
        ],
      )(evidence),
  }),
  defineCase({
    title: 'Dice loss of an empty mask with smooth 0.000001 is almost 1',
    points: 1,
    probe: 'value',
    input: (random) => {
      const input = evenImages(random, 'diceLoss', undefined);
      return { ...input, labels: new Uint8Array(input.labels.length), trues: [0, 0] };
    },
    expected: (input) => diceOf(input),
    judge: (evidence, expected) =>
      valueMustBe(expected, 'smooth is 1e-6 where no options are given, above and below the line.', [
        { value: NaN, hint: 'Something was divided by 0.' },
      ])(evidence),
  }),
  defineCase({
    title: 'Focal loss of two even images',
    points: 2,
    probe: 'value',
    input: (random) =>
      evenImages(random, 'focalLoss', { alpha: pick(random, [0.25, 0.75]), gamma: pick(random, [1, 2, 3]) }),
    expected: (input) => focalOf(input),
    judge: (evidence, expected, input) =>
      valueMustBe(
        expected,
        'The mean over all pixels of α_t·(1 − p_t)^γ·(−log p_t), p_t what the true label was given.',
        [
          {
            value: focalOf(input, false),
            hint: 'α belongs to the pixels whose label is 1, 1 − α to the others.',
          },
          { value: -expected, hint: 'The sign: −log p_t is positive.' },
        ],
      )(evidence),
  }),
  defineCase({
    title: 'Focal loss with γ = 0 and α = ½ is half of the cross-entropy, also in its gradient',
    points: 1,
    probe: 'gradient',
    input: (random) => evenImages(random, 'focalLoss', { alpha: 0.5, gamma: 0 }),
    expected: ({ logits, labels }) =>
      Float32Array.from(logits, (x, index) => (sigmoid(x) - labels[index]) / 2 / logits.length),
    judge: (evidence, expected) => {
      const off = largestDifference(evidence, expected);
      const got = off === undefined ? describe(evidence) : `a gradient that is off by ${describe(off)}`;
      const wanted = '(sigmoid(x) − y) / 2, divided by the number of pixels';
      if (off !== undefined && off < 1e-6) return { credit: 1, got, expected: wanted };
      const hint = 'Without (1 − p_t)^γ the focal loss is α_t·(−log p_t): check γ = 0 in your formula.';
      return { credit: 0, got, expected: wanted, hint };
    },
  }),
];
