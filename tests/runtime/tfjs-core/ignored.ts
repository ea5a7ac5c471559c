import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

/** The parts of names of those tfjs-core tests that tfjs-node itself leaves out, read from its own test runner. */
export function ignoredByTfjsNode(): string[] {
  const path = require.resolve('@tensorflow/tfjs-node-gpu/dist/run_tests.js');
  const list = /var IGNORE_LIST = (\[[\s\S]*?\n\]);/.exec(readFileSync(path, 'utf8'));
  if (list === null) throw new Error(`${path}: got no IGNORE_LIST; expected tfjs-node 4.22's runner`);
  return [...(runInNewContext(list[1]) as string[])];
}
