import type { Notebook } from '../repair/notebook';

export interface GradeJob {
  assignment: string;
  student: string;
  /** The notebook's name in the assignment, without `.ipynb`. */
  name: string;
  /** The student's notebook, repaired and sanitised. */
  notebook: Notebook;
  /** The instructor's own. */
  source: Notebook;
  /** Of the inputs of all cases. */
  seed: number;
  /** Judge this exercise alone. */
  only?: string;
}

export interface ExerciseResult {
  exercise: string;
  /** nbgrader's id of the cell that carries the points. */
  gradeId: string;
  /** 0 … max */
  points: number;
  max: number;
}

/** What came of one notebook of one submission; plain data. */
export interface NotebookResult {
  seed: number;
  exercises: ExerciseResult[];
  /** Outputs of the cells that ran, by their index in the job's notebook. */
  outputs: Record<number, Record<string, unknown>[]>;
}

/** Runs a student's notebook in a box and judges it. Rejects only where the grader itself failed. */
export type GradeNotebook = (job: GradeJob) => Promise<NotebookResult>;
