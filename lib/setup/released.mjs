import fs from 'node:fs';
import path from 'node:path';
import { readJson } from './files.mjs';
import { SetupError } from './steps.mjs';

/** In what a class receives: the assignment, and the size of each file of the compiled library. */
const DESCRIPTION = 'release.json';

/** Whether this is a student's copy, with a compiled library and no sources of it. */
export function isReleased({ root }) {
  return fs.existsSync(path.join(root, DESCRIPTION));
}

/** Whether the compiled library is as it was released. */
export function releasedLibraryIsComplete({ root }) {
  const library = readJson(path.join(root, DESCRIPTION))?.library;
  return (
    library !== undefined &&
    Object.entries(library).every(
      ([name, bytes]) => fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.size === bytes,
    )
  );
}

/**
 * The course library of a student's copy, which comes compiled.
 *
 * @returns {import('./steps.mjs').Step}
 */
export function releasedLibraryStep(context) {
  return {
    name: 'course library',
    fresh: () => (releasedLibraryIsComplete(context) ? '' : undefined),
    async run() {
      throw new SetupError(
        `Files of the course library are missing or damaged in ${path.join(context.root, '.build')}.`,
        'Unzip the course anew over this folder: your work in course/ stays as it is.',
      );
    },
  };
}
