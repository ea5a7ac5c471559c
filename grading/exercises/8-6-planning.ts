import { Case, defineCase, integer, pick, Random, Verdict } from '../../lib/check/case';
import { isClose } from '../../lib/check/close';
import type { PatchInput, PlainCase, SpacingInput } from '../../lib/check/8-6-planning/probes';
import { axesMustBe } from '../../lib/check/8-6-planning/visible';
import { uniform } from '../../lib/check/networks/fill';
import { describe, equals, field, Plain } from '../../lib/check/plain';
import { datasetFingerprint, Fingerprint, PlanningCase } from '../../lib/planning/fingerprint';
import { along, percentile } from '../../lib/planning/medians';
import { featureMapNumbers } from '../../lib/planning/memory-estimate';
import { planPatch } from '../../lib/planning/patch-size';
import { poolingPlan } from '../../lib/planning/pooling';
import { targetSpacing } from '../../lib/planning/target-spacing';

const FOREGROUND = 40;

/** Noise in a frame of zeros, with as many foreground voxels in each case. */
function drawnCase(random: Random, number: number): PlainCase {
  const inner = [0, 1, 2].map(() => integer(random, 5, 9));
  const before = [0, 1, 2].map(() => integer(random, 0, 3));
  const shape = inner.map((side, axis) => side + before[axis] + integer(random, 0, 3));
  const size = shape[0] * shape[1] * shape[2];
  const noise = uniform(`${random()}`, size, 20, 200 + 100 * number);
  const values = noise.map((value, at) => {
    const place = [
      Math.floor(at / (shape[1] * shape[2])),
      Math.floor(at / shape[2]) % shape[1],
      at % shape[2],
    ];
    return place.every((each, axis) => each >= before[axis] && each < before[axis] + inner[axis]) ? value : 0;
  });
  // The brightest of those inside, so that the foreground is unlike the rest.
  const threshold = [...values].sort((a, b) => b - a)[FOREGROUND];
  const mask = Uint8Array.from(values, (value) =>
    value > threshold ? 1 + (value > threshold + 20 ? 1 : 0) : 0,
  );
  return { shape, spacing: [integer(random, 2, 12) / 2, 0.5, 0.75], values, mask };
}

const asCases = (cases: readonly PlainCase[]): PlanningCase[] =>
  cases.map(({ shape, spacing, values, mask }) => ({
    image: { data: values, shape, channels: 1 },
    mask: { data: mask, shape, channels: 1 },
    spacing,
  }));

const fingerprintCase = (
  title: string,
  points: number,
  judge: (evidence: Plain, expected: Fingerprint) => Verdict,
): Case =>
  defineCase({
    title,
    points,
    probe: 'fingerprint',
    input: (random) => ({ cases: [0, 1, 2, 3].map((number) => drawnCase(random, number)) }),
    expected: ({ cases }) => datasetFingerprint(asCases(cases)),
    judge,
  });

const judgeGeometry = (evidence: Plain, { shapes, spacings }: Fingerprint): Verdict => {
  const right = {
    shapes: equals(field(evidence, 'shapes'), shapes),
    spacings: equals(field(evidence, 'spacings'), spacings),
  };
  const credit = (Number(right.shapes) + Number(right.spacings)) / 2;
  const words = {
    got: `shapes ${describe(field(evidence, 'shapes'))}, spacings ${describe(field(evidence, 'spacings'))}`,
    expected: `shapes ${describe(shapes)}, spacings ${describe(spacings)}`,
  };
  if (credit === 1) return { credit, ...words };
  const hint = right.shapes
    ? 'One spacing a case, as it was given.'
    : 'The shapes are those after cropToNonzero, in the order of the cases.';
  return { credit, ...words, hint };
};

const STATISTICS = ['mean', 'std', 'percentile005', 'percentile995'] as const;

const HINTS: Record<(typeof STATISTICS)[number], string> = {
  mean: 'The mean is that of all pixels whose mask is above 0 (every label), and of no others.',
  std: 'The standard deviation is √(Σ(x − μ)² / n) over the foreground: divided by n, not n − 1, and the root taken.',
  percentile005: 'The percentile 0.5 means half a per cent, interpolated between the values in order.',
  percentile995: 'The percentile 99.5 is that of the foreground, interpolated between the values in order.',
};

const judgeStatistics = (evidence: Plain, { intensities: [expected] }: Fingerprint): Verdict => {
  const wrong = STATISTICS.filter((name) => !isClose(field(evidence, name), expected[name], 1e-4));
  const words = {
    got: STATISTICS.map((name) => `${name} ${describe(field(evidence, name))}`).join(', '),
    expected: STATISTICS.map((name) => `${name} ${describe(expected[name])}`).join(', '),
  };
  const credit = 1 - wrong.length / STATISTICS.length;
  return wrong.length === 0 ? { credit, ...words } : { credit, ...words, hint: HINTS[wrong[0]] };
};

interface Geometry {
  /** Spacing of the coarsest axis relative to the others, and its number of voxels. */
  coarse: [least: number, most: number];
  voxels: [least: number, most: number];
  /** Cases that are finer along that axis than along the others; none by default. */
  fineCases?: number;
}

/** Cases with a coarsest axis at any place. */
function drawnSpacings(random: Random, { coarse, voxels, fineCases = 0 }: Geometry): SpacingInput {
  const axis = integer(random, 0, 2);
  const fine = 0.4 + random();
  const between = ([least, most]: [number, number]) => least + (most - least) * random();
  const cases = Array.from({ length: integer(random, 9, 16) }, (_, number) => ({
    spacing: [0, 1, 2].map((each) =>
      each === axis ? fine * between(number < fineCases ? [0.3, 0.8] : coarse) : fine * between([0.95, 1.05]),
    ),
    shape: [0, 1, 2].map((each) => Math.round(each === axis ? between(voxels) : between([190, 260]))),
  }));
  return { spacings: cases.map(({ spacing }) => spacing), shapes: cases.map(({ shape }) => shape) };
}

const medianOf = (lists: readonly (readonly number[])[], wanted = 50) =>
  [0, 1, 2].map((axis) => percentile(along(lists, axis), wanted));

function spacingMistakes({ spacings }: SpacingInput) {
  const median = medianOf(spacings);
  const axis = median.indexOf(Math.max(...median));
  const withAxis = (value: number) => median.map((each, at) => (at === axis ? value : each));
  const mean = [0, 1, 2].map(
    (at) => along(spacings, at).reduce((sum, value) => sum + value, 0) / spacings.length,
  );
  return [
    {
      value: median,
      hint: 'This is the median of each axis: the coarse and short axis takes its 10th percentile.',
    },
    { value: mean, hint: 'These are means: one case with thick slices moves them; take medians.' },
    {
      value: withAxis(percentile(along(spacings, axis), 10)),
      hint: 'The 10th percentile was taken although the axis is not both coarse and short, or lies below the other axes.',
    },
    {
      value: withAxis(percentile(along(spacings, axis), 90)),
      hint: 'The 10th percentile is the finer end, not the 90th.',
    },
    { value: medianOf(spacings, 10), hint: 'Only the coarsest axis takes its 10th percentile.' },
  ];
}

const spacingCase = (title: string, points: number, geometry: Geometry, hint: string): Case =>
  defineCase({
    title,
    points,
    probe: 'spacing',
    input: (random) => drawnSpacings(random, geometry),
    expected: (input) => targetSpacing(input).spacing,
    judge: (evidence, expected, input) => axesMustBe(hint, spacingMistakes(input))(evidence, expected),
  });

/** The rule of `planPatch` with slips in it. */
function slippedPatch(
  { spacing, medianShape, classes, gigabytes }: PatchInput,
  slip: 'longest' | 'step' | 'one' | 'memory' | 'stale',
): number[] {
  const three = spacing.length === 3;
  const [numbers, batch, voxels] = three ? [560e6, 2, 256 ** 3] : [85e6, 12, 2048 ** 2];
  const limit = slip === 'memory' ? numbers : (numbers * gigabytes) / 8;
  const scale = (voxels * spacing.reduce((product, step) => product * step, 1)) ** (1 / spacing.length);
  let plan = poolingPlan(
    spacing,
    spacing.map((step, axis) => Math.min(Math.round(scale / step), medianShape[axis])),
  );
  for (let turn = 0; turn < 1000; turn++) {
    const estimate = featureMapNumbers(plan, classes);
    if ((estimate / batch) * (slip === 'one' ? 1 : 2) <= limit) break;
    const weights = plan.patch.map((side, axis) => (slip === 'longest' ? side : side / medianShape[axis]));
    const axis = weights.lastIndexOf(Math.max(...weights));
    const less = (by: number) => plan.patch.map((side, at) => (at === axis ? side - by : side));
    if (plan.patch[axis] <= plan.divisors[axis]) break;
    const step =
      slip === 'step' ? plan.divisors[axis] : poolingPlan(spacing, less(plan.divisors[axis])).divisors[axis];
    const patch = less(step);
    plan = slip === 'stale' ? { ...plan, patch } : poolingPlan(spacing, patch);
  }
  return plan.patch;
}

const patchMistakes = (input: PatchInput) => [
  {
    value: slippedPatch(input, 'longest'),
    hint: 'The axis with the most voxels was shortened: take the one that is longest relative to the median image.',
  },
  {
    value: slippedPatch(input, 'step'),
    hint: 'A step of 2^poolings skips sizes: the step is the divisor after the axis has been shortened by it.',
  },
  { value: slippedPatch(input, 'one'), hint: 'One patch fits, but a batch of two must.' },
  { value: slippedPatch(input, 'memory'), hint: 'The limit grows with the memory: gigabytes / 8.' },
  {
    value: slippedPatch(input, 'stale'),
    hint: 'Plan the poolings anew after each shortening: a smaller patch may have fewer.',
  },
  {
    value: input.medianShape,
    hint: 'The patch must be a multiple of what the poolings need: take that of poolingPlan.',
  },
];

/** Draws until the slips give other patches than the rule, where such an input is found. */
function telling(draw: (random: Random) => PatchInput) {
  return (random: Random): PatchInput => {
    let input = draw(random);
    for (let turn = 0; turn < 60; turn++, input = draw(random)) {
      const right = planPatch(input).patch.join();
      const slips = (['longest', 'step', 'one', 'memory'] as const).map((slip) =>
        slippedPatch(input, slip).join(),
      );
      if (slips.every((patch) => patch !== right)) break;
    }
    return input;
  };
}

const patchCase = (title: string, points: number, draw: (random: Random) => PatchInput): Case =>
  defineCase({
    title,
    points,
    probe: 'patch',
    input: draw,
    expected: (input) => planPatch(input).patch,
    judge: (evidence, expected, input) =>
      axesMustBe(
        'Begin with the first patch, shorten the relatively longest axis until a batch of two fits, and return the patch of the last poolingPlan.',
        patchMistakes(input),
      )(evidence, expected),
  });

const large = (random: Random): PatchInput => ({
  spacing: [pick(random, [1, 1.5, 2.5, 4]), 0.5 + random() / 2, 0.5 + random() / 2],
  medianShape: [integer(random, 90, 400), integer(random, 300, 600), integer(random, 200, 500)],
  classes: integer(random, 2, 15),
  gigabytes: pick(random, [11, 16, 24]),
});

const large2d = (random: Random): PatchInput => ({
  spacing: [1, pick(random, [1, 1.2, 0.8])],
  medianShape: [integer(random, 700, 1900), integer(random, 1000, 2600)],
  classes: integer(random, 2, 8),
  gigabytes: pick(random, [4, 11, 16]),
});

const small = (random: Random): PatchInput => ({
  spacing: [pick(random, [1, 2, 5]), 1, 1],
  medianShape: [integer(random, 5, 40), integer(random, 20, 90) + 0.5, integer(random, 20, 90)],
  classes: 3,
  gigabytes: 8,
});

/** The first patch is a stretched cube, and smaller than the images. */
const huge = (random: Random): PatchInput => ({
  spacing: [0.3, 0.9, 0.9].map((step) => step * (1 + random() / 10)),
  medianShape: [integer(random, 1500, 3000), integer(random, 900, 1500), integer(random, 900, 1500)],
  classes: 2,
  gigabytes: 80,
});

/** Hidden cases of exercise 8.6. */
export const hiddenPlanningCases: readonly Case[] = [
  fingerprintCase('The fingerprint: spacings and shapes after cropping', 2, judgeGeometry),
  fingerprintCase('The fingerprint: statistics of the foreground', 3, judgeStatistics),
  spacingCase(
    'Target spacing of images that are alike along all axes',
    1,
    { coarse: [1, 1.6], voxels: [180, 240] },
    'The median of each axis.',
  ),
  spacingCase(
    'Target spacing with a coarse and short axis',
    2,
    { coarse: [4, 12], voxels: [10, 40] },
    'The coarsest axis takes the 10th percentile of its spacings.',
  ),
  spacingCase(
    'Target spacing with a coarse axis that is not short',
    1,
    { coarse: [4, 9], voxels: [110, 200] },
    'Coarse alone is not enough: the axis must also have less than a third of the voxels of the others.',
  ),
  spacingCase(
    'Target spacing with an axis that is short but not coarse',
    1,
    { coarse: [1.2, 2.5], voxels: [10, 40] },
    'Short alone is not enough: the spacing must also be more than three times that of the others.',
  ),
  spacingCase(
    'Target spacing where the 10th percentile is below the other axes',
    1,
    { coarse: [4, 9], voxels: [10, 30], fineCases: 3 },
    'It never goes below the larger spacing of the other axes, plus 1e-5.',
  ),
  patchCase('Patch of large volumes', 3, telling(large)),
  patchCase('Patch of large images', 2, telling(large2d)),
  patchCase('Patch of small volumes', 2, small),
  patchCase('Patch of volumes larger than any patch', 1, huge),
];
