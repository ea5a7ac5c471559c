import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setupContext } from '../../lib/setup/context.mjs';
import { nbgraderEnvironment } from '../../lib/setup/jupyter-environment.mjs';
import { setUp } from '../../lib/setup/set-up.mjs';

/** `npm run nbgrader -- [--course DIR] <nbgrader's arguments>`: nbgrader of .venv in the course folder. */
async function main(args) {
  const context = setupContext();
  const given = args[0] === '--course';
  // Where npm was called; it runs scripts in the package's folder.
  const from = process.env.INIT_CWD ?? process.cwd();
  const course = given ? path.resolve(from, args[1] ?? '') : path.join(context.root, 'classroom');
  const { ok } = await setUp(context, process.stderr);
  if (!ok) return 1;
  if (!fs.existsSync(course)) {
    console.error(
      `nbgrader: got no folder ${course}; npm run grade -- <assignment> makes it, or name it by --course DIR first`,
    );
    return 2;
  }
  const nbgrader = spawn(context.venvPython, ['-m', 'nbgrader', ...args.slice(given ? 2 : 0)], {
    cwd: course,
    env: nbgraderEnvironment(context),
    stdio: 'inherit',
  });
  return new Promise((resolve) => nbgrader.on('close', (code) => resolve(code ?? 1)));
}

process.exit(await main(process.argv.slice(2)));
