import path from 'node:path';
import { addonStep } from './addon.mjs';
import { setupContext } from './context.mjs';
import { hashOf } from './files.mjs';
import { kernelStep } from './kernelspec.mjs';
import { libraryStep } from './library.mjs';
import { withLock } from './lock.mjs';
import { describeMachine } from './machine.mjs';
import { packagesStep } from './packages.mjs';
import { prerequisitesStep } from './prerequisites.mjs';
import { pythonStep } from './python.mjs';
import { isReleased, releasedLibraryStep } from './released.mjs';
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
    isReleased(context) ? releasedLibraryStep(context) : libraryStep(context),
  ];
  const lock = path.join(context.cache, `clone-${hashOf(context.root).slice(0, 12)}.lock`);
  const onInterrupt = () => {
    stream.write('\nStopped. Run the same command again to go on.\n');
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  let waiting = false;
  try {
    return await withLock(
      lock,
      () => runSteps(steps, reporter),
      (owner) => {
        if (!waiting) stream.write(`Waiting for the set-up that ${owner} is doing here.\n`);
        waiting = true;
      },
    );
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}
