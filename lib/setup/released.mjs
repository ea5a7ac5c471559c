import fs from 'node:fs';
import path from 'node:path';
import { listFiles, readJson } from './files.mjs';
import { SetupError } from './steps.mjs';

/** In what a class receives: the assignment, and the size of each file of the compiled library. */
const DESCRIPTION = 'release.json';
const LIBRARY = '.build/lib';

/** Whether this is a student's copy, with a compiled library and no sources of it. */
export function isReleased({ root }) {
  return fs.existsSync(path.join(root, DESCRIPTION));
}

/** Whether the compiled library is as it was released: every file in full, and none of an older release. */
export function releasedLibraryIsComplete({ root }) {
  const library = readJson(path.join(root, DESCRIPTION))?.library;
  return (
    library !== undefined && missingFiles(root, library).length === 0 && oldFiles(root, library).length === 0
  );
}

/**
 * The course library of a student's copy, which comes compiled.
 *
 * @returns {import('./steps.mjs').Step}
 */
export function releasedLibraryStep(context) {
  const { root } = context;
  return {
    name: 'course library',
    fresh: () => (releasedLibraryIsComplete(context) ? '' : undefined),
    async run() {
      const library = readJson(path.join(root, DESCRIPTION))?.library ?? {};
      // One that was unzipped over could be found in the place of what replaced it.
      for (const name of oldFiles(root, library)) fs.rmSync(path.join(root, name));
      if (releasedLibraryIsComplete(context)) return 'updated';
      const [missing = DESCRIPTION] = missingFiles(root, library);
      throw new SetupError(
        `Files of the course library are missing or damaged, among them ${path.join(root, missing)}.`,
        'Unzip the course anew over this folder: your work in course/ stays as it is.',
      );
    },
  };
}

function missingFiles(root, library) {
  return Object.entries(library)
    .filter(([name, bytes]) => fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.size !== bytes)
    .map(([name]) => name);
}

function oldFiles(root, library) {
  return listFiles(path.join(root, LIBRARY))
    .map((name) => `${LIBRARY}/${name}`)
    .filter((name) => !(name in library));
}
