import { Case, defineCase, integer, Random, Verdict } from '../case';
import { describe, field, Plain } from '../plain';
import { ReadPass, readPasses, trainingEpochs } from './passes';
import { FIRST_VALIDATION, TrainingInput } from './problem';

/** A problem whose last batch has one image. */
export const drawnProblem =
  (epochs: number, more: Partial<TrainingInput> = {}) =>
  (random: Random): TrainingInput => ({
    seed: integer(random, 1, 1e6),
    side: 8,
    images: 4 * integer(random, 1, 2) + 1,
    batchSize: 4,
    epochs,
    ...more,
  });

export const verdict = (passed: boolean, got: string, expected: string, hint: string): Verdict =>
  passed ? { credit: 1, got, expected } : { credit: 0, got, expected, hint };

/** One field of each record. */
export const column = (records: Plain | undefined, name: string): (Plain | undefined)[] =>
  Array.isArray(records) ? (records as Plain[]).map((record) => field(record, name)) : [];

const isNumber = (value: Plain | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

function judgeRecords(evidence: Plain, _: unknown, { epochs }: TrainingInput): Verdict {
  const wanted = Array.from({ length: epochs }, (_, epoch) => epoch + 1);
  const counted = column(evidence, 'epoch');
  const inOrder = counted.length === epochs && counted.every((epoch, index) => epoch === wanted[index]);
  const missing = ['trainLoss', 'validationLoss', 'seconds'].filter(
    (name) => !column(evidence, name).every(isNumber),
  );
  const fields = missing.length === 0 ? 'all fields' : `no number for ${missing.join(', ')}`;
  return verdict(
    inOrder && missing.length === 0,
    `epochs [${counted.map(describe).join(', ')}] with ${fields}`,
    `epochs ${describe(wanted)} with trainLoss, validationLoss and seconds`,
    'records.push({ epoch, trainLoss, validationLoss, seconds }) at the end of each epoch, counted from 1.',
  );
}

function judgeFalling(evidence: Plain): Verdict {
  const losses = column(evidence, 'trainLoss');
  const [first, last] = [losses[0], losses[losses.length - 1]];
  return verdict(
    isNumber(first) && isNumber(last) && last < 0.97 * first,
    `${describe(first)} in the first epoch, ${describe(last)} in the last`,
    'a train loss that falls by more than 3 %',
    'Nothing is learnt: does applyGradients get the gradients of the loss, once a batch?',
  );
}

/** What is wrong with the images that passed, with a hint. */
function wrongImages(
  passes: readonly ReadPass[],
  { images, epochs }: TrainingInput,
): [string, string] | undefined {
  const trained = passes.filter(({ training }) => training);
  const numbers = trained.flatMap((pass) => pass.numbers);
  if (numbers.some((number) => number >= FIRST_VALIDATION)) {
    const hint =
      'Validate with model.predict: batch normalisation must not use, or learn from, the validation images.';
    return ['validation images in training mode', hint];
  }
  if (numbers.includes(-1)) {
    const hint = 'Only the images at `training` are for training: batches(data, { indices: training, … }).';
    return ['images that are not for training', hint];
  }
  const eachEpoch = trainingEpochs(passes, images).map((epoch) => epoch.flatMap((pass) => pass.numbers));
  const whole = eachEpoch.every((epoch) => epoch.length === images && new Set(epoch).size === images);
  if (whole && eachEpoch.length === epochs) return undefined;
  const different = eachEpoch.map((epoch) => new Set(epoch).size);
  return [
    `${eachEpoch.length} epochs, of ${different.join(', ') || 'no'} different images`,
    'An epoch is every training image once, those of the smaller last batch too, and one forward pass a batch.',
  ];
}

function judgeImages(evidence: Plain, _: unknown, input: TrainingInput): Verdict {
  const expected = `each of ${input.images} training images once in each of ${input.epochs} epochs`;
  const passes = readPasses(evidence, input);
  if (passes === undefined)
    return verdict(false, describe(evidence), expected, 'Send the images through `model`.');
  const [got, hint] = wrongImages(passes, input) ?? [];
  return verdict(got === undefined, got ?? expected, expected, hint!);
}

export const visibleTrainingCases: readonly Case[] = [
  defineCase({
    title: 'One record an epoch, with all its fields',
    points: 1,
    probe: 'records',
    input: drawnProblem(3),
    expected: () => null,
    judge: judgeRecords,
  }),
  defineCase({
    title: 'The train loss falls',
    points: 1,
    probe: 'records',
    input: drawnProblem(12),
    expected: () => null,
    judge: judgeFalling,
  }),
  defineCase({
    title: 'Each training image passes once an epoch, and no other image trains',
    points: 2,
    probe: 'run',
    input: drawnProblem(3),
    expected: () => null,
    judge: judgeImages,
  }),
  defineCase({
    title: 'No tensor is left behind',
    points: 1,
    probe: 'tensorsLeft',
    input: drawnProblem(3),
    expected: () => null,
    judge: (evidence) =>
      verdict(
        evidence === 0,
        `${describe(evidence)} tensors more than before`,
        '0 tensors more than before',
        'Dispose of value and grads in each step, and put the validation into tf.tidy.',
      ),
  }),
];
