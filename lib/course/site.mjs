import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setupContext } from '../setup/context.mjs';
import { lineReporter } from '../setup/reporter.mjs';
import { setUp } from '../setup/set-up.mjs';
import { runSteps } from '../setup/steps.mjs';
import { buildSite } from './build-site.mjs';
import { courseArguments, kernelEnvironment, UsageError } from './course-arguments.mjs';
import { executedNotebook } from './executed.mjs';
import { chosenNotebooks, readmeRows } from './notebooks.mjs';
import { sitePackagesStep } from './site-packages.mjs';
import { atMost } from './run-notebook.mjs';

const COMMAND = 'npm run site';
const OPTIONS = { out: { type: 'string' }, solutions: { type: 'boolean', default: false } };

/**
 * `npm run site [-- 8.3 --quick --offline | --mirror FOLDER --jobs 2 --solutions --out FOLDER]`: the executed course as a
 * web site that opens from a file. A notebook runs only where it, the library or an option has changed.
 */
async function main(args) {
  const { names, values } = courseArguments(args, OPTIONS);
  const context = setupContext();
  const chosen = chosenNotebooks(context, names);
  const target = path.resolve(
    process.env.INIT_CWD ?? '',
    values.out ?? path.join(context.root, '.build', 'site'),
  );
  requireOwn(target);
  if (!(await setUp(context)).ok) return 1;
  if (!(await runSteps([sitePackagesStep(context)], lineReporter(process.stdout))).ok) return 1;

  const rows = readmeRows(context);
  const { quick, offline, mirror = process.env.SEGCOURSE_DATA_MIRROR } = values;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'segcourse-site-'));
  const gate = atMost(values.jobs);
  try {
    const env = kernelEnvironment(values, scratch);
    const sections = await Promise.all(
      chosen.map((name) =>
        gate(async () => {
          const { notebook, seconds } = await executedNotebook(context, name, env, {
            quick,
            offline,
            mirror,
          });
          console.log(`${name}: ${seconds === undefined ? 'as it was run before' : `run in ${seconds} s`}`);
          return { name, notebook, row: rows[name] };
        }),
      ),
    );
    await buildSite(context, sections, { target, solutions: values.solutions });
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  console.log(`\nThe site is ready: ${path.join(target, 'index.html')}`);
  return 0;
}

/** The folder is going to be replaced. */
function requireOwn(target) {
  if (!fs.existsSync(target) || fs.readdirSync(target).length === 0) return;
  if (fs.existsSync(path.join(target, 'searchindex.js'))) return;
  throw new UsageError(
    `got --out ${target}, which holds something else; expected a new folder or an older site`,
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`${COMMAND}: ${error.message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
