import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../lib/io/package-root';
import { Answer, gradeId } from './answer';

interface Notebook {
  cells: {
    cell_type: string;
    source: string | string[];
    metadata: { tags?: string[]; nbgrader?: { grade_id: string } };
  }[];
}

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

const textOf = (source: string | string[]) => [source].flat().join('');

/** The text of the answer cell as the student would hand it in. */
export function answerText(answer: Answer, original: string): string {
  if (answer.file !== undefined) return readFileSync(path.join(__dirname, answer.file), 'utf8');
  return (answer.edits ?? []).reduce((text, [there, student]) => {
    if (!text.includes(there)) throw new Error(`${answer.name}: the answer cell has no "${there}"`);
    return text.replaceAll(there, student);
  }, original);
}

/** The code cells that grading runs, with the answer in its place; demonstrations are left out. */
export function submittedCells(answer: Answer): string[] {
  const id = gradeId(answer.exercise);
  return notebookOf(id)
    .cells.filter(
      ({ cell_type, metadata }) => cell_type === 'code' && !metadata.tags?.includes('demonstration'),
    )
    .map(({ source, metadata }) =>
      metadata.nbgrader?.grade_id === id ? answerText(answer, textOf(source)) : textOf(source),
    );
}
