import { Case, defineCase, integer, Random, Verdict } from '../../lib/check/case';
import { judgeNumber, largestDifference, Mistake } from '../../lib/check/close';
import type { LossInput } from '../../lib/check/8-5-losses/probes';
import { uniform } from '../../lib/check/networks/fill';
import { describe, field, Plain } from '../../lib/check/plain';
import { diceLoss } from '../../lib/losses/dice';
import { focalLoss } from '../../lib/losses/focal';
import { tf } from '../../lib/runtime';

type Options = LossInput['options'];

/** Images whose masks differ much in size, so that sums over the batch are not those of the images. */
function drawn(random: Random, loss: LossInput['loss'], options: Options, scale = 3): LossInput {
  const [batch, height, width] = [integer(random, 2, 4), integer(random, 4, 9), integer(random, 4, 9)];
  const area = height * width;
  const key = `${loss} ${random()}`;
  const shares = Array.from({ length: batch }, (_, image) => (image + 0.3 + 0.4 * random()) / batch / 1.3);
  const chance = uniform(key, batch * area, 0, 1);
  const labels = Uint8Array.from(chance, (value, at) => (value < shares[Math.floor(at / area)] ? 1 : 0));
  // Of each image, something is true and something is not.
  for (let image = 0; image < batch; image++) [labels[image * area], labels[image * area + 1]] = [1, 0];
  const logits = uniform(`${key}/logits`, batch * area, -scale, scale);
  return { loss, shape: [batch, height, width, 1], labels, logits, options };
}

/** Like drawn images, but the first mask is empty. */
function withEmptyMask(random: Random, options: Options): LossInput {
  const input = drawn(random, 'diceLoss', options);
  input.labels.fill(0, 0, input.shape[1] * input.shape[2]);
  return input;
}

/** Logits that are right or wrong beyond doubt: no probability but 0 and 1 is left of them. */
function extreme(random: Random, loss: LossInput['loss'], options: Options): LossInput {
  const input = drawn(random, loss, options);
  return { ...input, logits: input.logits.map((value) => (value < 0 ? -300 : 300) + value) };
}

const DEFAULTS = { smooth: 1e-6, alpha: 0.25, gamma: 2 };

function reference({ loss, options }: LossInput) {
  const { smooth, alpha, gamma } = { ...DEFAULTS, ...options };
  return (labels: tf.Tensor, logits: tf.Tensor): tf.Scalar =>
    loss === 'diceLoss' ? diceLoss(labels, logits, { smooth }) : focalLoss(labels, logits, { alpha, gamma });
}

type Formula = (labels: tf.Tensor, logits: tf.Tensor) => tf.Tensor;

/** A known mistake, as the formula that it is. */
interface Wrong {
  hint: string;
  formula(options: typeof DEFAULTS): Formula;
}

function dice(
  axes: number[],
  form: { probability?: (x: tf.Tensor) => tf.Tensor; above?: number; below?: number; squared?: boolean },
) {
  const { probability = tf.sigmoid, above = 1, below = 1, squared = false } = form;
  return ({ smooth }: typeof DEFAULTS): Formula =>
    (labels, logits) => {
      const p = probability(logits);
      const sizes = squared
        ? p.square().sum(axes).add(labels.square().sum(axes))
        : p.sum(axes).add(labels.sum(axes));
      const overlap = p
        .mul(labels)
        .sum(axes)
        .mul(2)
        .add(above * smooth);
      return tf.sub(1, overlap.div(sizes.add(below * smooth))).mean();
    };
}

const IMAGE = [1, 2, 3];
const BATCH = [0, 1, 2, 3];
const twice = (x: tf.Tensor) => tf.sigmoid(tf.sigmoid(x));

const WRONG_DICE: readonly Wrong[] = [
  {
    hint: 'Dice is counted over the batch: each image has its own, and the mean of those is the loss.',
    formula: dice(BATCH, {}),
  },
  {
    hint: 'The logits went in as they are: p = sigmoid(logits).',
    formula: dice(IMAGE, { probability: (x) => x }),
  },
  { hint: 'The sigmoid is applied twice.', formula: dice(IMAGE, { probability: twice }) },
  {
    hint: 'smooth stands above the line only: it belongs below too, or a perfect prediction is not 0.',
    formula: dice(IMAGE, { below: 0 }),
  },
  {
    hint: 'smooth stands below the line only: it belongs above too, or an empty mask that was found costs 1.',
    formula: dice(IMAGE, { above: 0 }),
  },
  { hint: 'smooth is missing.', formula: dice(IMAGE, { above: 0, below: 0 }) },
  {
    hint: 'Below the line stand Σ p + Σ y, not their squares (which is another, legitimate, Dice).',
    formula: dice(IMAGE, { squared: true }),
  },
  {
    hint: 'This is the Dice score: the loss is 1 − Dice.',
    formula: (options) => (labels, logits) => tf.sub(1, dice(IMAGE, {})(options)(labels, logits)),
  },
  { hint: 'The Dice of each row was averaged: sum over height and width.', formula: dice([2, 3], {}) },
  {
    hint: 'The losses of the images were added: take their mean.',
    formula: (options) => (labels, logits) => dice(IMAGE, {})(options)(labels, logits).mul(labels.shape[0]),
  },
];

function focal(form: {
  probability?: (x: tf.Tensor) => tf.Tensor;
  alpha?: (alpha: number) => [ofTrue: number, ofOther: number];
  factor?: (pt: tf.Tensor, gamma: number) => tf.Tensor;
  reduce?: (terms: tf.Tensor) => tf.Tensor;
}) {
  const {
    probability = tf.sigmoid,
    alpha: weights = (alpha: number): [number, number] => [alpha, 1 - alpha],
    factor = (pt: tf.Tensor, gamma: number) => tf.sub(1, pt).pow(gamma),
    reduce = (terms: tf.Tensor) => terms.mean(),
  } = form;
  return ({ alpha, gamma }: typeof DEFAULTS): Formula =>
    (labels, logits) => {
      const p = probability(logits);
      const other = tf.sub(1, labels);
      const pt = labels.mul(p).add(other.mul(tf.sub(1, p)));
      const [ofTrue, ofOther] = weights(alpha);
      return reduce(labels.mul(ofTrue).add(other.mul(ofOther)).mul(factor(pt, gamma)).mul(pt.log().neg()));
    };
}

const WRONG_FOCAL: readonly Wrong[] = [
  {
    hint: 'α is on the wrong class: it weighs the pixels whose label is 1.',
    formula: focal({ alpha: (a) => [1 - a, a] }),
  },
  { hint: 'Pixels whose label is 0 weigh 1 − α, not 1.', formula: focal({ alpha: (a) => [a, 1] }) },
  {
    hint: 'All pixels weigh α: those whose label is 0 weigh 1 − α.',
    formula: focal({ alpha: (a) => [a, a] }),
  },
  { hint: 'α is missing.', formula: focal({ alpha: () => [1, 1] }) },
  {
    hint: 'The factor is p_t^γ: it must be (1 − p_t)^γ, small where the network is right.',
    formula: focal({ factor: (pt, gamma) => pt.pow(gamma) }),
  },
  { hint: 'The factor (1 − p_t)^γ is missing.', formula: focal({ factor: (pt) => tf.onesLike(pt) }) },
  {
    hint: 'The factor is γ·(1 − p_t): γ is an exponent.',
    formula: focal({ factor: (pt, gamma) => tf.sub(1, pt).mul(gamma) }),
  },
  { hint: 'Mean over the pixels, not their sum.', formula: focal({ reduce: (terms) => terms.sum() }) },
  {
    hint: 'The sum over the pixels was divided by the images only: take the mean over all pixels.',
    formula: focal({ reduce: (terms) => terms.sum().div(terms.shape[0]) }),
  },
  { hint: 'The sign: −log p_t is positive.', formula: focal({ reduce: (terms) => terms.mean().neg() }) },
  { hint: 'The sigmoid is applied twice.', formula: focal({ probability: twice }) },
  { hint: 'The logits went in as they are: p = sigmoid(logits).', formula: focal({ probability: (x) => x }) },
];

interface Expected {
  value: number;
  mistakes: Mistake[];
}

function tensors({ shape, labels, logits }: LossInput): [tf.Tensor4D, tf.Tensor4D] {
  return [tf.tensor4d(Float32Array.from(labels), shape), tf.tensor4d(logits, shape)];
}

function expectedValue(input: LossInput): Expected {
  return tf.tidy(() => {
    const [labels, logits] = tensors(input);
    const valueOf = (formula: Formula) => formula(labels, logits).dataSync()[0];
    const wrong = input.loss === 'diceLoss' ? WRONG_DICE : WRONG_FOCAL;
    const options = { ...DEFAULTS, ...input.options };
    return {
      value: valueOf(reference(input)),
      mistakes: wrong.map(({ hint, formula }) => ({ hint, value: valueOf(formula(options)) })),
    };
  });
}

const expectedGradient = (input: LossInput): Float32Array =>
  tf.tidy(() => {
    const [labels, logits] = tensors(input);
    return Float32Array.from(
      tf
        .grad((x) => reference(input)(labels, x))(logits)
        .dataSync(),
    );
  });

const FORMULAS = {
  diceLoss: '1 − (2·Σ p·y + s) / (Σ p + Σ y + s) for each image, then the mean over the images.',
  focalLoss: 'The mean over all pixels of α_t·(1 − p_t)^γ·(−log p_t).',
};

/** Judges `{ shape, value }`. */
function judgeValue(
  evidence: Plain,
  { value, mistakes }: Expected,
  { loss }: LossInput,
  hint = FORMULAS[loss],
): Verdict {
  const shape = field(evidence, 'shape');
  if (!Array.isArray(shape) || shape.length > 0) {
    const got = `a tensor of shape ${describe(shape)}`;
    return { credit: 0, got, expected: 'a scalar', hint: 'Average at the end: a loss is one number.' };
  }
  return judgeNumber(field(evidence, 'value'), value, hint, mistakes);
}

function judgeGradient(evidence: Plain, expected: Float32Array, hint: string): Verdict {
  const off = largestDifference(evidence, expected);
  const size = expected.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const got = off === undefined ? describe(evidence) : `a gradient that is off by ${describe(off)}`;
  const words = { got, expected: `the gradient of the formula, at most ${describe(size)}` };
  return off !== undefined && off <= 1e-3 * size + 1e-9
    ? { credit: 1, ...words }
    : { credit: 0, ...words, hint };
}

const valueCase = (
  title: string,
  points: number,
  input: (random: Random) => LossInput,
  hint?: string,
): Case =>
  defineCase({
    title,
    points,
    probe: 'value',
    input,
    expected: expectedValue,
    judge: (evidence, expected, drawnInput) => judgeValue(evidence, expected, drawnInput, hint),
  });

const gradientCase = (
  title: string,
  points: number,
  input: (random: Random) => LossInput,
  hint: string,
): Case =>
  defineCase({
    title,
    points,
    probe: 'gradient',
    input,
    expected: expectedGradient,
    judge: (evidence, expected) => judgeGradient(evidence, expected, hint),
  });

const NOT_FLOWING =
  'The value is one thing, what training follows another: only tf operations on the logits have a gradient.';
const STABLE =
  'log(sigmoid(x)) is log 0 for x = −300, and its gradient NaN: use tf.softplus, −log σ(x) = softplus(−x).';

/** Hidden cases of exercise 8.5. */
export const hiddenLossCases: readonly Case[] = [
  valueCase('Dice loss of images with small and large masks', 2, (random) =>
    drawn(random, 'diceLoss', { smooth: 1 + integer(random, 0, 8) / 4 }),
  ),
  valueCase('Dice loss without options', 1, (random) => drawn(random, 'diceLoss', undefined)),
  gradientCase(
    'Gradient of the Dice loss',
    2,
    (random) => drawn(random, 'diceLoss', { smooth: 0.5 + integer(random, 0, 8) / 4 }),
    NOT_FLOWING,
  ),
  valueCase('Dice loss where one mask is empty', 1, (random) =>
    withEmptyMask(random, { smooth: 2 + integer(random, 0, 8) }),
  ),
  gradientCase(
    'Gradient of the Dice loss where one mask is empty',
    1,
    (random) => withEmptyMask(random, { smooth: 2 + integer(random, 0, 8) }),
    'An empty mask pushes its pixels down by smooth / (Σ p + smooth)², and no other image.',
  ),
  valueCase(
    'Dice loss of a perfect prediction is 0',
    1,
    (random) => {
      const input = extreme(random, 'diceLoss', { smooth: 3 });
      return { ...input, logits: Float32Array.from(input.labels, (label) => (label ? 300 : -300)) };
    },
    'smooth stands above and below the line, and p = sigmoid(logits) is 0 or 1 here.',
  ),
  valueCase('Focal loss', 2, (random) =>
    drawn(random, 'focalLoss', { alpha: 0.1 + integer(random, 0, 2) / 10, gamma: 2 }),
  ),
  valueCase('Focal loss with another γ, and α above ½', 1, (random) =>
    drawn(random, 'focalLoss', { alpha: 0.7 + integer(random, 0, 2) / 10, gamma: integer(random, 3, 4) }),
  ),
  valueCase('Focal loss without options: α 0.25, γ 2', 1, (random) => drawn(random, 'focalLoss', undefined)),
  gradientCase(
    'Gradient of the focal loss',
    2,
    (random) => drawn(random, 'focalLoss', { alpha: 0.2 + integer(random, 0, 2) / 10, gamma: 2 }),
    NOT_FLOWING,
  ),
  valueCase(
    'Focal loss of logits beyond all doubt',
    1,
    (random) => extreme(random, 'focalLoss', { alpha: 0.25, gamma: 2 }),
    STABLE,
  ),
  gradientCase(
    'Gradient of the focal loss of logits beyond all doubt',
    1,
    (random) => extreme(random, 'focalLoss', { alpha: 0.25, gamma: 2 }),
    STABLE,
  ),
];
