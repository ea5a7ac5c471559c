import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'mocha';
import { withLock } from '../../lib/setup/lock.mjs';
import { withFolder } from './folder.mjs';

const LOCK = new URL('../../lib/setup/lock.mjs', import.meta.url).href;

/** A process that adds 1 to the number in a file, unsafely, five times under the lock. */
const COUNTER = `
import fs from 'node:fs';
import { withLock } from '${LOCK}';
const [lock, file] = process.argv.slice(1);
for (let i = 0; i < 5; i += 1) {
  await withLock(lock, async () => {
    const value = Number(fs.readFileSync(file, 'utf8'));
    await new Promise(setImmediate);
    fs.writeFileSync(file, String(value + 1));
  });
}`;

/** The number of a process that has ended. */
async function endedProcess() {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid;
}

describe('the lock between set-ups', () => {
  it('lets one process in at a time', () =>
    withFolder(async (folder) => {
      const [lock, file] = [path.join(folder, 'lock'), path.join(folder, 'count')];
      fs.writeFileSync(file, '0');
      const children = [1, 2, 3].map(() =>
        spawn(process.execPath, ['--input-type=module', '-e', COUNTER, lock, file], { stdio: 'inherit' }),
      );
      const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
      assert.deepEqual(codes, [0, 0, 0]);
      assert.equal(fs.readFileSync(file, 'utf8'), '15');
      assert.deepEqual(fs.readdirSync(folder), ['count']);
    }));

  it('is taken over from a process that has ended', () =>
    withFolder(async (folder) => {
      const lock = path.join(folder, 'lock');
      fs.writeFileSync(lock, JSON.stringify({ pid: await endedProcess(), host: os.hostname() }));
      assert.equal(await withLock(lock, async () => 'mine'), 'mine');
    }));

  it('is taken over when nobody touched it for a minute', () =>
    withFolder(async (folder) => {
      const lock = path.join(folder, 'lock');
      fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, host: 'another machine' }));
      const longAgo = new Date(Date.now() - 120_000);
      fs.utimesSync(lock, longAgo, longAgo);
      assert.equal(await withLock(lock, async () => 'mine'), 'mine');
    }));

  it('is waited for while its process lives', () =>
    withFolder(async (folder) => {
      const lock = path.join(folder, 'lock');
      fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, host: os.hostname() }));
      const owners = [];
      await withLock(
        lock,
        async () => {},
        (owner) => {
          owners.push(owner);
          fs.rmSync(lock);
        },
      );
      assert.deepEqual(owners, [`process ${process.pid}`]);
    }));

  it('is given back after an error', () =>
    withFolder(async (folder) => {
      const lock = path.join(folder, 'lock');
      const failing = withLock(lock, () => Promise.reject(new Error('inside')));
      await assert.rejects(failing, /inside/);
      assert.deepEqual(fs.readdirSync(folder), []);
    }));
});
