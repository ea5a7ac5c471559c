import { isDeepStrictEqual } from 'node:util';
import { hashOf } from './files.mjs';

/**
 * What identifies a cell's content: its type and its source. Outputs and the metadata that JupyterLab writes do not
 * count as a student's change.
 */
export function cellHash(cell) {
  return hashOf(`${cell.cell_type}\n${sourceOf(cell)}`);
}

/**
 * Merges a new version of a course notebook into a student's copy, cell by cell, by nbformat's cell ids.
 *
 * - a cell as it was delivered gets the new version, and keeps its outputs;
 * - a cell that the student changed stays, and gets the metadata that grading needs;
 * - a new course cell comes after the course cell that it follows;
 * - a cell that the student deleted stays deleted, one that the course dropped goes unless the student changed it;
 * - the student's own cells stay where they are.
 *
 * @param {object} student the notebook in the working folder (nbformat 4)
 * @param {object} course the new version (nbformat 4.5: every cell has an id)
 * @param {Record<string, string>} delivered `cellHash` by id of the version that the student was last given
 * @returns {{ notebook: object, changed: boolean }} `changed`: whether the student's copy must be written; the
 *   arguments are left as they are
 * @throws {TypeError} when a course cell has no id
 */
export function mergeNotebook(student, course, delivered) {
  const newCells = byId(course);
  let changed = false;

  const cells = student.cells.flatMap((cell) => {
    const next = newCells.get(cell.id);
    const untouched = cellHash(cell) === delivered[cell.id];
    if (!next && untouched) {
      changed = true;
      return [];
    }
    if (!next) return [cell];
    const isNews = untouched && cellHash(next) !== cellHash(cell);
    const metadata = { ...cell.metadata, ...next.metadata };
    if (!isNews && isDeepStrictEqual(metadata, cell.metadata)) return [cell];
    changed = true;
    return [isNews ? updatedCell(cell, next, metadata) : { ...cell, metadata }];
  });

  const present = new Set(cells.map(({ id }) => id));
  let position = 0;
  for (const cell of course.cells) {
    if (present.has(cell.id)) {
      position = cells.findIndex(({ id }) => id === cell.id) + 1;
    } else if (!(cell.id in delivered)) {
      cells.splice(position, 0, cell);
      position += 1;
      changed = true;
    }
  }
  const metadata = { ...student.metadata, ...course.metadata };
  return { notebook: { ...student, cells, metadata }, changed };
}

/** `cellHash` by id, to be remembered when a notebook is delivered. */
export function deliveredHashes(course) {
  return Object.fromEntries([...byId(course)].map(([id, cell]) => [id, cellHash(cell)]));
}

function byId(course) {
  const cells = new Map(course.cells.map((cell) => [cell.id, cell]));
  if (cells.has(undefined) || cells.size !== course.cells.length) {
    throw new TypeError(
      'a course notebook has cells without an id, or two with the same; expected nbformat 4.5 with unique ids: open it in JupyterLab and save it',
    );
  }
  return cells;
}

function updatedCell(old, next, metadata) {
  const cell = { ...next, metadata };
  if (next.cell_type !== 'code' || old.cell_type !== 'code') return cell;
  return { ...cell, outputs: old.outputs, execution_count: old.execution_count };
}

/** A cell's text, which nbformat stores whole or by lines. */
export function sourceOf({ source }) {
  return Array.isArray(source) ? source.join('') : source;
}
