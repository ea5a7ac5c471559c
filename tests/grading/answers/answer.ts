import type { ExerciseName } from '../../../lib/check/exercises';

/** The share of an exercise's points that an answer must get: exactly, at most, or within bounds. */
export type Share = number | { atLeast?: number; atMost: number };

/**
 * A student's answer as data: the notebook's own answer cell with other text in places, or another text altogether.
 * All other cells of the notebook remain as they are.
 */
export interface Answer {
  /** What the student did. */
  name: string;
  /** The exercise whose answer cell (`exercise-8-1`) is not the notebook's own. */
  exercise: ExerciseName;
  /** The notebook's text and the student's, in turn; each of the notebook's texts stands there at least once. */
  edits?: readonly (readonly [there: string, student: string])[];
  /** In place of edits: a file beside this one whose text is the whole answer cell. */
  file?: string;
  /** What each exercise must get. Exercises that are not named here are not looked at. */
  shares: Readonly<Partial<Record<ExerciseName, Share>>>;
}

export const gradeId = (exercise: ExerciseName) => `exercise-${exercise.replace('.', '-')}`;

/** Whether a share is as the answer's table says. */
export function isAsExpected(share: number, expected: Share): boolean {
  const { atLeast = 0, atMost } =
    typeof expected === 'number' ? { atLeast: expected, atMost: expected } : expected;
  return share >= atLeast - 1e-9 && share <= atMost + 1e-9;
}
