import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Assignment } from '../assignments';
import { NbgraderService } from '../nbgrader/service';
import type { Notebook } from '../notebook';

/**
 * Lets nbgrader make the students' version of an assignment: the sources go to `source/<assignment>` of nbgrader's
 * course folder, the result to `release/<assignment>`, the cells into the gradebook.
 *
 * @returns the released notebooks by name
 * @throws NbgraderError with nbgrader's own words, where it refuses
 */
export async function generateAssignment(
  { name, notebooks }: Assignment,
  sources: string,
  course: string,
): Promise<Map<string, Notebook>> {
  const source = path.join(course, 'source', name);
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  for (const notebook of notebooks) {
    copyFileSync(path.join(sources, `${notebook}.ipynb`), path.join(source, `${notebook}.ipynb`));
  }
  const nbgrader = new NbgraderService(course);
  try {
    const { released } = await nbgrader.prepare(name, notebooks, true);
    return new Map(Object.entries(released));
  } finally {
    await nbgrader.close();
  }
}
