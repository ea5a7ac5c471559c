import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Accounting, BoxKind, BoxOptions } from './box';
import { openBubblewrap } from './bubblewrap/open';
import { findPrograms, type Programs } from './bubblewrap/programs';
import { INSTALL_BUBBLEWRAP, remedyFor } from './bubblewrap/remedies';
import { isFiltered } from './bubblewrap/seccomp';
import { foldersOf } from './cgroups/v1';
import { sweepAbandoned } from './cgroups/names';
import { isWritable, ownV1, ownV2 } from './cgroups/own';
import { hasSystemd } from './cgroups/systemd';
import { Engine, type EngineName } from './engine/client';
import { removeAbandoned } from './engine/open';

/** Why there is no box here, with the remedy. */
export interface NoBox {
  missing: string;
}

const execute = promisify(execFile);
let known: Promise<BoxKind | NoBox> | undefined;

/** Which boxes this machine can make, found out once a process by making one. */
export function boxKinds(): Promise<BoxKind | NoBox> {
  known ??= detect();
  return known;
}

async function detect(): Promise<BoxKind | NoBox> {
  const bubblewrap = await detectBubblewrap();
  if (!('missing' in bubblewrap)) return bubblewrap;
  const reasons = [bubblewrap.missing];
  for (const name of ['docker', 'podman'] as const) {
    const engine = await detectEngine(name);
    if (!('missing' in engine)) return engine;
    reasons.push(engine.missing);
  }
  return { missing: `no sandbox can be made here:\n${reasons.map((reason) => `- ${reason}`).join('\n')}` };
}

/** The same for one engine, at the path of its command. */
export async function detectEngine(name: EngineName, program?: string): Promise<BoxKind | NoBox> {
  try {
    const engine = await Engine.find(name, program);
    await removeAbandoned(engine);
    return { kind: name, cgroup: engine.cgroup };
  } catch (error) {
    return { missing: (error as Error).message };
  }
}

/** The same for bubblewrap alone. */
export async function detectBubblewrap(): Promise<BoxKind | NoBox> {
  if (process.platform !== 'linux') return { missing: `bubblewrap: got ${process.platform}; it needs Linux` };
  if (!isFiltered(process.arch)) return { missing: `bubblewrap: got ${process.arch}; expected x64 or arm64` };
  const programs = findPrograms();
  if (programs === 'bwrap') return { missing: `bubblewrap is missing: ${INSTALL_BUBBLEWRAP}` };
  if (typeof programs === 'string') return { missing: `${programs} is missing: install util-linux` };
  const { stdout: help } = await execute(programs.bwrap, ['--help'], { env: {} });
  if (!help.includes('--size')) return { missing: `bubblewrap is too old: ${INSTALL_BUBBLEWRAP}` };

  await sweepAbandoned();
  let words = '';
  for (const cgroup of candidates()) {
    try {
      await tryOut(cgroup, programs);
      return { kind: 'bubblewrap', cgroup };
    } catch (error) {
      words = (error as Error).message;
    }
  }
  return { missing: `${words}\n${remedyFor(words)}` };
}

function candidates(): Accounting[] {
  const v1 = ownV1();
  return [
    ...(v1 && foldersOf(v1).every(isWritable) ? ['v1' as const] : []),
    ...(ownV2() || hasSystemd() ? ['v2' as const] : []),
    'watchdog',
  ];
}

async function tryOut(cgroup: Accounting, programs: Programs): Promise<void> {
  const limits = { wallSeconds: 10, cpuSeconds: 5, memoryMiB: 64, processes: 8, scratchMiB: 1 };
  const options: BoxOptions = {
    command: programs.env,
    args: [],
    env: {},
    readOnly: [],
    cwd: '/scratch',
    limits,
  };
  const box = await openBubblewrap(options, cgroup, programs);
  box.stdin.end();
  box.stdout.resume();
  box.stderr.resume();
  const { code, reason } = await box.ended;
  if (code !== 0) throw new Error(`openBox: a program that should succeed ended with ${code} (${reason})`);
}
