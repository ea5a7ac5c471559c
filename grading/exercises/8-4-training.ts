import { Case, defineCase, integer, Random, Verdict } from '../../lib/check/case';
import { hintOf, isClose, largestDifference } from '../../lib/check/close';
import { isValidation, readPasses, trainingEpochs } from '../../lib/check/8-4-training/passes';
import { TrainingInput, VALIDATION_IMAGES } from '../../lib/check/8-4-training/problem';
import { column, drawnProblem, verdict } from '../../lib/check/8-4-training/visible';
import { describe, field, Plain } from '../../lib/check/plain';
import { follow, Followed, passesInOrder } from './training-replay';

/** Mean and variance of the one batch normalisation, 4 channels each: the last of the weights. */
const RUNNING_STATISTICS = 8;

/** Follows the run that the evidence tells of, by the reference. */
function followed(evidence: Plain, input: TrainingInput): Followed | undefined {
  const passes = readPasses(evidence, input);
  return passes && follow(passes, input);
}

const mean = (values: readonly number[], weights: readonly number[] = values.map(() => 1)): number =>
  values.reduce((sum, value, index) => sum + value * weights[index], 0) /
  weights.reduce((sum, each) => sum + each, 0);

interface Way {
  hint: string;
  values: number[];
}

/** Judges a field of all records against the reference's, and names the mistake where another way explains them. */
function judgeColumn(
  evidence: Plain,
  name: string,
  expected: number[],
  ways: readonly Way[],
  hint: string,
): Verdict {
  const got = column(field(evidence, 'records'), name);
  const words = { got: `[${got.map(describe).join(', ')}]`, expected: describe(expected) };
  if (got.length === expected.length && got.every((value, index) => isClose(value, expected[index], 2e-4))) {
    return { credit: 1, ...words };
  }
  const last = expected.length - 1;
  const mistakes = ways.map(({ hint, values }) => ({ hint, value: values[last] }));
  return { credit: 0, ...words, hint: hintOf(got[last], expected[last], mistakes) ?? hint };
}

function judgeTrainLoss(evidence: Plain, _: unknown, input: TrainingInput): Verdict {
  const run = followed(evidence, input);
  if (run === undefined) return lost(evidence, input);
  const { epochs } = run;
  const expected = epochs.map(({ losses, counts }) => mean(losses, counts));
  const ways = [
    {
      hint: 'The loss was averaged over batches: the last, with one image, counts like the others.',
      values: epochs.map(({ losses }) => mean(losses)),
    },
    {
      hint: 'The losses of the batches were added, not averaged over the images.',
      values: epochs.map(({ losses, counts }) => mean(losses, counts) * counts.length),
    },
    {
      hint: 'The sum over the images was not divided by their number.',
      values: epochs.map(({ losses, counts }) => mean(losses, counts) * input.images),
    },
    {
      hint: 'This is the loss of the last batch alone: average over all images of the epoch.',
      values: epochs.map(({ losses }) => losses[losses.length - 1]),
    },
    {
      hint: 'The positive weight of 9 is missing.',
      values: epochs.map(({ plainLosses, counts }) => mean(plainLosses, counts)),
    },
  ];
  return judgeColumn(
    evidence,
    'trainLoss',
    expected,
    ways,
    'trainLoss is Σ (loss of the batch × its images) / all images of the epoch.',
  );
}

function judgeValidationLoss(evidence: Plain, _: unknown, input: TrainingInput): Verdict {
  const run = followed(evidence, input);
  if (run === undefined) return lost(evidence, input);
  const { epochs } = run;
  const ways = [
    {
      hint: 'Validation in training mode: batch normalisation must use its running statistics, as model.predict does.',
      values: epochs.map(({ inTrainingMode }) => inTrainingMode),
    },
    {
      hint: 'The validation loss lacks the positive weight of 9.',
      values: epochs.map(({ plainValidation }) => plainValidation),
    },
    {
      hint: 'The validation loss was taken before the epoch, not after it.',
      values: epochs.map((_, index) => epochs[index - 1]?.validation ?? NaN),
    },
  ];
  return judgeColumn(
    evidence,
    'validationLoss',
    epochs.map(({ validation }) => validation),
    ways,
    'The loss of the validation images, model.predict(validation.images), after the epoch.',
  );
}

/** Every epoch ends with a pass of the validation images in inference mode, and none passes in training mode. */
function judgeInference(evidence: Plain, _: unknown, input: TrainingInput): Verdict {
  const passes = readPasses(evidence, input);
  if (passes === undefined) return lost(evidence, input);
  const inTraining = passes.filter((pass) => pass.training && isValidation(pass)).length;
  const inInference = passes
    .filter((pass) => !pass.training && isValidation(pass))
    .reduce((sum, { count }) => sum + count, 0);
  const got = `${inInference} passes of a validation image in inference mode, ${inTraining} batches in training mode`;
  return verdict(
    inTraining === 0 && inInference >= input.epochs * VALIDATION_IMAGES,
    got,
    `${input.epochs * VALIDATION_IMAGES} passes in inference mode, none in training mode`,
    inTraining > 0
      ? 'Validation runs in inference mode: in training mode batch normalisation learns from the validation images.'
      : 'Validate on all validation images after each epoch.',
  );
}

/** How far the student's weights are from those of a run after each of its steps but the last, which nothing shows. */
function stepsOff(evidence: Plain, input: TrainingInput, { steps }: Followed): number[] {
  const trained = readPasses(evidence, input)!.filter((pass) => pass.training && !isValidation(pass));
  const changing = steps[0].length - RUNNING_STATISTICS;
  return trained
    .slice(1)
    .map(
      ({ weights }, index) =>
        largestDifference(weights.subarray(0, changing), steps[index].subarray(0, changing)) ?? Infinity,
    );
}

function judgeSteps(evidence: Plain, _: unknown, input: TrainingInput): Verdict {
  const passes = readPasses(evidence, input);
  const run = passes && follow(passes, input);
  if (passes === undefined || run === undefined) return lost(evidence, input);
  const isRight = (off: number) => off < 3e-4;
  const offs = stepsOff(evidence, input, run);
  const first = offs.findIndex((off) => !isRight(off));
  const words = {
    got: `${offs.filter(isRight).length} of ${offs.length} steps as the reference makes them`,
    expected: 'one step of Adam, along the gradients of the weighted loss, for each batch',
  };
  if (first < 0) return { credit: 1, ...words };
  const unweighted = stepsOff(evidence, input, follow(passes, input, 1)!).every(isRight);
  const [before, after] = [passes[0].weights, passes.filter(({ training }) => training)[1].weights];
  let hint =
    'The gradients are those of the weighted loss in training mode, and one optimizer serves the whole run.';
  if (unweighted) hint = 'The gradients are those of a loss without the positive weight of 9.';
  else if (largestDifference(after, before) === 0)
    hint = 'The weights do not move: optimizer.applyGradients(grads).';
  else if (first === 0)
    hint = 'The first step is not one step of Adam at 1e-3: is applyGradients called once a batch?';
  return { credit: 0, ...words, hint };
}

function judgeKept(evidence: Plain, _: unknown, input: TrainingInput): Verdict {
  const run = followed(evidence, input);
  const weights = field(evidence, 'weights');
  if (run === undefined) return lost(evidence, input);
  const losses = run.epochs.map(({ validation }) => validation);
  const best = losses.lastIndexOf(Math.min(...losses));
  const off = largestDifference(weights, run.epochs[best].weights);
  const at = run.epochs.findIndex((epoch) => (largestDifference(weights, epoch.weights) ?? 1) < 1e-4);
  return verdict(
    off !== undefined && off < 1e-4,
    at < 0 ? 'weights of no epoch' : `the weights after epoch ${at + 1}`,
    `the weights after epoch ${best + 1}, whose validation loss is the lowest`,
    at === run.epochs.length - 1
      ? 'The last weights were kept: offer each epoch’s validation loss to BestWeights, which keeps the best.'
      : 'best.offer(epoch, validationLoss) belongs after the epoch’s steps and validation.',
  );
}

/** A problem whose validation loss is lowest well before the last epoch, whatever the order of the images. */
function drawnTurning(random: Random): TrainingInput {
  for (;;) {
    const input = drawnProblem(6, { contrary: true })(random);
    const losses = follow(passesInOrder(input), input)!.epochs.map(({ validation }) => validation);
    const best = losses.indexOf(Math.min(...losses));
    if (best < losses.length - 2 && losses[losses.length - 1] > 1.01 * losses[best]) return input;
  }
}

/** Each epoch has another order of the images. */
function judgeOrder(evidence: Plain, _: unknown, input: TrainingInput): Verdict {
  const passes = readPasses(evidence, input);
  if (passes === undefined) return lost(evidence, input);
  const orders = trainingEpochs(passes, input.images).map((epoch) =>
    epoch.flatMap(({ numbers }) => numbers).join(),
  );
  return verdict(
    orders.length === input.epochs && new Set(orders).size > 1,
    `${new Set(orders).size} different orders in ${orders.length} epochs`,
    'another order of the images in each epoch',
    'Pass epoch to batches: the order, and the augmentation, follow from seed and epoch.',
  );
}

/** Where no run can be followed: why. */
function lost(evidence: Plain, input: TrainingInput): Verdict {
  const expected = `${input.epochs} epochs of the ${input.images} training images`;
  const passes = readPasses(evidence, input);
  if (passes === undefined) {
    const hint = 'The images go through `model`, batch by batch.';
    return { credit: 0, got: describe(evidence), expected, hint };
  }
  const trained = passes.filter(({ training }) => training);
  const hint = trained.some(({ numbers }) => numbers.includes(-1))
    ? 'Images that are not for training were trained on: batches(data, { indices: training, … }).'
    : 'An epoch is every training image once, those of the smaller last batch too.';
  return {
    credit: 0,
    got: `batches of ${describe(trained.map(({ count }) => count))} images`,
    expected,
    hint,
  };
}

const runCase = (title: string, points: number, input: Case['input'], judge: typeof judgeSteps): Case =>
  defineCase({
    title,
    points,
    probe: 'run',
    input: input as () => TrainingInput,
    expected: () => null,
    judge,
  });

/** Hidden cases of exercise 8.4. */
export const hiddenTrainingCases: readonly Case[] = [
  runCase('The train loss is averaged over images', 3, drawnProblem(3), judgeTrainLoss),
  runCase(
    'The validation loss is that of the epoch’s weights, in inference mode',
    2,
    drawnProblem(3),
    judgeValidationLoss,
  ),
  runCase('Validation leaves the running statistics alone', 2, drawnProblem(2), judgeInference),
  runCase('One step a batch, along the gradients of the weighted loss', 3, drawnProblem(2), judgeSteps),
  runCase('The best weights are kept, where the validation loss rises', 2, drawnTurning, judgeKept),
  runCase('The best weights are kept, where it falls', 1, drawnProblem(4), judgeKept),
  runCase('Each epoch has an order of its own', 1, drawnProblem(4), judgeOrder),
  defineCase({
    title: 'Nothing is left behind, however long the run',
    points: 2,
    probe: 'tensorsLeft',
    input: (random) => drawnProblem(integer(random, 4, 6))(random),
    expected: () => null,
    judge: (evidence, _, { epochs }) =>
      verdict(
        evidence === 0,
        `${describe(evidence)} tensors more after ${epochs} epochs`,
        'as many tensors as before',
        'TensorFlow.js frees no tensor by itself: dispose of value and grads in each step, tf.tidy around the validation.',
      ),
  }),
];
