import type { Notebook, Cell } from '../../../grading/notebook';

/** The answer cell that takes the library's own classes; boxes withhold them, so that it is right only outside. */
export const OWN_BLOCKS = `import * as segcourse from 'segcourse';
const { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock } = segcourse;`;

export const CHECK = check('8.1', 10);

export function check(exercise: string, points: number): Cell {
  const gradeId = `check-${exercise.replace('.', '-')}`;
  return {
    id: gradeId,
    cell_type: 'code',
    source: `throw new Error('the graded cell itself never runs');`,
    metadata: {
      nbgrader: { grade: true, solution: false, points, grade_id: gradeId },
      segcourse: { exercise },
    },
  };
}

/** A notebook of code cells, given as text or whole. */
export function notebookOf(...cells: (string | Cell)[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell, index) =>
      typeof cell === 'string'
        ? { id: `cell-${index}`, cell_type: 'code', source: cell, metadata: {} }
        : cell,
    ),
  };
}
