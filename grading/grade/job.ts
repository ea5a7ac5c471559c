import type { GradeJob as JudgeJob } from '../judge/grader';
import type { SubmissionResult } from '../judge/results';
import type { Notebook } from '../notebook';

export interface GradeJob extends JudgeJob {
  assignment: string;
  student: string;
  /** The notebook's name in the assignment, without `.ipynb`. */
  name: string;
}

/** What came of one notebook of one submission; plain data. */
export type NotebookResult = SubmissionResult;

/** Runs a student's notebook in a box and judges it. Rejects only where the grader itself failed. */
export type GradeNotebook = (job: GradeJob) => Promise<NotebookResult>;

export interface Judge {
  grade: GradeNotebook;
  close(): Promise<void>;
}

/**
 * Makes the judge of a run, whose cases' inputs all come from one seed. It makes itself ready for these notebooks of
 * the instructor's while nbgrader does the same.
 *
 * @throws Error where students' code cannot be confined
 */
export type OpenJudge = (seed: number, jobs: number, sources: readonly Notebook[]) => Promise<Judge>;
