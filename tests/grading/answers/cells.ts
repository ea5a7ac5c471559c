import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../lib/io/package-root';
import { type Notebook, sourceOf } from '../../../grading/notebook';
import { Answer, gradeId } from './answer';

const FOLDER = path.join(packageRoot(), 'notebooks');

/** The notebook that holds an exercise's answer cell. */
function notebookOf(id: string): Notebook {
  for (const name of readdirSync(FOLDER)) {
    if (!name.endsWith('.ipynb')) continue;
    const notebook = JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8')) as Notebook;
    if (notebook.cells.some(({ metadata }) => metadata.nbgrader?.grade_id === id)) return notebook;
  }
  throw new Error(`no notebook has a cell ${id}`);
}

/** The text of the answer cell as the student would hand it in. */
export function answerText(answer: Answer, original: string): string {
  if (answer.file !== undefined) return readFileSync(path.join(__dirname, answer.file), 'utf8');
  return (answer.edits ?? []).reduce((text, [there, student]) => {
    if (!text.includes(there)) throw new Error(`${answer.name}: the answer cell has no "${there}"`);
    return text.replaceAll(there, student);
  }, original);
}

/** The instructor's notebook with the answer's exercise, without the cells that grading leaves out. */
export function sourceNotebook(answer: Answer): Notebook {
  const notebook = notebookOf(gradeId(answer.exercise));
  const cells = notebook.cells.filter(({ metadata }) => !metadata.tags?.includes('demonstration'));
  return { ...notebook, cells };
}

/** The same as the student hands it in. */
export function submittedNotebook(answer: Answer): Notebook {
  const source = sourceNotebook(answer);
  const id = gradeId(answer.exercise);
  const cells = source.cells.map((cell) =>
    cell.metadata.nbgrader?.grade_id === id ? { ...cell, source: answerText(answer, sourceOf(cell)) } : cell,
  );
  return { ...source, cells };
}

/** The text of its code cells. */
export function submittedCells(answer: Answer): string[] {
  return submittedNotebook(answer)
    .cells.filter(({ cell_type: type }) => type === 'code')
    .map(sourceOf);
}
