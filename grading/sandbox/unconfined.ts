import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Box, BoxEnd, BoxEndReason, BoxOptions, BoxUsage } from './box';

/**
 * A program without a box around it: it sees and may do all that the caller sees and may. Only its wall time is
 * limited. For code that is trusted, or an instructor who takes the risk by `--unsafe`.
 */
export function openUnconfined({ command, args, env, limits }: BoxOptions): Promise<Box> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'segcourse-unconfined-'));
  const child = spawn(command, args, {
    cwd: scratch,
    env: { ...env, HOME: scratch, TMPDIR: scratch },
    stdio: 'pipe',
    // A group of its own, so that what it starts ends with it.
    detached: true,
  });
  let reason: BoxEndReason = 'exit';
  let usage: BoxUsage = { memoryMiB: 0, peakMiB: 0, cpuSeconds: 0 };
  const measure = (): BoxUsage => (usage = readUsage(child.pid) ?? usage);
  const end = (why: BoxEndReason): void => {
    measure();
    if (reason === 'exit') reason = why;
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  };
  const timer = setTimeout(() => end('wall'), limits.wallSeconds * 1000);
  const ended = new Promise<BoxEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      end('exit');
      rmSync(scratch, { recursive: true, force: true });
      resolve({ reason, code, signal, peakMemoryMiB: usage.peakMiB, cpuSeconds: usage.cpuSeconds });
    });
  });
  return Promise.resolve({
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    usage: () => Promise.resolve(measure()),
    kill() {
      end('killed');
      return ended;
    },
    ended,
  });
}

/** Of the process alone; undefined where the system has no /proc or the process has ended. */
function readUsage(pid: number | undefined): BoxUsage | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mebibytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024;
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const cpuSeconds = (Number(ticks[11]) + Number(ticks[12])) / 100;
    return { memoryMiB: mebibytes('VmRSS'), peakMiB: mebibytes('VmHWM'), cpuSeconds };
  } catch {
    return undefined;
  }
}
