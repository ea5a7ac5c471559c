import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../lib/io/package-root';
import type { Notebook } from '../notebook';

type StudentNotebook = (notebook: Notebook) => Notebook;

/** Set-up's own making of the student's version, which needs no Python and equals nbgrader's. */
export async function studentNotebookMaker(): Promise<StudentNotebook> {
  const module = path.join(packageRoot(), 'lib', 'setup', 'student-notebook.mjs');
  return ((await import(pathToFileURL(module).href)) as { studentNotebook: StudentNotebook }).studentNotebook;
}
