import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FILE_ENDINGS } from './dataset-json';
import { endingOf, stemOf } from './image-names';

/** Of the label maps that can be read. */
const ENDINGS = [...FILE_ENDINGS, '.mgz', '.mgh', '.npy', '.dcm'];
/** Cases of a list that an error names. */
const MOST_NAMED = 20;

/** A predicted label map and its reference. */
export interface CasePair {
  id: string;
  prediction: string;
  reference: string;
}

/**
 * Pairs the label maps of two folders by name; their endings may differ.
 *
 * @param partial whether references without a prediction are left out, such as the other folds' cases
 * @returns in the order of their names
 * @throws Error for a folder that is not there or has no label map, two files of one name, and cases that only one of the
 *   folders has, all of them listed
 */
export function pairCases(predictions: string, references: string, partial = false): CasePair[] {
  const predicted = labelMapsOf(predictions);
  const truths = labelMapsOf(references);
  const lacking = (all: Map<string, string>, other: Map<string, string>) =>
    [...all.keys()].filter((id) => !other.has(id));
  const unpredicted = partial ? [] : lacking(truths, predicted);
  const problems = [
    ...missing(
      predictions,
      unpredicted,
      'a prediction of each reference: predict them, or allow a part (--partial)',
    ),
    ...missing(
      references,
      lacking(predicted, truths),
      'a reference for each prediction: remove or rename those',
    ),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n  '));
  return [...predicted].map(([id, prediction]) => ({ id, prediction, reference: truths.get(id)! }));
}

function missing(folder: string, ids: string[], expected: string): string[] {
  if (ids.length === 0) return [];
  const named = ids.slice(0, MOST_NAMED).join(', ') + (ids.length > MOST_NAMED ? ', …' : '');
  return [`${folder}: got no label map of ${ids.length} cases (${named}); expected ${expected}`];
}

function labelMapsOf(folder: string): Map<string, string> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`${folder}: got no such folder; expected label maps, one a case`);
  }
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith('.') && endingOf(name, ENDINGS) !== undefined)
    .sort();
  if (names.length === 0) {
    throw new Error(`${folder}: got no label map; expected files that end in ${ENDINGS.join(', ')}`);
  }
  const files = new Map<string, string>();
  for (const name of names) {
    const id = stemOf(name, ENDINGS);
    const other = files.get(id);
    if (other !== undefined) {
      throw new Error(
        `${other}: got ${name} of the same name; expected one label map of each case: remove one`,
      );
    }
    files.set(id, join(folder, name));
  }
  return files;
}
