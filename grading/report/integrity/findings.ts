import type { CourseFolder } from '../../grade/course-folder';
import { Journal } from '../../grade/journal';
import { type Notebook, sourceOf } from '../../notebook';
import { isNote } from '../notes';
import { cellNames, type Found, runFindings } from './run-findings';
import { type Answer, sameAnswers } from './same-answers';
import { unusualCode } from './unusual-code';

/** Something about a submission that a person should look at; it accuses nobody. */
export interface FindingRow {
  student: string;
  /** The cell or exercise. */
  where: string;
  finding: string;
  /** Other students whom it concerns as well. */
  others: string[];
}

const SAME = 'The same program as others handed in, whatever its names and comments';

/** Lines of the grader's notes that are findings, too, with the cell that they name. */
const MENDED: readonly (readonly [RegExp, string])[] = [
  [
    /^The cell (.+) was changed; the original was graded/,
    'A locked cell was changed; the original was graded',
  ],
  [/^Several cells were marked as (.+); one of them/, 'Several cells carried the mark of one'],
  [/^The marks of grading of (.+) were not those given out/, 'Marks of grading were not those given out'],
];

/**
 * Reads from journal and recorded notebooks what deserves a look.
 *
 * @param notes what the grader mended, by student
 * @returns in the order of the students
 */
export function readFindings(
  course: CourseFolder,
  assignment: string,
  students: readonly string[],
  notebooks: readonly string[],
  notes: readonly { student: string; note: string }[],
): FindingRow[] {
  const journal = new Journal(course.own(assignment));
  const rows: FindingRow[] = notes.flatMap(({ student, note }) =>
    MENDED.flatMap(([line, finding]) => {
      const where = line.exec(note)?.[1];
      return where === undefined ? [] : [{ student, where, finding, others: [] }];
    }),
  );
  for (const name of notebooks) {
    const released = course.releasedNotebook(assignment, name);
    const given = new Set(released?.cells.map(sourceOf));
    const answers: Answer[] = [];
    for (const student of students) {
      const recorded = course.recordedNotebook(student, assignment, name);
      if (!recorded) continue;
      const graded: Notebook = { ...recorded, cells: recorded.cells.filter((cell) => !isNote(cell)) };
      const result = journal.entry(student)?.notebooks[name]?.result;
      const found = [
        ...(result ? runFindings(result, graded, given) : []),
        ...codeFindings(graded, released),
      ];
      rows.push(...found.map((each) => ({ student, ...each, others: [] })));
      answers.push(...answersIn(graded).map((answer) => ({ student, ...answer })));
    }
    for (const { cell, students: same } of sameAnswers(answers, textsById(released))) {
      const others = (student: string) => same.filter((other) => other !== student);
      rows.push(...same.map((student) => ({ student, where: cell, finding: SAME, others: others(student) })));
    }
  }
  const order = new Map(students.map((student, index) => [student, index]));
  return rows.sort((a, b) => order.get(a.student)! - order.get(b.student)!);
}

/** What a student's own code names, and no cell that was given. */
function codeFindings(graded: Notebook, released: Notebook | undefined): Found[] {
  const given = new Set(released?.cells.flatMap((cell) => unusualIn(cell)));
  const texts = new Set(released?.cells.map(sourceOf));
  const names = cellNames(graded);
  return [...names].flatMap(([index, where]) => {
    const cell = graded.cells[index];
    if (texts.has(sourceOf(cell))) return [];
    const own = unusualIn(cell).filter((each) => !given.has(each));
    return own.map((each) => ({ where, finding: `The code names ${each}` }));
  });
}

const unusualIn = (cell: Notebook['cells'][number]): string[] =>
  cell.cell_type === 'code' ? unusualCode(sourceOf(cell)) : [];

function answersIn({ cells }: Notebook): Omit<Answer, 'student'>[] {
  return cells.flatMap((cell) => {
    const { solution, grade_id: id } = cell.metadata.nbgrader ?? {};
    return cell.cell_type === 'code' && solution && id ? [{ cell: id, text: sourceOf(cell) }] : [];
  });
}

const textsById = (notebook: Notebook | undefined): Map<string, string> =>
  new Map(notebook ? answersIn(notebook).map(({ cell, text }) => [cell, text]) : []);
