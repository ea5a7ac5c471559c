import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { addonStep } from './addon.mjs';
import { checkEnvironment, formatTable } from './check.mjs';
import { setupContext } from './context.mjs';
import { hashOf } from './files.mjs';
import { kernelStep } from './kernelspec.mjs';
import { libraryStep } from './library.mjs';
import { withLock } from './lock.mjs';
import { describeMachine } from './machine.mjs';
import { packagesStep } from './packages.mjs';
import { prerequisitesStep } from './prerequisites.mjs';
import { pythonStep } from './python.mjs';
import { lineReporter } from './reporter.mjs';
import { runSteps } from './steps.mjs';
import { tensorflowStep } from './tensorflow.mjs';
import { chooseTensorFlow } from './wheels.mjs';

/**
 * Does all the set-up that is missing in this clone.
 *
 * @returns {Promise<{ ok: boolean, warnings: string[], failed?: string }>}
 */
export async function setUp(context = setupContext(), stream = process.stdout) {
  const reporter = lineReporter(stream);
  const native = chooseTensorFlow(await describeMachine(context));
  const steps = [
    prerequisitesStep(context),
    packagesStep(context),
    pythonStep(context),
    tensorflowStep(context, native),
    addonStep(context, native),
    kernelStep(context),
    libraryStep(context),
  ];
  const lock = path.join(context.cache, `clone-${hashOf(context.root).slice(0, 12)}.lock`);
  let waiting = false;
  return withLock(
    lock,
    () => runSteps(steps, reporter),
    (owner) => {
      if (!waiting) stream.write(`Waiting for the set-up that ${owner} is doing here.\n`);
      waiting = true;
    },
  );
}

async function main(args) {
  if (args.includes('--check')) {
    const rows = await checkEnvironment();
    console.log(args.includes('--json') ? JSON.stringify(rows, null, 2) : formatTable(rows));
    return 0;
  }
  const unknown = args.filter((arg) => arg !== '--json');
  if (unknown.length) {
    console.error(`setup: got ${unknown.join(' ')}; expected nothing, --check, or --check --json`);
    return 2;
  }
  return (await setUp()).ok ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.on('SIGINT', () => {
    console.log('\nStopped. Run the same command again to go on.');
    process.exit(130);
  });
  process.exitCode = await main(process.argv.slice(2));
}
