import { findNotebook, requireFolder } from './find-notebook';
import { normalise } from './normalise';
import { type StrictNotebook, Refusal } from './notebook';
import { readNotebook } from './read-notebook';
import { restoreCells } from './restore-cells';

export type Repaired =
  /** A sound notebook, and a line for the student on each thing that was mended. */
  | { notebook: StrictNotebook; repairs: string[] }
  /** The one line that says why there is none. */
  | { problem: string; repairs: string[] };

/**
 * A sound notebook from whatever a student submitted, or one line that says why there is none. What was submitted is
 * only read.
 *
 * @param folder the student's folder of this assignment
 * @param name the notebook's name in the assignment, without `.ipynb`
 * @param others the assignment's other notebooks
 * @param released the notebook as it was given to the students
 * @returns undefined where the student did not submit this notebook
 */
export async function repairSubmission(
  folder: string,
  name: string,
  others: readonly string[],
  released: StrictNotebook,
): Promise<Repaired | undefined> {
  const repairs: string[] = [];
  try {
    await requireFolder(folder);
    const file = await findNotebook(folder, name, others, repairs);
    if (file === undefined) return undefined;
    const submitted = normalise(await readNotebook(file, repairs), repairs);
    return { notebook: restoreCells(released, submitted, repairs), repairs };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.message, repairs };
    throw error;
  }
}
