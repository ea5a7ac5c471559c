import type { Verdict } from '../case';
import { describe, field, Plain } from '../plain';

const MOST = 1000;

/** Judges that the loss depends on every weight. */
export function judgeGradients(evidence: Plain): Verdict {
  const expected = 'a gradient at each weight';
  if (!Array.isArray(evidence) || evidence.length === 0 || evidence.length > MOST) {
    return { credit: 0, got: describe(evidence), expected, hint: 'The network has no weights to train.' };
  }
  const idle = (evidence as Plain[]).filter((each) => !isFlowing(field(each, 'size')));
  if (idle.length === 0) return { credit: 1, got: `a gradient at ${evidence.length} weights`, expected };
  return {
    credit: 0,
    got: `no gradient at ${idle.length} weights: ${describe(idle.map((each) => field(each, 'weight') ?? null))}`,
    expected,
    hint: 'These weights learn nothing: their layer is not on the way from input to output, or nothing can be derived through a step after it.',
  };
}

const isFlowing = (size: Plain | undefined) => typeof size === 'number' && size > 0 && size < Infinity;
