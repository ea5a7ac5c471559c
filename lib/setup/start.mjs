import path from 'node:path';
import { setupContext } from './context.mjs';
import { updateCourseFolder } from './course-folder.mjs';
import { startJupyterLab } from './jupyterlab.mjs';
import { setUp } from './set-up.mjs';
import { parseStartArguments } from './start-arguments.mjs';

/** `npm start`: set-up, the student's working folder brought up to date, JupyterLab on it. */
async function main(args) {
  const options = parseStartArguments(args);
  const context = setupContext();
  const { ok } = await setUp(context);
  if (!ok) return 1;

  const notebooks = path.join(context.root, 'notebooks');
  const course = path.join(context.root, 'course');
  if (!options.source) report(await updateCourseFolder(notebooks, course));
  return startJupyterLab(context, { ...options, folder: options.source ? notebooks : course });
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
  if (!(error instanceof TypeError) || !error.message.startsWith('npm start:')) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
