import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Box, type BoxEnd, type BoxEndReason, type BoxOptions, MIB } from '../box';
import { exitOf } from '../exit';
import { runArguments } from './arguments';
import type { Engine } from './client';
import { buildArguments, imageName, isInImage } from './image';

const INTERVAL_MS = 250;
const PREFIX = 'segcourse-box-';
let opened = 0;

/** Opens a box as a container; options are checked already. */
export async function openContainer(options: BoxOptions, engine: Engine): Promise<Box> {
  const { limits } = options;
  const image = await ensureImage(engine);
  const name = `${PREFIX}${process.pid}-${Date.now()}-${++opened}`;
  const child = spawn(engine.program, runArguments(options, { name, image, inImage: isInImage }));
  child.stdin.on('error', () => undefined); // a container that ended reads no more; `ended` says so
  await once(child, 'spawn');

  let reason: BoxEndReason | undefined;
  const usage = { memoryMiB: 0, peakMiB: 0, cpuSeconds: 0 };
  const end = async (why: BoxEndReason) => {
    reason ??= why;
    await engine.run('rm', '--force', name).catch(() => undefined); // it ended by itself meanwhile
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => void end('wall'), limits.wallSeconds * 1000);
  const watching = watch(child, async () => {
    const { cpuSeconds, memoryBytes } = await engine.usage(name);
    usage.cpuSeconds = Math.max(usage.cpuSeconds, cpuSeconds);
    usage.memoryMiB = memoryBytes / MIB;
    usage.peakMiB = Math.max(usage.peakMiB, usage.memoryMiB);
    if (usage.cpuSeconds > limits.cpuSeconds) await end('cpu');
  });

  const ended = (async (): Promise<BoxEnd> => {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    clearTimeout(timer);
    await watching;
    // Docker says so; a container that we have removed has nothing more to say.
    const outOfMemory = reason === undefined && (await inspect(engine, name)) === 'true';
    await engine.run('rm', '--force', name).catch(() => undefined);
    return {
      reason: outOfMemory ? 'memory' : (reason ?? 'exit'),
      ...exitOf(code, signal),
      peakMemoryMiB: outOfMemory ? limits.memoryMiB : usage.peakMiB,
      cpuSeconds: usage.cpuSeconds,
    };
  })();

  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    usage: async () => ({ ...usage }),
    async kill() {
      await end('killed');
      return ended;
    },
    ended,
  };
}

/** Removes containers whose graders are gone: they were killed before they could. */
export async function removeAbandoned(engine: Engine): Promise<void> {
  const listed = await engine.run('ps', '--all', '--filter', `name=${PREFIX}`, '--format', '{{.Names}}');
  const abandoned = listed
    .split('\n')
    .filter((name) => name.startsWith(PREFIX) && !isAlive(parseInt(name.slice(PREFIX.length), 10)));
  if (abandoned.length) await engine.run('rm', '--force', ...abandoned);
}

/** Builds the image where it is missing. */
export async function ensureImage(engine: Engine): Promise<string> {
  const image = imageName();
  const known = await engine.run('image', 'inspect', image).catch(() => undefined);
  if (known === undefined) await engine.run(...buildArguments(image));
  return image;
}

async function watch(child: ChildProcessWithoutNullStreams, look: () => Promise<void>): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    await look().catch(() => undefined); // not yet begun, or ended meanwhile
    await delay(INTERVAL_MS);
  }
}

function inspect(engine: Engine, name: string): Promise<string | undefined> {
  return engine.run('inspect', '--format', '{{.State.OOMKilled}}', name).catch(() => undefined);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
