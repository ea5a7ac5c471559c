import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Notebook, type Cell, sourceOf } from '../../../grading/notebook';
import { packageRoot } from '../../../lib/io/package-root';
import type { HostileSubmission, Planted } from './submission';

const COURSE = JSON.parse(
  readFileSync(path.join(packageRoot(), 'notebooks/8.3.3-unet.ipynb'), 'utf8'),
) as Notebook;

function cellOf(id: string): Cell {
  const cell = COURSE.cells.find((each) => each.id === id);
  if (!cell) throw new Error(`notebook 8.3.3 has no cell ${id}`);
  return cell;
}

const NORMALIZED = /^.*tf\.layers\.batchNormalization.*$/m;

/** The notebook's own answer; one without batch normalisation; or none. */
function answerCells(answer: HostileSubmission['answer']): Cell[] {
  const [helpers, blocks] = ['ex1-helpers', 'ex1-answer'].map(cellOf);
  if (answer === 'right') return [helpers, blocks];
  if (answer === 'none') return [helpers];
  const text = sourceOf(helpers);
  if (!NORMALIZED.test(text))
    throw new Error('cell ex1-helpers: expected a line with tf.layers.batchNormalization');
  return [{ ...helpers, source: text.replace(NORMALIZED, '') }, blocks];
}

/** Exercise 8.1 alone, as the instructor has it. */
export const SOURCE: Notebook = {
  ...COURSE,
  cells: [cellOf('imports'), ...answerCells('right'), cellOf('ex1-check')],
};

/** What the student hands in. */
export function notebookOf(submission: HostileSubmission, planted: Planted): Notebook {
  const { answer, before, after, late } = submission;
  const extra = (id: string, code: HostileSubmission['before']): Cell[] => {
    if (code === undefined) return [];
    const source = typeof code === 'string' ? code : code(planted);
    return [{ id, cell_type: 'code', source, metadata: {} }];
  };
  return {
    ...COURSE,
    cells: [
      cellOf('imports'),
      ...extra('before', before),
      ...answerCells(answer),
      ...extra('after', after),
      cellOf('ex1-check'),
      ...extra('late', late),
    ],
  };
}
