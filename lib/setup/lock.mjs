import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readJson } from './files.mjs';

const BEAT_MS = 5_000;
const DEAD_AFTER_MS = 60_000;
const POLL_MS = 300;

/**
 * Runs `action` while no other process on this machine, or on the same network folder, holds the same lock file.
 *
 * The owner touches the file every five seconds. A lock is taken over when its process has ended, or when it was not
 * touched for a minute (its number may have gone to another process, or its machine is gone).
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} action
 * @param {(owner: string) => void} [onWait] called while another process is waited for
 * @returns {Promise<T>}
 */
export async function withLock(file, action, onWait) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  while (!acquire(file)) {
    const owner = readOwner(file);
    if (owner && isDead(owner)) takeAway(file, owner.text);
    else onWait?.(owner?.pid ? `process ${owner.pid}` : 'another process');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const release = () => fs.rmSync(file, { force: true });
  const beat = setInterval(() => fs.utimes(file, new Date(), new Date(), () => {}), BEAT_MS);
  beat.unref();
  process.once('exit', release);
  try {
    return await action();
  } finally {
    clearInterval(beat);
    process.removeListener('exit', release);
    release();
  }
}

/** The content appears together with the name: written beside, then linked, which fails where the lock exists. */
function acquire(file) {
  const beside = `${file}.${process.pid}`;
  fs.writeFileSync(beside, JSON.stringify({ pid: process.pid, host: os.hostname(), since: Date.now() }));
  try {
    fs.linkSync(beside, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(beside, { force: true });
  }
}

function readOwner(file) {
  try {
    return { text: fs.readFileSync(file, 'utf8'), touched: fs.statSync(file).mtimeMs, ...readJson(file) };
  } catch {
    return undefined;
  }
}

function isDead({ pid, host, touched }) {
  if (Date.now() - touched > DEAD_AFTER_MS) return true;
  if (pid === undefined || host !== os.hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Of several waiters one wins the rename; a lock that was renewed in between is put back. */
function takeAway(file, expected) {
  const aside = `${file}.stale-${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (fs.readFileSync(aside, 'utf8') !== expected) fs.linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}
