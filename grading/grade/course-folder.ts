import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeFileWhole } from '../../lib/io/write-file';
import { packageRoot } from '../../lib/io/package-root';
import type { StrictNotebook } from '../repair/notebook';
import type { Notebook } from '../notebook';
import { type Assignment, assignments, findAssignment, notebookNames } from '../assignments';
import { UsageError } from '../../lib/cli/terminal';
import { configureCourse } from '../course-configuration';

/** Names that are safe in nbgrader's globs, formats and patterns. */
const SAFE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.@ -]*$/u;

/** nbgrader's layout of a course, with the grader's own files in `.grading/`. */
export class CourseFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = path.resolve(root);
  }

  /** The notebook as students got it; undefined until it was made. */
  releasedNotebook(assignment: string, name: string): Notebook | undefined {
    return readNotebook(path.join(this.root, 'release', assignment, `${name}.ipynb`));
  }

  /** The notebook as nbgrader recorded it; undefined where it has not. */
  recordedNotebook(student: string, assignment: string, name: string): Notebook | undefined {
    return readNotebook(path.join(this.autograded(student, assignment), `${name}.ipynb`));
  }

  /** A file or folder of the grader's own. */
  own(...names: string[]): string {
    return path.join(this.root, '.grading', ...names);
  }

  submission(student: string, assignment: string): string {
    return path.join(this.root, 'submitted', student, assignment);
  }

  autograded(student: string, assignment: string): string {
    return path.join(this.root, 'autograded', student, assignment);
  }

  source(assignment: string): string {
    return path.join(this.root, 'source', assignment);
  }

  sourceNotebook(assignment: string, name: string): StrictNotebook {
    const file = path.join(this.source(assignment), `${name}.ipynb`);
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as StrictNotebook;
    } catch (error) {
      throw new UsageError(`got ${file}, which is no notebook (${(error as Error).message}); restore it`);
    }
  }

  /**
   * Finds an assignment in `source/`, or makes it there from the project's notebooks; makes the course's
   * configuration where there is none.
   *
   * @throws UsageError for an unknown name, with the known ones
   */
  open(name: string): Assignment {
    const known = [...new Set([...this.sources(), ...assignments().map((each) => each.name)])].sort();
    if (!SAFE_NAME.test(name) || !known.includes(name)) {
      throw new UsageError(`got assignment '${name}'; expected one of: ${known.join(', ')}`);
    }
    const folder = this.source(name);
    if (!existsSync(folder)) this.makeSource(name);
    const notebooks = notebookNames(folder);
    if (notebooks.length === 0)
      throw new UsageError(`got no notebook in ${folder}; expected one or more .ipynb files`);
    mkdirSync(this.own(), { recursive: true });
    configureCourse(this.root);
    return { name, notebooks };
  }

  /** The students who submitted the assignment, sorted; `odd`: folders that cannot be graded, each with the reason. */
  students(assignment: string): { students: string[]; odd: Record<string, string> } {
    const submitted = path.join(this.root, 'submitted');
    const students: string[] = [];
    const odd: Record<string, string> = {};
    for (const entry of existsSync(submitted) ? readdirSync(submitted, { withFileTypes: true }) : []) {
      if (entry.name.startsWith('.') || !exists(this.submission(entry.name, assignment))) continue;
      if (!SAFE_NAME.test(entry.name)) odd[entry.name] = 'a folder name that nbgrader cannot take: rename it';
      else if (!entry.isDirectory())
        odd[entry.name] = 'a link, and links are not followed: put the folder there';
      else students.push(entry.name);
    }
    return { students: students.sort(), odd };
  }

  /** All of whom the folder holds anything of the assignment, sorted. */
  known(assignment: string): string[] {
    const found = ['submitted', 'autograded', 'feedback'].flatMap((step) => {
      const folder = path.join(this.root, step);
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names.filter((name) => exists(path.join(folder, name, assignment)));
    });
    return [...new Set(found)].sort();
  }

  private sources(): string[] {
    const folder = path.join(this.root, 'source');
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && SAFE_NAME.test(entry.name))
      .map(({ name }) => name);
  }

  private makeSource(name: string): void {
    for (const notebook of findAssignment(name).notebooks) {
      const file = `${notebook}.ipynb`;
      const text = readFileSync(path.join(packageRoot(), 'notebooks', file));
      writeFileWhole(path.join(this.source(name), file), text);
    }
  }
}

function readNotebook(file: string): Notebook | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Notebook) : undefined;
}

function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}
