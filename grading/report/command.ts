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
import { answerFiles, givenFiles, withoutTypes } from './similarity/answer-files';
import { compareAnswers } from './similarity/jplag';
import { similarityPage } from './similarity/page';
import { statisticsOf } from './statistics';

export const HELP = `npm run report -- <assignment> [options]
npm run report -- forget <assignment> [options]

Writes classroom/reports/<assignment>/: report.html, the grades as grades.csv, canvas.csv and moodle.csv, findings.csv
with what a person should look at, and in answers/ what each student wrote. \`forget\` takes away what the course
folder holds of the assignment's submissions, but for the grades in the gradebook: submitted and recorded notebooks,
feedback, reports, and the grader's own memory of them.

  --course DIR    the course folder (default: classroom)
  --pseudonyms    students under names that only the course folder can tell
  --similarity    compares the answers by JPlag, too, in similarity.html: needs a JDK 21 or later, and Maven
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
      options.forget ? forget(course, name, options.yes) : report(course, name, notebooks, options),
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
  { pseudonyms, similarity }: { pseudonyms: boolean; similarity: boolean },
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
  const shown = (student: string) => (pseudonyms ? pseudonymOf(course, student) : student);
  const folder = path.join(course.root, 'reports', assignment);
  const students = read.grades.map(({ student }) => student);
  const answers = Object.fromEntries(
    Object.entries(answerFiles(course, assignment, students, notebooks)).map(([name, text]) => {
      const [student, ...rest] = name.split('/');
      return [[shown(student), ...rest].join('/'), text];
    }),
  );
  for (const stale of ['answers', 'similarity.html'])
    rmSync(path.join(folder, stale), { recursive: true, force: true });
  const files: Record<string, string> = {
    'report.html': await reportPage(assignment, data, await statisticsOf(data), similarity),
    ...(await tables(assignment, data)),
  };
  if (similarity) {
    const given = await withoutTypes(givenFiles(course, assignment, notebooks));
    const found = await compareAnswers(await withoutTypes(answers), given);
    files['similarity.html'] = await similarityPage(assignment, found, answers);
  }
  const write = (name: string, content: string): string => {
    writeFileWhole(path.join(folder, name), Buffer.from(content));
    return path.join(folder, name);
  };
  for (const [name, text] of Object.entries(answers)) write(path.join('answers', name), text);
  return [
    ...Object.entries(files).map(([name, content]) => write(name, content)),
    path.join(folder, 'answers'),
  ];
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
    similarity: { type: 'boolean' },
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
    similarity: values.similarity === true,
    yes: values.yes === true,
    course: askedCourseFolder(values.course),
  };
}
