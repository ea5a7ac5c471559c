import { createHash } from 'node:crypto';
import { sourceOf } from './course.mjs';

/** As in grading/nbgrader_config.py. */
const STUBS = { code: "throw new Error('not written yet');", markdown: 'YOUR ANSWER HERE' };
const SOLUTION = ['### BEGIN SOLUTION', '### END SOLUTION'];
const HIDDEN_TESTS = ['### BEGIN HIDDEN TESTS', '### END HIDDEN TESTS'];
const MARK_SCHEME = ['BEGIN MARK SCHEME', 'END MARK SCHEME'];
const SCHEMA_VERSION = 3;

/**
 * The student's version of an instructor's notebook, equal to what nbgrader's generate_assignment makes of it: stubs in
 * the place of solutions, hidden tests and mark schemes cut, no outputs, locked cells, checksums.
 *
 * @param {object} notebook nbformat 4; left as it is
 * @returns {object} sources as one string a cell
 * @throws {Error} that names the cell, where nbgrader would refuse the notebook
 */
export function studentNotebook(notebook) {
  const gradeIds = new Set();
  const cells = notebook.cells.map((cell) => studentCell(cell, gradeIds));
  const { celltoolbar: _, ...metadata } = notebook.metadata;
  return { ...notebook, metadata, cells };
}

const isSolution = ({ metadata }) => metadata?.nbgrader?.solution === true;
const isGrade = ({ metadata }) => metadata?.nbgrader?.grade === true;
const isTask = ({ metadata }) => metadata?.nbgrader?.task === true;
const isLocked = (cell) => !isSolution(cell) && (isGrade(cell) || cell.metadata?.nbgrader?.locked === true);

function studentCell(original, gradeIds) {
  const cell = { ...original, metadata: { ...original.metadata }, source: sourceOf(original) };
  requireMetadata(cell, gradeIds);
  lock(cell);
  clearSolution(cell);
  if (cell.cell_type === 'code') {
    Object.assign(cell, { outputs: [], execution_count: null });
    for (const field of ['collapsed', 'scrolled']) delete cell.metadata[field];
  }
  cut(cell, HIDDEN_TESTS, isGrade(cell), 'a grade cell');
  cut(cell, MARK_SCHEME, isTask(cell), 'a manually graded task cell');
  if (isSolution(cell) || isGrade(cell) || isLocked(cell)) {
    const { nbgrader } = cell.metadata;
    cell.metadata.nbgrader = { ...nbgrader, checksum: checksum(cell), cell_type: cell.cell_type };
  }
  return cell;
}

/** What nbgrader's own validator asks of its metadata, in so far as a mistake would change what is cut or graded. */
function requireMetadata(cell, gradeIds) {
  const { nbgrader } = cell.metadata;
  if (!nbgrader) return;
  const { schema_version: version, grade_id: id, points } = nbgrader;
  if (version !== SCHEMA_VERSION) {
    fail(cell, `nbgrader metadata of version ${version}`, `${SCHEMA_VERSION}: run nbgrader update`);
  }
  if (!isSolution(cell) && !isGrade(cell) && !isTask(cell) && !isLocked(cell)) return;
  if (typeof id !== 'string' || id === '') fail(cell, `grade_id ${JSON.stringify(id)}`, 'a name');
  if (gradeIds.has(id)) fail(cell, `grade_id ${id} for the second time`, 'each once');
  gradeIds.add(id);
  if (isGrade(cell) && !isTask(cell) && !(Number.isFinite(points) && points >= 0)) {
    fail(cell, `points ${JSON.stringify(points)}`, 'a number from 0');
  }
}

function lock(cell) {
  if (isSolution(cell)) cell.metadata.deletable = false;
  else if (isLocked(cell)) Object.assign(cell.metadata, { deletable: false, editable: false });
}

function clearSolution(cell) {
  const stub = cell.cell_type === 'code' ? STUBS.code : STUBS.markdown;
  const { kept, found } = withoutRegions(cell, SOLUTION, stub);
  if (found && !isSolution(cell))
    fail(cell, 'a solution region', 'it in a cell that nbgrader has as solution');
  if (found) cell.source = kept.join('\n');
  else if (isSolution(cell)) cell.source = stub;
}

function cut(cell, delimiters, allowed, where) {
  const { kept, found } = withoutRegions(cell, delimiters);
  if (found && !allowed) fail(cell, `${delimiters[0]}`, `it in ${where}`);
  cell.source = kept.join('\n');
}

/** The lines outside the regions between two delimiters, with the stub where each began. */
function withoutRegions(cell, [begin, end], stub) {
  const result = { kept: [], found: false };
  let inside = false;
  for (const line of cell.source.split('\n')) {
    if (line.includes(begin)) {
      if (inside) fail(cell, `${begin} inside such a region`, `${end} first`);
      inside = result.found = true;
      if (stub !== undefined) result.kept.push(/^\s*/.exec(line)[0] + stub);
    } else if (line.includes(end)) inside = false;
    else if (!inside) result.kept.push(line);
  }
  if (inside) fail(cell, `${begin} alone`, `${end} after it`);
  return result;
}

/** nbgrader's `compute_checksum`. */
function checksum(cell) {
  const { grade_id: id, points } = cell.metadata.nbgrader;
  const python = (value) => (value ? 'True' : 'False');
  const parts = [
    cell.source,
    cell.cell_type,
    ...[isGrade, isSolution, isLocked].map((is) => python(is(cell))),
  ];
  // Python writes whole floats with a decimal.
  const worth = isGrade(cell) ? [Number.isInteger(points) ? `${points}.0` : String(points)] : [];
  return createHash('md5')
    .update([...parts, id, ...worth].join(''))
    .digest('hex');
}

function fail(cell, got, expected) {
  const id = cell.metadata?.nbgrader?.grade_id ?? cell.id;
  throw new Error(`cell ${id}: got ${got}; expected ${expected}`);
}
