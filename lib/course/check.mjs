import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setupContext } from '../setup/context.mjs';
import { setUp } from '../setup/set-up.mjs';
import { courseArguments, kernelEnvironment, UsageError } from './course-arguments.mjs';
import { judgeRun, runLine } from './judge-run.mjs';
import { chosenNotebooks, statedMinutes } from './notebooks.mjs';
import { atMost, runNotebook } from './run-notebook.mjs';

const COMMAND = 'npm run course:check';
const OPTIONS = { json: { type: 'boolean', default: false }, trained: { type: 'boolean', default: false } };
/** On which the README's minutes were measured. */
const STATED_CORES = 2;

/**
 * `npm run course:check [-- 8.3 8.6 --quick --offline | --mirror FOLDER --jobs 2 --trained --json]`: runs the notebooks from top to
 * bottom and says of each how long it took, against the minutes that the README states, how much memory, and what it
 * warned of. Ends with 1 where one failed, wrote to stderr or took too long.
 */
async function main(args) {
  const { names, values } = courseArguments(args, OPTIONS);
  const context = setupContext();
  const chosen = chosenNotebooks(context, names);
  const { ok } = await setUp(context, process.stderr);
  if (!ok) return 1;

  const minutes = statedMinutes(context);
  const jobs = Math.min(values.jobs, chosen.length);
  const share = Math.max(1, (jobs * STATED_CORES) / os.availableParallelism());
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'segcourse-check-'));
  try {
    // The minutes are those of a first visit; what is trained is kept for later ones, such as `--trained`.
    const env = {
      ...kernelEnvironment(values, scratch),
      ...(values.trained ? {} : { SEGCOURSE_RETRAIN: '1' }),
    };
    const gate = atMost(jobs);
    const check = async (name) => {
      const source = path.join(context.root, 'notebooks', `${name}.ipynb`);
      const report = await runNotebook(context, source, path.join(scratch, `${name}.ipynb`), env);
      const verdict = judgeRun(report, minutes[name], share);
      if (!values.json) console.log(runLine(name, report, minutes[name], verdict));
      const { seconds, peakBytes, cellSeconds } = report;
      return { notebook: name, minutes: minutes[name] ?? null, seconds, peakBytes, cellSeconds, ...verdict };
    };
    const checked = await Promise.all(chosen.map((name) => gate(() => check(name))));
    const failed = checked.filter(({ failures }) => failures.length > 0).length;
    if (values.json) console.log(JSON.stringify({ jobs, share, failed, notebooks: checked }, null, 2));
    else {
      const beside = share > 1 ? `; ${jobs} at a time: each may take ${share} times its minutes` : '';
      console.log(`\n${checked.length - failed} passed, ${failed} failed${beside}`);
    }
    return failed ? 1 : 0;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${COMMAND}: ${error.message}`);
  process.exitCode = 2;
}
