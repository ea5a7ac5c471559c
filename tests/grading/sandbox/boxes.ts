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

/** What this process's boxes have out here: processes in other pid namespaces, control groups, mounts. */
export function traces(): string[] {
  const own = readlinkSync('/proc/self/ns/pid');
  const processes = descendants(process.pid).filter(
    (pid) => namespaceOf(pid) !== own || nameOf(pid) === 'bwrap',
  );
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  return [
    ...processes.map((pid) => `process ${pid} ${nameOf(pid)}`),
    ...groups('/sys/fs/cgroup').filter((group) => group.includes(`-${process.pid}-`)),
    ...mounts.split('\n').filter((line) => /newroot|oldroot| stage /.test(line)),
  ];
}

function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: number): number | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
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
