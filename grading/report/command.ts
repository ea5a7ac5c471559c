import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parsedOptions } from '../../lib/cli/arguments';
import { type Surroundings, UsageError } from '../../lib/cli/terminal';
import { withFileLock } from '../../lib/io/file-lock';
import { writeFileWhole } from '../../lib/io/write-file';
import { askedCourseFolder } from '../assignments';
import { CourseFolder } from '../grade/course-folder';
import { NbgraderService } from '../nbgrader/service';
import { tables } from './exports';
import { reportPage } from './page';
import { pseudonymised, pseudonymOf, readReport } from './rows';
import { answerFiles } from './similarity';
import { statisticsOf } from './statistics';

export const HELP = `npm run report -- <assignment> [options]
npm run report -- forget <assignment> [options]

Writes classroom/reports/<assignment>/: report.html, the grades as grades.csv, canvas.csv and moodle.csv, and in answers/
what each student wrote, for JPlag. \`forget\` takes away what the course folder holds of the assignment's submissions, but for the grades in the gradebook: submitted
and recorded notebooks, feedback, reports, and the grader's own memory of them.

  --course DIR    the course folder (default: classroom)
  --pseudonyms    students under names that only the course folder can tell
  --yes           forget without asking to be sure
`;

const [FAILED, USAGE] = [1, 2];

/** @returns exit code: 0, 1 where it failed, 2 for what was asked wrongly */
export async function reportCommand(args: string[], { out, errors }: Surroundings): Promise<number> {
  try {
    const options = parse(args);
    if (options.help) {
      out.write(HELP);
      return 0;
    }
    const course = new CourseFolder(options.course);
    const { name, notebooks } = course.open(options.assignment);
    const lines = await withFileLock(course.own('lock'), () =>
      options.forget
        ? forget(course, name, options.yes)
        : report(course, name, notebooks, options.pseudonyms),
    );
    out.write(`${lines.join('\n')}\n`);
    return 0;
  } catch (error) {
    errors.write(`report: ${(error as Error).message}\n`);
    return error instanceof UsageError ? USAGE : FAILED;
  }
}

async function report(
  course: CourseFolder,
  assignment: string,
  notebooks: readonly string[],
  pseudonyms: boolean,
): Promise<string[]> {
  const nbgrader = new NbgraderService(course.root);
  const grades = await nbgrader.grades(assignment).finally(() => nbgrader.close());
  if (grades.length === 0) {
    throw new UsageError(
      `got no grade of ${assignment} in the gradebook; expected some: npm run grade -- ${assignment}`,
    );
  }
  const read = readReport(course, assignment, grades, notebooks);
  const data = pseudonyms ? pseudonymised(course, read) : read;
  const page = await reportPage(assignment, data, await statisticsOf(data));
  const folder = path.join(course.root, 'reports', assignment);
  const files = { 'report.html': page, ...(await tables(assignment, data)) };
  const written = Object.entries(files).map(([name, content]) => {
    writeFileWhole(path.join(folder, name), Buffer.from(content));
    return path.join(folder, name);
  });
  const answers = path.join(folder, 'answers');
  rmSync(answers, { recursive: true, force: true });
  const students = read.grades.map(({ student }) => student);
  for (const [name, text] of Object.entries(answerFiles(course, assignment, students, notebooks))) {
    const [student, ...rest] = name.split('/');
    const shown = pseudonyms ? pseudonymOf(course, student) : student;
    writeFileWhole(path.join(answers, shown, ...rest), Buffer.from(text));
  }
  return [...written, `${answers}: java -jar jplag.jar --language typescript ${answers}`];
}

/** What is forgotten; what is written beside nbgrader's own folders is the grader's. */
async function forget(course: CourseFolder, assignment: string, sure: boolean): Promise<string[]> {
  const students = course.known(assignment);
  const folders = [
    ...students.flatMap((student) =>
      ['submitted', 'autograded', 'feedback'].map((step) =>
        path.join(course.root, step, student, assignment),
      ),
    ),
    course.own(assignment),
    path.join(course.root, 'reports', assignment),
  ].filter((folder) => existsSync(folder));
  if (!sure) {
    throw new UsageError(
      `this takes away ${folders.length} folders of ${students.length} students for good; the grades stay: add --yes`,
    );
  }
  for (const folder of folders) rmSync(folder, { recursive: true });
  return [`${folders.length} folders of ${students.length} students are gone; the grades stay.`];
}

function parse(args: string[]) {
  const { values, positionals } = parsedOptions(args, {
    course: { type: 'string' },
    pseudonyms: { type: 'boolean' },
    yes: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  const isForget = positionals[0] === 'forget';
  const [assignment = '', ...more] = positionals.slice(isForget ? 1 : 0);
  if (!values.help && (assignment === '' || more.length > 0)) {
    throw new UsageError('expected npm run report -- <assignment>, see --help');
  }
  return {
    assignment,
    forget: isForget,
    help: values.help === true,
    pseudonyms: values.pseudonyms === true,
    yes: values.yes === true,
    course: askedCourseFolder(values.course),
  };
}
