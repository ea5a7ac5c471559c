import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setupContext } from './context.mjs';
import { updateCourseFolder } from './course-folder.mjs';
import { startJupyterLab } from './jupyterlab.mjs';
import { setUp } from './setup.mjs';

const USAGE = 'npm start -- [--source] [--no-browser] [--port N]';

/**
 * @param {string[]} args what follows `npm start --`
 * @returns {{ source: boolean, browser: boolean, port: number | undefined }}
 * @throws {TypeError} for anything else
 */
export function parseStartArguments(args) {
  const options = { source: false, browser: true, port: undefined };
  for (let i = 0; i < args.length; i += 1) {
    const [name, value] = args[i].split('=');
    if (name === '--source') options.source = true;
    else if (name === '--no-browser') options.browser = false;
    else if (name === '--port') options.port = portNumber(value ?? args[++i]);
    else throw new TypeError(`npm start: got ${args[i]}; expected ${USAGE}`);
  }
  return options;
}

function portNumber(text) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new TypeError(`npm start: got port ${text ?? '(none)'}; expected a number from 1 to 65535`);
}

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

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.startsWith('npm start:')) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
