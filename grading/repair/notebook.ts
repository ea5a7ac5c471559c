import type { Cell, Notebook } from '../notebook';

/** What nbgrader keeps in a cell's metadata (its schema 3). */
export interface GradeMetadata {
  grade_id: string;
  grade: boolean;
  solution: boolean;
  locked: boolean;
  task: boolean;
  points?: number;
  /** Of the cell's text and place, where students must not change it. */
  checksum?: string;
}

export interface StrictCell extends Cell {
  id: string;
  cell_type: 'code' | 'markdown' | 'raw';
  metadata: Cell['metadata'] & { nbgrader?: GradeMetadata };
  source: string;
  attachments?: Record<string, Record<string, string>>;
}

/** A notebook of nbformat 4.5, as nbgrader writes it and as a submission is brought to. */
export interface StrictNotebook extends Notebook {
  nbformat: 4;
  nbformat_minor: 5;
  cells: StrictCell[];
}

/** A submission that cannot be graded; the message is the one line that its student reads. */
export class Refusal extends Error {}

export type PlainObject = Record<string, unknown>;

export function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
