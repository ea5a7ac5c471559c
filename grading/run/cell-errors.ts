import type { CellError } from '../../lib/kernel/errors';

/** What is kept of an error: enough to read. */
const MAX_LINES = 60;
const MAX_CHARACTERS = 4000;

const text = (value: unknown, most = MAX_CHARACTERS): string =>
  typeof value === 'string' ? value.slice(0, most) : '';

/** An error, whoever made it, cut to what a page can show; undefined where there is none. */
export function readCellError(value: unknown): CellError | undefined {
  if (value === undefined || value === null) return undefined;
  const { ename, evalue, traceback } = (typeof value === 'object' ? value : {}) as Partial<CellError>;
  const lines = Array.isArray(traceback) ? traceback.slice(0, MAX_LINES) : [];
  return {
    ename: text(ename, 200) || 'Error',
    evalue: text(evalue),
    traceback: lines.map((line) => text(line)),
  };
}
