import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { type Assignment, readNotebook } from '../assignments';
import type { Notebook } from '../notebook';

/**
 * Lets nbgrader make the students' version of an assignment: the sources go to `source/<assignment>` of nbgrader's
 * course folder, the result to `release/<assignment>`, the cells into the gradebook.
 *
 * @returns the released notebooks by name
 * @throws Error with nbgrader's own words, where it refuses
 */
export function generateAssignment(
  { name, notebooks }: Assignment,
  sources: string,
  course: string,
): Map<string, Notebook> {
  const source = path.join(course, 'source', name);
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  for (const notebook of notebooks) {
    copyFileSync(path.join(sources, `${notebook}.ipynb`), path.join(source, `${notebook}.ipynb`));
  }
  const root = packageRoot();
  const script = path.join(root, 'grading/release/generate.py');
  const configuration = path.join(root, 'grading/nbgrader_config.py');
  const { status, stderr, error } = spawnSync(
    path.join(root, '.venv/bin/python'),
    [script, configuration, course, name],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`nbgrader refused to generate '${name}':\n${reasons(stderr)}`);
  const released = path.join(course, 'release', name);
  return new Map(notebooks.map((notebook) => [notebook, readNotebook(released, notebook)]));
}

/** The lines that say why, without nbgrader's tracebacks. */
function reasons(output: string): string {
  const lines = output.split('\n');
  const said = lines.filter(
    (line) => /^(\[(ERROR|WARNING)\]|\w*Error: )/.test(line) && !/Traceback/.test(line),
  );
  return (said.length > 0 ? said : lines.slice(-12)).join('\n');
}
