import { isRestored, kindOf, matchCells, neighbours } from './match-cells';
import type { StrictCell, StrictNotebook } from './notebook';
import { count } from './normalise';

const VALID_ID = /^[\w-]{1,64}$/;

/**
 * A submitted notebook in the shape of the released one: every released cell that is there has its own id, type and
 * metadata again, whatever was done to them; cells that students must not change have their text; cells that nbgrader
 * needs are put back where they were. The students' own cells stay, without nbgrader's metadata.
 *
 * @param repairs gets a line for each thing restored
 */
export function restoreCells(
  released: StrictNotebook,
  submitted: StrictNotebook,
  repairs: string[],
): StrictNotebook {
  const { matches, doubles } = matchCells(released.cells, submitted.cells);
  for (const id of doubles) repairs.push(`Several cells were marked as ${id}; one of them was taken for it.`);
  const references = new Map([...matches].map(([reference, index]) => [index, released.cells[reference]]));
  let cleared = 0;
  const cells = submitted.cells.map((cell, index) => {
    const reference = references.get(index);
    if (!reference) return { ...cell, metadata: {} };
    if (kindOf(reference) !== 'plain' && kindOf(cell) === 'plain') cleared += 1;
    return restored(reference, cell, repairs);
  });
  if (cleared > 0)
    repairs.push(`${count(cleared, 'cell')} had lost the marks of grading; they were put back.`);
  insertMissing(released.cells, cells, matches, repairs);
  nameKernel(released, submitted, repairs);
  return { ...submitted, metadata: released.metadata, cells: withUniqueIds(cells) };
}

function restored(reference: StrictCell, cell: StrictCell, repairs: string[]): StrictCell {
  const name = reference.metadata.nbgrader?.grade_id;
  const { id, metadata, cell_type } = reference;
  const kept: StrictCell = { ...cell, id, metadata, cell_type };
  if (name && cell.cell_type !== cell_type) {
    repairs.push(`The cell ${name} was of type ${cell.cell_type}; it is ${cell_type} again.`);
  }
  const altered = alteredMarks(reference, cell);
  if (altered.length > 0) {
    repairs.push(
      `The marks of grading of ${name} were not those given out (${altered.join(', ')}); those given out count.`,
    );
  }
  if (cell_type === 'code') {
    delete kept.attachments;
    Object.assign(kept, { execution_count: null, outputs: [] });
  } else {
    delete kept.execution_count;
    delete kept.outputs;
  }
  if (isRestored(reference) && cell.source !== reference.source) {
    repairs.push(`The cell ${name} was changed; the original was graded.`);
    kept.source = reference.source;
  }
  return kept;
}

const MARKS = ['grade', 'solution', 'locked', 'task', 'points', 'checksum'] as const;

/** The marks that are there and not as nbgrader set them; those of another cell that took this one's place are its own. */
function alteredMarks({ metadata: { nbgrader: given } }: StrictCell, cell: StrictCell): string[] {
  const marks = cell.metadata.nbgrader as Record<string, unknown> | undefined;
  if (!given || kindOf(cell) === 'plain' || marks?.grade_id !== given.grade_id) return [];
  return MARKS.filter(
    (mark) => given[mark] !== undefined && marks[mark] !== undefined && marks[mark] !== given[mark],
  );
}

/** Puts back what nbgrader and the checks need. An answer in code stays away: it may have moved to another cell. */
function insertMissing(
  released: readonly StrictCell[],
  cells: StrictCell[],
  matches: ReadonlyMap<number, number>,
  repairs: string[],
): void {
  const insertions: { at: number; cell: StrictCell }[] = [];
  released.forEach((cell, index) => {
    const kind = kindOf(cell);
    if (matches.has(index) || kind === 'plain' || kind === 'solution') return;
    const [start, end] = neighbours(index, matches, released.length, cells.length);
    // A check after all that may be its answer; given code before all that may need it.
    insertions.push({ at: kind === 'locked' ? start : end, cell: empty(cell) });
    repairs.push(`The cell ${cell.metadata.nbgrader!.grade_id} was missing; it was put back.`);
  });
  insertions.sort((a, b) => a.at - b.at);
  insertions.forEach(({ at, cell }, shift) => cells.splice(at + shift, 0, cell));
}

function empty(cell: StrictCell): StrictCell {
  return cell.cell_type === 'code' ? { ...cell, execution_count: null, outputs: [] } : cell;
}

function nameKernel({ metadata }: StrictNotebook, submitted: StrictNotebook, repairs: string[]): void {
  const [right, got] = [metadata, submitted.metadata].map(
    ({ kernelspec }) => (kernelspec as { name?: unknown } | undefined)?.name,
  );
  if (right !== undefined && got !== undefined && got !== right) {
    repairs.push(`The notebook names the kernel ${JSON.stringify(got)}; it ran in ${JSON.stringify(right)}.`);
  }
}

function withUniqueIds(cells: StrictCell[]): StrictCell[] {
  const used = new Set<string>();
  const unique = (id: string, index: number): string => {
    if (VALID_ID.test(id) && !used.has(id)) return id;
    for (let n = index; ; n += 1) if (!used.has(`cell-${n}`)) return `cell-${n}`;
  };
  return cells.map((cell, index) => {
    const id = unique(cell.id, index);
    used.add(id);
    return { ...cell, id };
  });
}
