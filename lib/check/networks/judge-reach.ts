import type { Verdict } from '../case';
import { describe, field, Plain } from '../plain';

/** How far, in pixels from the point, the logits must change at least, and may change at most. */
export interface Reach {
  least: number;
  most: number;
}

const LONGEST = 4096;

/** Judges how far a point in the image's middle reaches, down and across. */
export function judgeReach(evidence: Plain, { least, most }: Reach): Verdict {
  const expected = `between ${least} and ${most} pixels each way`;
  const reach = reachOf(evidence);
  if (reach === undefined) {
    return {
      credit: 0,
      got: describe(evidence),
      expected,
      hint: 'A point changes no logit, or not by numbers.',
    };
  }
  const got = `between ${reach.least} and ${reach.most} pixels`;
  if (reach.least < least) {
    return { credit: 0, got, expected, hint: 'Too short: the point never reaches the bottleneck.' };
  }
  if (reach.most > most) {
    return {
      credit: 0,
      got,
      expected,
      hint: 'Too far: there is more pooling than numBlocks says, larger kernels or more convolutions.',
    };
  }
  return { credit: 1, got, expected };
}

/** How far the logits change, along the axis where it is least and where it is most. */
export function reachOf(evidence: Plain): Reach | undefined {
  const [rows, columns] = ['rows', 'columns'].map((axis) => reachAlong(field(evidence, axis)));
  if (rows === undefined || columns === undefined) return undefined;
  return { least: Math.min(rows, columns), most: Math.max(rows, columns) };
}

function reachAlong(changes: Plain | undefined): number | undefined {
  if (!(changes instanceof Float32Array) || changes.length === 0 || changes.length > LONGEST)
    return undefined;
  const largest = changes.reduce((most, value) => Math.max(most, value), 0);
  if (!(largest > 0 && Number.isFinite(largest))) return undefined;
  // Rounding reaches further: fast convolutions compute tiles of pixels at once.
  const distances = [...changes.keys()]
    .filter((index) => changes[index] > 1e-5 * largest)
    .map((index) => Math.abs(index - changes.length / 2));
  return Math.max(...distances);
}
