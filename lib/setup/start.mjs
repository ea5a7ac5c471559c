import fs from 'node:fs';
import path from 'node:path';
import { setupContext } from './context.mjs';
import { updateCourseFolder } from './course-folder.mjs';
import { startJupyterLab } from './jupyterlab.mjs';
import { isReleased } from './released.mjs';
import { setUp } from './set-up.mjs';
import { parseStartArguments } from './start-arguments.mjs';
import { SetupError } from './steps.mjs';
import { studentNotebook } from './student-notebook.mjs';

/** `npm start`: set-up, the student's working folder brought up to date, JupyterLab on it, or on an instructor's. */
async function main(args) {
  const options = parseStartArguments(args);
  const context = setupContext();
  const released = isReleased(context);
  const isInstructor = options.source || options.classroom !== undefined;
  if (isInstructor && released) {
    throw new TypeError(
      'npm start: got --source or --classroom in a student’s copy; expected it in the course’s repository, where the sources are',
    );
  }
  const classroom = options.classroom && path.resolve(context.root, options.classroom);
  if (classroom && !fs.existsSync(classroom)) {
    throw new TypeError(
      `npm start: got no folder ${classroom}; expected nbgrader’s course folder, which npm run release makes`,
    );
  }
  const { ok } = await setUp(context);
  if (!ok) return 1;

  const notebooks = path.join(context.root, 'notebooks');
  const course = path.join(context.root, 'course');
  if (!isInstructor) {
    report(await updateCourseFolder(notebooks, course, released ? {} : { prepare: studentNotebook }));
  }
  const folder = classroom || (options.source ? context.root : course);
  return startJupyterLab(context, { ...options, source: isInstructor, classroom, folder });
}

function report({ added, updated, unreadable }) {
  if (added.length) console.log(`New in course/: ${added.join(', ')}`);
  if (updated.length)
    console.log(`Updated, with your own work kept and the old file beside: ${updated.join(', ')}`);
  if (unreadable.length) {
    console.log(
      `Damaged, left as they are: ${unreadable.join(', ')}. Rename one to get a fresh copy at the next start.`,
    );
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof TypeError && error.message.startsWith('npm start:');
  if (!isUsage && !(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = isUsage ? 2 : 1;
}
