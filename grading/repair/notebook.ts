/** What nbgrader keeps in a cell's metadata (its schema 3). */
export interface GradeMetadata {
  grade_id: string;
  grade: boolean;
  solution: boolean;
  locked: boolean;
  task: boolean;
  points?: number;
}

export interface Cell {
  id: string;
  cell_type: 'code' | 'markdown' | 'raw';
  metadata: Record<string, unknown> & { nbgrader?: GradeMetadata };
  source: string;
  attachments?: Record<string, Record<string, string>>;
  execution_count?: number | null;
  outputs?: unknown[];
}

/** A notebook of nbformat 4.5. */
export interface Notebook {
  nbformat: 4;
  nbformat_minor: 5;
  metadata: Record<string, unknown>;
  cells: Cell[];
}

/** A submission that cannot be graded; the message is the one line that its student reads. */
export class Refusal extends Error {}

export type PlainObject = Record<string, unknown>;

export function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
