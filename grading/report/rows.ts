import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFileWhole } from '../../lib/io/write-file';
import type { CourseFolder } from '../grade/course-folder';
import { Journal } from '../grade/journal';
import type { GradeRow } from '../nbgrader/service';
import { type FindingRow, readFindings } from './integrity/findings';
import { notesIn } from './notes';

/** A submission as reports see it. */
export interface ReportRow extends GradeRow {
  /** Seconds that running and judging took. */
  seconds: number | null;
}

/** What one case found in one submission. */
export interface CaseRow {
  student: string;
  exercise: string;
  title: string;
  hidden: boolean;
  credit: number;
  hint: string | null;
  seconds: number;
}

/** What the grader noted of a submission: what it mended, or refused. */
export interface NoteRow {
  student: string;
  note: string;
}

export interface ReportData {
  grades: ReportRow[];
  cases: CaseRow[];
  notes: NoteRow[];
  findings: FindingRow[];
}

/** Puts together what gradebook, journal and recorded notebooks hold of an assignment. */
export function readReport(
  course: CourseFolder,
  assignment: string,
  grades: readonly GradeRow[],
  notebooks: readonly string[],
): ReportData {
  const journal = new Journal(course.own(assignment));
  const data: ReportData = { grades: [], cases: [], notes: [], findings: [] };
  for (const grade of grades) {
    const { student } = grade;
    const results = Object.values(journal.entry(student)?.notebooks ?? {}).map(({ result }) => result);
    const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
    data.grades.push({ ...grade, seconds: results.length > 0 ? seconds : null });
    for (const { exercise, cases } of results.flatMap((result) => result.exercises)) {
      for (const { title, hidden, credit, hint = null, seconds: took } of cases)
        data.cases.push({ student, exercise, title, hidden, credit, hint, seconds: took });
    }
    for (const name of notebooks) {
      const recorded = course.recordedNotebook(student, assignment, name);
      if (recorded) data.notes.push(...notesIn(recorded).map((note) => ({ student, note })));
    }
  }
  const students = grades.map(({ student }) => student);
  data.findings = readFindings(course, assignment, students, notebooks, data.notes);
  return data;
}

/**
 * A name that only this course folder can tell: a keyed hash, whose key stays in the folder, so that a student has the
 * same pseudonym in every report, and nobody finds it by trying names.
 */
export function pseudonymOf(course: CourseFolder, student: string): string {
  const file = course.own('pseudonyms.key');
  if (!existsSync(file)) writeFileWhole(file, randomBytes(32));
  return `s-${createHmac('sha256', readFileSync(file)).update(student).digest('hex').slice(0, 10)}`;
}

/** The same data under pseudonyms, in their order. */
export function pseudonymised(course: CourseFolder, data: ReportData): ReportData {
  const renamed = <Row extends { student: string }>(rows: readonly Row[]): Row[] =>
    rows
      .map((row) => ({ ...row, student: pseudonymOf(course, row.student) }))
      .sort((a, b) => (a.student < b.student ? -1 : 1));
  return {
    grades: renamed(data.grades.map((row) => ({ ...row, first_name: null, last_name: null, email: null }))),
    cases: renamed(data.cases),
    notes: renamed(data.notes),
    findings: renamed(data.findings).map((row) => ({
      ...row,
      others: row.others.map((other) => pseudonymOf(course, other)).sort(),
    })),
  };
}
