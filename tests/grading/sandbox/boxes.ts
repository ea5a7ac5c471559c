import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import {
  type BoxEnd,
  type BoxKind,
  type BoxLimits,
  type BoxOptions,
  boxKinds,
  openBox,
} from '../../../grading/sandbox';

export const LIMITS: BoxLimits = {
  wallSeconds: 30,
  cpuSeconds: 20,
  memoryMiB: 256,
  processes: 64,
  scratchMiB: 16,
};

export interface Ran extends BoxEnd {
  stdout: string;
  stderr: string;
}

export interface Settings {
  kind?: BoxKind;
  limits?: Partial<BoxLimits>;
  env?: Record<string, string>;
  readOnly?: BoxOptions['readOnly'];
}

/** Options of a box in which Node runs the code. */
export function nodeBox(code: string, { limits = {}, env = {}, readOnly = [] }: Settings = {}): BoxOptions {
  return {
    command: process.execPath,
    args: ['-e', code],
    env,
    readOnly,
    cwd: '/scratch',
    limits: { ...LIMITS, ...limits },
  };
}

/** Runs code in a box to its end. */
export async function runNode(code: string, settings: Settings = {}): Promise<Ran> {
  const box = await openBox(nodeBox(code, settings), settings.kind);
  box.stdin.end();
  const [stdout, stderr, end] = await Promise.all([text(box.stdout), text(box.stderr), box.ended]);
  return { ...end, stdout, stderr };
}

/** Skips the test, with what to install, where this machine has no bubblewrap or refuses it. */
export async function needBubblewrap(context: Mocha.Context): Promise<BoxKind> {
  const kind = await boxKinds();
  if (!('missing' in kind) && kind.kind === 'bubblewrap') return kind;
  console.log(
    `      skipped: ${'missing' in kind ? kind.missing : 'bubblewrap is missing: sudo apt install bubblewrap'}`,
  );
  return context.skip();
}

/** What this process's boxes have out here: processes, control groups, mounts. */
export function traces(): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  return [
    ...ownProcesses().map((pid) => `process ${pid} ${nameOf(pid)}`),
    ...groupsOf(process.pid),
    ...mounts.split('\n').filter((line) => /newroot|oldroot| stage /.test(line)),
  ];
}

/** Processes of this process's boxes: all below it that are bubblewrap or in another pid namespace. */
export function ownProcesses(): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = attempt(() => readFileSync(`/proc/${name}/stat`, 'latin1'));
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isBelow(parents.get(pid)));
  const own = readlinkSync('/proc/self/ns/pid');
  return [...parents.keys()]
    .filter((pid) => pid !== process.pid && isBelow(pid))
    .filter((pid) => namespaceOf(pid) !== own || nameOf(pid) === 'bwrap');
}

/** Control groups of boxes that a grader has made. */
export function groupsOf(grader: number): string[] {
  return groups('/sys/fs/cgroup').filter((group) => group.includes(`-${grader}-`));
}

function nameOf(pid: number): string | undefined {
  return attempt(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
}

function namespaceOf(pid: number): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/ns/pid`));
}

function groups(folder: string): string[] {
  const entries = attempt(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      name.startsWith('segcourse-box-') ? [`${folder}/${name}`] : groups(`${folder}/${name}`),
    );
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined; // it ended meanwhile
  }
}
