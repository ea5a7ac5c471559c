import type { Verdict } from '../case';
import { describe, field, Plain } from '../plain';
import type { WeightKind } from './fill';

interface Start {
  kind: string;
  shape: number[];
  mean: number;
  deviation: number;
  beyond: number;
}

const CONSTANTS: Partial<Record<string, number>> = { bias: 0, gamma: 1, beta: 0, mean: 0, variance: 1 };
const GREEK: Partial<Record<string, string>> = {
  gamma: 'γ',
  beta: 'β',
  mean: 'running mean',
  variance: 'running variance',
};
/** Of a normal distribution cut off at two standard deviations. */
const TRUNCATED = 0.8796;

/**
 * Judges how weights start: kernels from N(0, 2 / fanOut), fanOut = kernel area × output channels; biases 0, γ 1, β 0.
 * Only kernels of at least 1,000 numbers are measured.
 */
export function judgeInitialWeights(evidence: Plain, kinds: readonly WeightKind[]): Verdict {
  const expected = expectation(kinds);
  const starts = startsOf(evidence)?.filter(({ kind }) => (kinds as readonly string[]).includes(kind));
  if (starts === undefined || starts.length === 0) {
    return { credit: 0, got: describe(evidence), expected, hint: 'The network has no such weights.' };
  }
  for (const start of starts) {
    const verdict = start.kind === 'kernel' ? kernelSlip(start) : constantSlip(start);
    if (verdict) return { ...verdict, expected };
  }
  return { credit: 1, got: `${starts.length} weights that start so`, expected };
}

function expectation(kinds: readonly WeightKind[]): string {
  return kinds
    .map((kind) =>
      kind === 'kernel'
        ? 'kernels with mean 0 and standard deviation √(2 / fanOut)'
        : `${GREEK[kind] ?? kind} ${CONSTANTS[kind]}`,
    )
    .join(', ');
}

/** The statistics in the evidence; none where one of them is not what it should be. */
function startsOf(evidence: Plain): Start[] | undefined {
  if (!Array.isArray(evidence) || evidence.length > 1000) return undefined;
  const starts = (evidence as Plain[]).map((each) => ({
    kind: field(each, 'kind'),
    shape: field(each, 'shape'),
    mean: field(each, 'mean'),
    deviation: field(each, 'deviation'),
    beyond: field(each, 'beyond'),
  }));
  const sound = starts.every(
    ({ kind, shape, mean, deviation, beyond }) =>
      typeof kind === 'string' &&
      Array.isArray(shape) &&
      shape.length > 0 &&
      shape.length < 6 &&
      shape.every((side) => Number.isSafeInteger(side)) &&
      [mean, deviation, beyond].every(Number.isFinite),
  );
  return sound ? (starts as Start[]) : undefined;
}

type Slip = Omit<Verdict, 'expected'>;

function kernelSlip({ shape, mean, deviation, beyond }: Start): Slip | undefined {
  const count = shape.reduce((product, side) => product * side, 1);
  if (count < 1000) return undefined;
  const got = `a kernel ${shape.join(' × ')} with mean ${describe(mean)} and standard deviation ${describe(deviation)}`;
  const area = shape.slice(0, -2).reduce((product, side) => product * side, 1);
  const [inputs, outputs] = shape.slice(-2);
  // A transposed convolution's kernel lists its output channels first; both ways of counting its fan-out are in use.
  const fans = shape[0] === 2 ? [area * inputs, area * outputs] : [area * outputs];
  // Five standard errors of a standard deviation, and of a mean.
  const tolerance = Math.max(0.03, 5 / Math.sqrt(2 * count));
  const near = (ratio: number, wanted: number) => Math.abs(ratio / wanted - 1) < tolerance;
  const ratios = fans.map((fan) => deviation / Math.sqrt(2 / fan));
  if (Math.abs(mean) > (5 * deviation) / Math.sqrt(count) + 1e-6) {
    return { credit: 0, got, hint: 'The mean of a kernel starts at 0.' };
  }
  if (ratios.some((ratio) => near(ratio, 1))) {
    return beyond > 0.02
      ? undefined
      : { credit: 0.5, got, hint: 'The width is right, but not the distribution: it is a normal one.' };
  }
  if (beyond > 0.02 && ratios.some((ratio) => near(ratio, TRUNCATED))) {
    return {
      credit: 0.5,
      got,
      hint: 'The distribution is clipped at two standard deviations, which makes it narrower; He’s is not.',
    };
  }
  const byFanIn = deviation / Math.sqrt(2 / (area * inputs));
  if (inputs !== outputs && (near(byFanIn, 1) || near(byFanIn, TRUNCATED))) {
    return { credit: 0, got, hint: 'This counts by fan-in; fan-out is kernel area × output channels.' };
  }
  if (near(deviation / Math.sqrt(2 / (area * (inputs + outputs))), 1)) {
    return {
      credit: 0,
      got,
      hint: 'This is Glorot’s distribution, the default of tf.layers; pass kernelInitializer.',
    };
  }
  return {
    credit: 0,
    got,
    hint: 'Standard deviation √(2 / fanOut), fanOut = kernel area × output channels.',
  };
}

function constantSlip({ kind, shape, mean, deviation }: Start): Slip | undefined {
  const constant = CONSTANTS[kind]!;
  if (Math.abs(mean - constant) < 1e-6 && deviation < 1e-6) return undefined;
  return {
    credit: 0,
    got: `${GREEK[kind] ?? kind} [${shape}] with mean ${describe(mean)} and standard deviation ${describe(deviation)}`,
    hint: 'Biases and β start at 0, γ at 1: the defaults of tf.layers.',
  };
}
