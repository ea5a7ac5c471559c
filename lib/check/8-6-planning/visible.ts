import { Case, defineCase, integer, mustEqual, Random, Verdict } from '../case';
import { judgeNumber, largestDifference } from '../close';
import { describe, field, Plain } from '../plain';
import type { PatchInput, PlainCase, SpacingInput } from './probes';

const shuffledBy = <Value>(random: Random, values: readonly Value[]): Value[] =>
  values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);

/** A block of foreground in a frame of zeros that is wider on one side. */
function framedCase(random: Random, level: number): PlainCase & { inner: number[] } {
  const inner = [0, 1, 2].map(() => integer(random, 2, 5));
  const before = [0, 1, 2].map(() => integer(random, 0, 2));
  const shape = inner.map((side, axis) => side + before[axis] + integer(random, 1, 3));
  const values = new Float32Array(shape[0] * shape[1] * shape[2]);
  const mask = new Uint8Array(values.length);
  let foreground = 0;
  for (let at = 0; at < values.length; at++) {
    const place = [
      Math.floor(at / (shape[1] * shape[2])),
      Math.floor(at / shape[2]) % shape[1],
      at % shape[2],
    ];
    if (place.some((each, axis) => each < before[axis] || each >= before[axis] + inner[axis])) continue;
    const isForeground = foreground < 4;
    mask[at] = isForeground ? 1 : 0;
    values[at] = isForeground ? level + (foreground++ % 2) : 50;
  }
  return { shape, spacing: [integer(random, 2, 6) / 2, 1, 1], values, mask, inner };
}

/** Judges a list of positive numbers, one an axis. */
export function axesMustBe(
  hint: string,
  mistakes: readonly { value: readonly number[]; hint: string }[] = [],
) {
  return (evidence: Plain, expected: readonly number[]): Verdict => {
    const words = { got: describe(evidence), expected: describe(expected) };
    const got = Array.isArray(evidence) ? Float32Array.from(evidence as number[], Number) : undefined;
    const is = (values: readonly number[], tolerance: number) =>
      (largestDifference(got, Float32Array.from(values)) ?? 1) <= tolerance;
    if (is(expected, 3e-6)) return { credit: 1, ...words };
    const mistake = mistakes.find(({ value }) => value.length === expected.length && is(value, 3e-6));
    return { credit: 0, ...words, hint: mistake?.hint ?? hint };
  };
}

const patchCase = (title: string, input: PatchInput, expected: number[], hint: string): Case =>
  defineCase({
    title,
    points: 1,
    probe: 'patch',
    input: () => input,
    expected: () => expected,
    judge: axesMustBe(hint),
  });

export const visiblePlanningCases: readonly Case[] = [
  defineCase({
    title: 'The fingerprint has the shapes after cropping',
    points: 1,
    probe: 'fingerprint',
    input: (random) => ({ cases: [1, 2, 3].map((level) => framedCase(random, level)) }),
    expected: ({ cases }) => cases.map(({ inner }) => inner),
    judge: (evidence, expected) =>
      mustEqual('cropToNonzero(case).image.shape: what is 0 all around is cut away.')(
        field(evidence, 'shapes') ?? null,
        expected,
      ),
  }),
  defineCase({
    title: 'Its mean is that of the foreground',
    points: 1,
    probe: 'fingerprint',
    input: (random) => ({ cases: [10, 20, 30].map((level) => framedCase(random, level)) }),
    expected: () => 20.5,
    judge: (evidence, expected) =>
      judgeNumber(
        field(evidence, 'mean'),
        expected,
        'Only the pixels whose mask is above 0 count, those of all cases together.',
      ),
  }),
  defineCase({
    title: 'The target spacing is the median of each axis',
    points: 1,
    probe: 'spacing',
    input: (random): SpacingInput => ({
      spacings: shuffledBy(random, [0.8, 0.9, 1.1, 1.3, 2.9]).map((spacing) => [
        spacing,
        1,
        0.5 + spacing / 4,
      ]),
      shapes: Array.from({ length: 5 }, () => [100, 120, 120]),
    }),
    expected: () => [1.1, 1, 0.5 + 1.1 / 4],
    judge: axesMustBe('The 50th percentile of each axis for itself.'),
  }),
  defineCase({
    title: 'On a coarse and short axis it is the 10th percentile',
    points: 1,
    probe: 'spacing',
    input: (random): SpacingInput => ({
      spacings: shuffledBy(random, [3, 4, 5, 6, 7, 8, 8, 9, 10, 10, 10]).map((spacing) => [spacing, 1, 1]),
      shapes: Array.from({ length: 11 }, () => [20, 256, 256]),
    }),
    expected: () => [4, 1, 1],
    judge: axesMustBe(
      'Axis 0: 8 > 3 × 1 and 20 × 3 < 256. Of eleven values in order, the 10th percentile is the second.',
    ),
  }),
  patchCase(
    'A small image fits whole: the hippocampus',
    { spacing: [1, 1, 1], medianShape: [36, 50, 35], classes: 3, gigabytes: 8 },
    [40, 56, 40],
    'poolingPlan(spacing, patch).patch is the patch in multiples of what the poolings need.',
  ),
  patchCase(
    'A large one is shortened until two fit: the spleen',
    { spacing: [1.6, 0.79, 0.79], medianShape: [187, 512, 512], classes: 2, gigabytes: 8 },
    [64, 192, 160],
    'Shorten the axis that is longest relative to the median image, and plan the poolings anew each time.',
  ),
];
