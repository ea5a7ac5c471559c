import type { StrictCell, GradeMetadata, StrictNotebook } from '../../grading/repair/notebook';

const KERNELSPEC = { name: 'segcourse', display_name: 'TypeScript (segcourse)', language: 'typescript' };
const STUB = "throw new Error('not written yet');";

export const DICE_ANSWER = 'return (2 * overlap(a, b)) / (sum(a) + sum(b));';
export const IOU_ANSWER = 'return overlap(a, b) / (sum(a) + sum(b) - overlap(a, b));';
export const WRITTEN_ANSWER = 'Dice counts the overlap twice, so that it is never below IoU.';
export const WRITTEN_STUB = 'YOUR ANSWER HERE';

const HELPERS = `const sum = (mask: number[]): number => mask.reduce((total, value) => total + value, 0);
const overlap = (a: number[], b: number[]): number => sum(a.filter((value, i) => value && b[i]));`;

/** Answers to what students are asked; by default the stubs that they are given. */
export interface Answers {
  dice?: string;
  iou?: string;
  written?: string;
}

/** The notebook `masks` as students get it, with these answers written into it. */
export function masksNotebook({
  dice = STUB,
  iou = STUB,
  written = WRITTEN_STUB,
}: Answers = {}): StrictNotebook {
  const cells: StrictCell[] = [
    markdown('title', '# Two measures of overlap'),
    code('helpers', HELPERS, { locked: true }),
    markdown('dice-text', '## Exercise 1: Dice\n\nTwice the overlap over the sum of both areas.'),
    code('exercise-1', `function dice(a: number[], b: number[]): number {\n  ${dice}\n}`, { solution: true }),
    check('check-1', '1', 'dice', 4),
    markdown('iou-text', '## Exercise 2: IoU\n\nThe overlap over the area of the union.'),
    code('exercise-2', `function iou(a: number[], b: number[]): number {\n  ${iou}\n}`, { solution: true }),
    check('check-2', '2', 'iou', 2),
    markdown('question', '## Question\n\nWhy is Dice never below IoU?'),
    markdown('written-1', written, { grade: true, solution: true, points: 3 }),
    markdown('end', 'That is all.'),
  ];
  const language_info = { name: 'typescript', file_extension: '.ts' };
  return { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: KERNELSPEC, language_info }, cells };
}

/** The instructor's notebook. */
export function masksSource(): StrictNotebook {
  const marked = (answer: string) => `// ### BEGIN SOLUTION\n  ${answer}\n  // ### END SOLUTION`;
  return masksNotebook({ dice: marked(DICE_ANSWER), iou: marked(IOU_ANSWER) });
}

export function honestNotebook(): StrictNotebook {
  return masksNotebook({ dice: DICE_ANSWER, iou: IOU_ANSWER, written: WRITTEN_ANSWER });
}

function markdown(id: string, source: string, grading?: Partial<GradeMetadata>): StrictCell {
  return { id, cell_type: 'markdown', metadata: metadata(id, 'markdown', grading), source };
}

function code(id: string, source: string, grading?: Partial<GradeMetadata>): StrictCell {
  return {
    id,
    cell_type: 'code',
    metadata: metadata(id, 'code', grading),
    source,
    execution_count: null,
    outputs: [],
  };
}

function check(id: string, exercise: string, answer: string, points: number): StrictCell {
  const cell = code(id, `await check('${exercise}', { ${answer} });`, { grade: true, locked: true, points });
  return { ...cell, metadata: { ...cell.metadata, segcourse: { exercise } } };
}

function metadata(
  grade_id: string,
  cell_type: string,
  grading?: Partial<GradeMetadata>,
): StrictCell['metadata'] {
  if (!grading) return {};
  const nbgrader = {
    schema_version: 3,
    cell_type,
    grade_id,
    grade: false,
    solution: false,
    locked: false,
    task: false,
    ...grading,
  };
  return { nbgrader };
}
