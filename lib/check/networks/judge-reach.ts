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
  const reaches = (['rows', 'columns'] as const).map((axis) => reachAlong(field(evidence, axis)));
  const [rows, columns] = reaches;
  if (rows === undefined || columns === undefined) {
    return {
      credit: 0,
      got: describe(evidence),
      expected,
      hint: 'A point changes no logit, or not by numbers.',
    };
  }
  const got = `${rows} pixels down, ${columns} across`;
  const [shortest, furthest] = [Math.min(rows, columns), Math.max(rows, columns)];
  if (shortest < least) {
    return { credit: 0, got, expected, hint: 'Too short: the point never reaches the bottleneck.' };
  }
  if (furthest > most) {
    return {
      credit: 0,
      got,
      expected,
      hint: 'Too far: there is more pooling than numBlocks says, larger kernels or more convolutions.',
    };
  }
  return { credit: 1, got, expected };
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
