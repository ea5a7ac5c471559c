/**
 * What runs in a box, beside the student's code: cells, and the public probes of the exercises. It holds no expected
 * value and no hidden case; what it says is evidence, and the grader judges it elsewhere.
 *
 * Argument: the file of V8's code, which need not be there.
 */
import { createRequire } from 'node:module';
import { withCode } from './code-cache';

const load = createRequire(__filename);
const { serve } = withCode(process.argv[2], () => {
  // What notebooks import, before there is one to wait for it.
  load('../../lib');
  return load('./serve') as typeof import('./serve');
});
serve();
