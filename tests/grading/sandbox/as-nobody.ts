import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findProgram } from '../../../grading/sandbox/bubblewrap/programs';
import { needBubblewrap } from './boxes';

const ROOT = path.resolve(__dirname, '../../..');
const NOBODY = 65534;

/** Runs other tests of boxes as a user without rights; skips where this one is not the superuser. */
export async function passAsNobody(context: Mocha.Context, names: readonly string[]): Promise<void> {
  await needBubblewrap(context);
  const setpriv = findProgram('setpriv');
  const readable = setpriv && asNobody(setpriv, ['-e', "require('typescript')"]).status === 0;
  if (process.getuid?.() !== 0 || !setpriv || !readable) {
    console.log(
      '      skipped: only the superuser can become another user, who must be able to read this folder',
    );
    return context.skip();
  }
  const files = names.map((name) => `tests/grading/sandbox/${name}.test.ts`);
  const { status, stdout, stderr } = asNobody(setpriv, [
    'node_modules/mocha/bin/mocha.js',
    '--exit',
    ...files,
  ]);
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /[1-9]\d* passing/);
}

function asNobody(setpriv: string, args: string[]) {
  const user = [
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    '--clear-groups',
    '--inh-caps=-all',
    '--no-new-privs',
  ];
  return spawnSync(setpriv, [...user, process.execPath, ...args], { cwd: ROOT, encoding: 'utf8' });
}
