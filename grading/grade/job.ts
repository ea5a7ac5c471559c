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
  /** @param ended whether nobody will ask for anything of this run again */
  close(ended: boolean): Promise<void>;
}

/** A run of grading, whose cases' inputs all come from one seed. */
export interface JudgeRun {
  id: string;
  seed: number;
  assignment: string;
  /** Submissions at the same time, and in all. */
  jobs: number;
  submissions: number;
  /** The instructor's notebooks. */
  sources: readonly Notebook[];
}

/**
 * Makes the judge of a run. It makes itself ready for the instructor's notebooks while nbgrader does the same.
 *
 * @throws Error where students' code cannot be confined
 */
export type OpenJudge = (run: JudgeRun) => Promise<Judge>;
