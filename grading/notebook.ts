/** What the grader reads of a notebook (nbformat 4). */
export interface Notebook {
  nbformat: number;
  nbformat_minor: number;
  metadata: Record<string, unknown>;
  cells: Cell[];
}

export interface Cell {
  id?: string;
  cell_type: string;
  /** Whole, or by lines. */
  source: string | string[];
  metadata: {
    tags?: string[];
    nbgrader?: { grade_id?: string; grade?: boolean; solution?: boolean; task?: boolean; points?: number };
    segcourse?: { exercise?: string };
    [key: string]: unknown;
  };
  outputs?: unknown[];
  execution_count?: number | null;
  attachments?: unknown;
}

export function sourceOf({ source }: Cell): string {
  return Array.isArray(source) ? source.join('') : source;
}

/** The code cells, each with its place among all cells and its name in stack traces. */
export function codeCells({ cells }: Notebook): { cell: Cell; index: number; name: string }[] {
  return cells
    .map((cell, index) => ({ cell, index }))
    .filter(({ cell }) => cell.cell_type === 'code')
    .map((each, position) => ({ ...each, name: `In[${position + 1}]` }));
}
