import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * What runs in the container, where everything is built and the root is read-only: no set-up. The first argument says
 * what, `worker`, `grade` or `report`; the others are its own. A secret mounted as a file becomes SEGCOURSE_QUEUE.
 */
const MAINS = {
  worker: 'queue/worker-main.js',
  grade: 'grade/main.js',
  report: 'report/main.js',
};

const [name = 'worker', ...args] = process.argv.slice(2);
if (!Object.hasOwn(MAINS, name)) {
  console.error(`got ${name}; expected one of: ${Object.keys(MAINS).join(', ')}`);
  process.exit(2);
}
const { SEGCOURSE_QUEUE_FILE: file } = process.env;
if (file) process.env.SEGCOURSE_QUEUE = readFileSync(file, 'utf8').trim();
const { main } = createRequire(import.meta.url)(`../../.build/grading/${MAINS[name]}`);
process.exit(await main(args));
