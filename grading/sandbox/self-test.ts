import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Box, BoxEnd, BoxKind, BoxLimits, BoxOptions } from './box';
import { boxKinds } from './kinds';
import { openBox } from './open';
import { FILL_MEMORY, lookAround, LOOP, SLEEP, spread, startProcesses } from './self-test-programs';

/** Times that a slow machine keeps, too. */
const LIMITS: BoxLimits = { wallSeconds: 60, cpuSeconds: 60, memoryMiB: 256, processes: 64, scratchMiB: 4 };

/** What may not be, or the box is none. */
const WALLS: Readonly<Record<string, string>> = {
  network: 'no network',
  files: 'no view of the host’s files',
  processes: 'no view of other processes',
  environment: 'no view of the environment',
  writes: 'a read-only file system',
  scratch: 'a limited scratch',
  rights: 'no rights',
};

/** Opens the boxes that are put to the test. */
type Opener = (options: BoxOptions) => Promise<Box>;

/** One thing to be proved: `undefined` where it holds, else what was seen. */
type Proof = [what: string, seen: Promise<string | undefined>];

/**
 * Proves on this machine that each limit of a box holds, with programs that break it.
 *
 * @param report takes a line for each: `proved: …` or `not proved: …`
 * @param open what makes the boxes
 * @returns whether all hold
 */
export async function selfTest(
  report: (line: string) => void,
  open: (options: BoxOptions, kind: BoxKind) => Promise<Box> = openBox,
): Promise<boolean> {
  const kind = await boxKinds();
  if ('missing' in kind) {
    report(`not proved: anything; ${kind.missing}`);
    return false;
  }
  report(
    `boxes by ${kind.kind}, limits by ${kind.cgroup === 'watchdog' ? 'a watchdog' : `control groups ${kind.cgroup}`}`,
  );
  const opener: Opener = (options) => open(options, kind);
  const walls = proveWalls(opener);
  const proofs: Proof[] = [
    ...Object.entries(WALLS).map(([name, what]): Proof => [what, walls.then((gaps) => gaps(name))]),
    ['the limit of memory', proveEnd(opener, FILL_MEMORY, { memoryMiB: 128 }, 'memory')],
    ['the limit of processes', proveProcesses(opener)],
    ['the limit of processor time', proveEnd(opener, LOOP, { cpuSeconds: 0.3 }, 'cpu')],
    ['the limit of time', proveEnd(opener, SLEEP, { wallSeconds: 0.5 }, 'wall')],
    ['killing leaves nothing', proveKill(opener)],
  ];
  let all = true;
  for (const [what, proof] of proofs) {
    const seen = await proof.catch((error: Error) => error.message);
    if (seen === undefined) report(`proved: ${what}`);
    else {
      report(`not proved: ${what}: ${seen}`);
      all = false;
    }
  }
  if (!all) report(remedy(kind));
  return all;
}

function remedy({ kind, cgroup }: BoxKind): string {
  const reason = 'Submissions are not run where a box does not hold.';
  if (kind !== 'bubblewrap') return `${reason} Update ${kind}, or install bubblewrap on Linux.`;
  if (cgroup !== 'watchdog') return `${reason} Update bubblewrap and the kernel.`;
  return `${reason} Give the grader control groups: log in so that systemctl --user works (sudo loginctl enable-linger $USER).`;
}

/** Looks for gaps in all walls at once; the result tells those in one. */
async function proveWalls(open: Opener): Promise<(wall: string) => string | undefined> {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const variable = `SEGCOURSE_CANARY_${process.pid}`;
  process.env[variable] = variable;
  const canary = { file: path.resolve(__filename), port, variable, scratchMiB: LIMITS.scratchMiB };
  try {
    const { stdout, stderr } = await run(open, lookAround(canary), {});
    const lines = stdout.trim().split('\n');
    if (lines.pop() !== 'looked') throw new Error(`the program that looks around broke: ${stderr.trim()}`);
    return (wall) => {
      const gaps = lines
        .filter((line) => line.startsWith(`${wall} `))
        .map((line) => line.slice(wall.length + 1));
      return gaps.length ? gaps.join(', ') : undefined;
    };
  } finally {
    delete process.env[variable];
    server.close();
  }
}

async function proveEnd(open: Opener, code: string, limits: Partial<BoxLimits>, expected: BoxEnd['reason']) {
  const { reason, code: exit, signal } = await run(open, code, limits);
  return reason === expected ? undefined : `ended by ${reason} (${signal ?? exit})`;
}

async function proveProcesses(open: Opener): Promise<string | undefined> {
  const { reason, stdout } = await run(open, startProcesses(2 * LIMITS.processes), {});
  if (reason === 'processes') return undefined;
  const started = Number(stdout || NaN);
  return started < LIMITS.processes
    ? undefined
    : `${stdout.trim() || 'an unknown number'} started, ended by ${reason}`;
}

async function proveKill(open: Opener): Promise<string | undefined> {
  const marker = `segcourse-self-test-${process.pid}`;
  const box = await openNode(open, spread(marker), LIMITS);
  box.stderr.resume();
  for await (const chunk of box.stdout) if (String(chunk).includes('spread')) break;
  const before = processesWith(marker).length;
  const { reason } = await box.kill();
  if (reason !== 'killed') return `ended by ${reason} before`;
  if (process.platform === 'linux' && before === 0) return 'its processes were not found';
  const left = processesWith(marker);
  return left.length ? `process ${left.join(', ')}` : undefined;
}

/** Those with the marker in their command line; none where there is no /proc. */
function processesWith(marker: string): string[] {
  if (process.platform !== 'linux') return [];
  return fs.readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(marker);
    } catch {
      return false; // ended meanwhile
    }
  });
}

async function run(open: Opener, code: string, limits: Partial<BoxLimits>) {
  const box = await openNode(open, code, { ...LIMITS, ...limits });
  const [stdout, stderr, end] = await Promise.all([text(box.stdout), text(box.stderr), box.ended]);
  return { ...end, stdout, stderr };
}

async function openNode(open: Opener, code: string, limits: BoxLimits) {
  const options = {
    command: process.execPath,
    args: ['-e', code],
    env: {},
    readOnly: [],
    cwd: '/scratch',
    limits,
  };
  const box = await open(options);
  box.stdin.end();
  return box;
}
