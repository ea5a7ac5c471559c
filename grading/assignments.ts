import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../lib/io/package-root';
import type { Notebook } from './notebook';

/** Assignments of several notebooks, each by the beginning of their names; a single notebook is one by its own name. */
const GROUPS: Readonly<Record<string, string>> = { 'chapter-8': '8.' };

export interface Assignment {
  name: string;
  /** Names of the graded notebooks, without `.ipynb`, sorted. */
  notebooks: string[];
}

/** The instructor's notebooks. */
export const sourceFolder = (root = packageRoot()): string => path.join(root, 'notebooks');

/** nbgrader's course folder where none is named; git ignores it. */
export const courseFolder = (root = packageRoot()): string => path.join(root, 'classroom');

/** A path that is asked for, from where npm was called: npm runs scripts in the package's folder. */
export const askedPath = (asked: string): string => path.resolve(process.env.INIT_CWD ?? '', asked);

export const askedCourseFolder = (asked = courseFolder()): string => askedPath(asked);

/** Every assignment that the folder's notebooks make: each graded notebook, and each group that has some. */
export function assignments(folder = sourceFolder()): Assignment[] {
  const graded = notebookNames(folder).filter((name) => isGraded(readNotebook(folder, name)));
  const groups = Object.entries(GROUPS).map(([name, start]) => ({
    name,
    notebooks: graded.filter((notebook) => notebook.startsWith(start)),
  }));
  return [
    ...graded.map((name) => ({ name, notebooks: [name] })),
    ...groups.filter(({ notebooks }) => notebooks.length > 0),
  ];
}

/** @throws RangeError for an unknown name, with the known ones */
export function findAssignment(name: string, folder = sourceFolder()): Assignment {
  const all = assignments(folder);
  const found = all.find((each) => each.name === name);
  if (found) return found;
  throw new RangeError(
    `got assignment '${name}'; expected one of: ${all.map((each) => each.name).join(', ') || `a graded notebook in ${folder}`}`,
  );
}

/** Names of all notebooks in a folder, without `.ipynb`, sorted. */
export function notebookNames(folder = sourceFolder()): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.ipynb'.length))
    .sort();
}

/** @throws Error for a file that is no notebook */
export function readNotebook(folder: string, name: string): Notebook {
  const file = path.join(folder, `${name}.ipynb`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Notebook;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether nbgrader knows the notebook: something in it is to be answered or graded. */
export const isGraded = ({ cells }: Notebook): boolean =>
  cells.some(
    ({ metadata: { nbgrader } }) => nbgrader?.solution || nbgrader?.grade || nbgrader?.task || false,
  );
