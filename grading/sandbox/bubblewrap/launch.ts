import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import { type BoxOptions, MIB } from '../box';
import { busEnvironment } from '../cgroups/systemd';
import { bubblewrapArguments, ETC, FD, mountsOf, NOBODY } from './arguments';
import type { Programs } from './programs';
import { isFiltered, seccompFilter } from './seccomp';
import { stage } from './stage';

export interface Launched {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** First process of the box's pid namespace, as numbered out here. */
  init: number;
}

/** Open files a process may have; Node and TensorFlow need tens. */
const OPEN_FILES = 1024;

/** Enters control groups before anything of the box runs: each child is born where its parent is. */
const JOIN =
  'n=$1; shift; while [ $n -gt 0 ]; do echo $$ > "$1" || exit 1; shift; n=$((n-1)); done; exec "$@"';
/**
 * Leaves a process in the scope that lasts as long as the grader wants: systemd removes an empty scope at once, and with
 * it what the kernel has counted.
 */
const KEEP = `cat <&${FD.keeper} >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 9>&- & exec ${FD.keeper}<&-; exec "$@"`;
/** Says that all is mounted and confined, lets go of the descriptor, and becomes the program. */
const BEGIN = `echo >&${FD.started}; exec ${FD.started}>&-; exec "$@"`;

export interface LaunchPlan {
  /** Files of control groups to which the starting process writes its id. */
  joins: readonly string[];
  /** A command before all others, that opens a scope of systemd. */
  scope: readonly string[];
  /** Whether the limit of processes is the processes' own, no control group keeping it. */
  ownProcessLimit: boolean;
}

/**
 * Starts a program in a box and waits until it is about to run.
 *
 * @throws Error with bubblewrap's own words where the box cannot be made
 */
export async function launch(options: BoxOptions, programs: Programs, plan: LaunchPlan): Promise<Launched> {
  const root = process.getuid?.() === 0;
  const { mounts, command: staging } = root
    ? stage(mountsOf(options), programs)
    : { mounts: mountsOf(options), command: [] };
  const [file, ...args] = launchCommand(options, programs, { ...plan, staging, root });
  const child = spawn(file, args, {
    env: plan.scope.length ? busEnvironment() : {},
    cwd: '/',
    stdio: Array<'pipe'>(FD.started + 1).fill('pipe'),
  }) as unknown as Launched['child'];
  const pipes = child.stdio as unknown as Duplex[];
  child.on('error', () => undefined); // the status ends then, too
  child.stdin.on('error', () => undefined); // a box that ended reads no more; `ended` says so

  send(pipes[FD.args], `${bubblewrapArguments(options, mounts).join('\0')}\0`);
  if (isFiltered(process.arch)) send(pipes[FD.filter], seccompFilter(process.arch));
  for (const name of ['passwd', 'hosts'] as const) send(pipes[FD[name]], ETC[name]);

  pipes[FD.keeper].on('error', () => undefined);
  if (plan.scope.length === 0) pipes[FD.keeper].destroy();

  const [status, started] = await Promise.all([firstLine(pipes[FD.status]), firstLine(pipes[FD.started])]);
  const init = Number(/"child-pid": (\d+)/.exec(status ?? '')?.[1] ?? NaN);
  if (started === undefined || !Number.isInteger(init)) {
    child.kill('SIGKILL');
    throw new Error(
      `openBox: no box could be made: ${(await remaining(child.stderr)) || `the starting program ended (${child.signalCode ?? child.exitCode})`}`,
    );
  }
  return { child, init };
}

/** The chain of programs, each of which becomes the next. */
export function launchCommand(
  options: BoxOptions,
  programs: Programs,
  plan: LaunchPlan & { staging: readonly string[]; root: boolean },
): string[] {
  const { limits, command, args } = options;
  const inner = plan.ownProcessLimit
    ? [programs.prlimit, `--nproc=${limits.processes}:${limits.processes}`, '--']
    : [];
  const seconds = Math.ceil(limits.cpuSeconds) + 1;
  // One more than the scratch holds, so that a full scratch is told as such.
  const bytes = Math.ceil((limits.scratchMiB + 1) * MIB);
  const { root } = plan;
  return [
    ...(plan.scope.length ? [...plan.scope, programs.sh, '-c', KEEP, 'sh'] : []),
    ...(plan.joins.length ? [programs.sh, '-c', JOIN, 'sh', `${plan.joins.length}`, ...plan.joins] : []),
    ...plan.staging,
    // Second fences, for each process: the control groups or the watchdog add up all of them.
    programs.prlimit,
    ...['--core=0:0', `--nofile=${OPEN_FILES}:${OPEN_FILES}`, `--fsize=${bytes}:${bytes}`],
    ...[`--cpu=${seconds}:${seconds + 1}`, '--msgqueue=0:0', '--memlock=0:0', '--'],
    // The superuser's rights end here, not only in the box's own view of users.
    ...(root ? [programs.setpriv, `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : []),
    ...(plan.scope.length ? [programs.env, '-i'] : []),
    ...[programs.bwrap, '--args', `${FD.args}`, '--', '/bin/sh', '-c', BEGIN, 'sh'],
    ...inner,
    command,
    ...args,
  ];
}

function send(stream: Duplex, data: string | Buffer): void {
  stream.on('error', () => undefined); // the starting program ended: it says why on stderr
  stream.resume();
  stream.end(data);
}

/** `undefined` where the stream ends before. Reads on: a writer may have more to say. */
function firstLine(stream: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    stream.on('error', () => undefined);
    stream.on('close', () => resolve(undefined));
    stream.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}

async function remaining(stream: Readable): Promise<string> {
  let text = '';
  stream.on('data', (chunk) => (text += chunk));
  if (!stream.readableEnded) await once(stream, 'close').catch(() => undefined);
  return text.trim();
}
