import type { Answer } from './answer';

const wrong = (name: string, atMost: number, ...edits: [there: string, student: string][]): Answer => ({
  name,
  exercise: '8.6',
  edits,
  shares: { '8.6': { atMost } },
});

/** Wrong answers to 8.6. */
export const wrongPlanning: readonly Answer[] = [
  wrong('shapes before cropping', 0.95, [
    'shapes.push([...crop.image.shape]);',
    'shapes.push([...image.shape]);',
  ]),
  wrong('statistics of all pixels', 0.9, ['if (label > 0) foreground', 'if (label >= 0) foreground']),
  wrong('one label of the foreground only', 0.95, [
    'if (label > 0) foreground',
    'if (label === 1) foreground',
  ]),
  wrong('standard deviation divided by n − 1', 0.97, [
    'std: Math.sqrt(squares / foreground.length)',
    'std: Math.sqrt(squares / (foreground.length - 1))',
  ]),
  wrong(
    'percentiles 5 and 95',
    0.95,
    ['percentile(foreground, 0.5)', 'percentile(foreground, 5)'],
    ['percentile(foreground, 99.5)', 'percentile(foreground, 95)'],
  ),
  wrong('mean spacing', 0.85, [
    'percentile(column(spacings, axis), 50)',
    'column(spacings, axis).reduce((sum, value) => sum + value / spacings.length, 0)',
  ]),
  wrong('always the median', 0.9, ['if (isCoarse && isShort)', 'if (false)']),
  wrong('coarse is enough', 0.96, ['if (isCoarse && isShort)', 'if (isCoarse)']),
  wrong('short is enough', 0.96, ['if (isCoarse && isShort)', 'if (isShort)']),
  wrong('the 90th percentile', 0.9, [
    'percentile(column(spacings, worst), 10)',
    'percentile(column(spacings, worst), 90)',
  ]),
  wrong('finer than the other axes', 0.96, ['tenth < next ? next + 1e-5 : tenth', 'tenth']),
  wrong('the axis with the most voxels is shortened', 0.85, ['side / medianShape[axis]);', 'side);']),
  wrong('shortened by the divisor', 0.85, [
    'const step = poolingPlan(spacing, shortenedBy(divisors[longest])).divisors[longest];',
    'const step = divisors[longest];',
  ]),
  wrong('one patch has to fit', 0.85, ['/ reference.batch) * 2 > limit', '/ reference.batch) > limit']),
  wrong('8 GB whatever the memory', 0.85, ['(reference.numbers * gigabytes) / 8', 'reference.numbers']),
  wrong('not clipped to the images', 0.9, [
    'Math.min(Math.round(each * scale), medianShape[axis])',
    'Math.round(each * scale)',
  ]),
  wrong('the images whole', 0.8, ['return { patch: plan.patch };', 'return { patch: medianShape };']),
  wrong('a cube in voxels', 0.96, [
    'const density = spacing.map((step) => 1 / step);',
    'const density = spacing.map(() => 1);',
  ]),
];

/** Right answers to 8.6, written otherwise than the notebook's. */
export const rightPlanning: readonly Answer[] = [
  { name: "the notebook's own functions", exercise: '8.6', edits: [], shares: { '8.6': 1 } },
  {
    name: 'arrow functions, masks cropped by hand, recursion',
    exercise: '8.6',
    file: 'planning-by-recursion.ts.txt',
    shares: { '8.6': 1 },
  },
];
