/**
 * Writes V8's code of all that a box loads, after work as students' answers make it, so that the code of the functions
 * that run is there too. Runs outside any box, and nothing of a student's. Argument: the file.
 */
import { createRequire } from 'node:module';
import { recordCode } from './code-cache';

const load = createRequire(__filename);
const { value, save } = recordCode(() => {
  load('./serve');
  return {
    library: load('../../lib') as typeof import('../../lib'),
    exercises: (load('../../lib/check/exercises') as typeof import('../../lib/check/exercises')).exercises,
    runProbe: (load('../../lib/check/exercise') as typeof import('../../lib/check/exercise')).runProbe,
  };
});

async function main(): Promise<void> {
  const { library, exercises, runProbe } = value;
  const exercise = exercises['8.3'];
  const options = { inputChannels: 1, baseChannels: 4 };
  for (const probe of ['values', 'gradients', 'initialWeights', 'shapes', 'reach']) {
    await runProbe(exercise, library, probe, { options, sizes: [[16, 16]] });
  }
  save(process.argv[2]);
}

void main();
