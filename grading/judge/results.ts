import type { CaseResult } from '../../lib/check/run-cases';
import type { Output } from '../run/messages';

/** What came of one exercise in one submission. */
export interface ExerciseResult {
  exercise: string;
  /** nbgrader's id of the cell that carries the points. */
  gradeId: string;
  /** 0 … max */
  points: number;
  max: number;
  cases: CaseResult[];
  seconds: number;
  peakMemoryMiB: number;
}

/** Why a box was lost: `forged` where something wrote into its connection that is no answer. */
export type Loss = 'forged' | 'memory' | 'time' | 'processes' | 'ended';

/** A box that a submission lost, at a cell or at an exercise's case. */
export interface Incident {
  loss: Loss;
  /** The cell's name in stack traces. */
  cell?: string;
  exercise?: string;
}

/** What came of one notebook of one submission. */
export interface SubmissionResult {
  seed: number;
  exercises: ExerciseResult[];
  /** Outputs of the cells that ran, by their index in the notebook that was graded. */
  outputs: Record<number, Output[]>;
  incidents: Incident[];
  seconds: number;
}
