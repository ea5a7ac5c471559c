import path from 'node:path';
import type { BoxOptions, View } from '../box';
import { viewsOf } from '../options';

const NOBODY = 65534;
/** After the guard's own end of the time, for a grader that is gone. */
const GRACE_SECONDS = 2;

/** What the image holds in the place of the host's: addons and libraries built for Linux. */
export type InImage = (view: View) => boolean;

/**
 * Arguments of `docker run` or `podman run`, whose container keeps the limits of a box.
 */
export function runArguments(
  options: BoxOptions,
  { name, image, inImage }: { name: string; image: string; inImage: InImage },
): string[] {
  const { command, args, env, cwd, limits } = options;
  const scratch = path.resolve(cwd);
  const tmpfs = `rw,nosuid,nodev,mode=1777,size=${Math.ceil(limits.scratchMiB)}m`;
  const memory = `${Math.ceil(limits.memoryMiB)}m`;
  const seconds = Math.ceil(limits.cpuSeconds) + 1;
  const views = viewsOf(options).filter((view) => !inImage(view));
  return [
    ...['run', '--interactive', '--init', '--name', name],
    ...['--pull', 'never', '--log-driver', 'none', '--hostname', 'box'],
    ...['--network', 'none', '--ipc', 'none', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--user', `${NOBODY}:${NOBODY}`, '--read-only', '--tmpfs', `${scratch}:${tmpfs}`],
    ...(scratch === '/tmp' ? [] : ['--tmpfs', `/tmp:${tmpfs}`]),
    // As much swap as memory means none beside it.
    ...['--memory', memory, '--memory-swap', memory, '--pids-limit', `${limits.processes}`],
    ...['--ulimit', 'core=0:0', '--ulimit', 'nofile=1024:1024', '--ulimit', `cpu=${seconds}:${seconds + 1}`],
    ...views.flatMap(({ from, to }) => ['--mount', mount(from, to)]),
    ...Object.entries({ TMPDIR: scratch, ...env }).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--workdir', scratch, '--entrypoint', 'timeout', image],
    ...['--signal=KILL', `${Math.ceil(limits.wallSeconds) + GRACE_SECONDS}`],
    command === process.execPath ? 'node' : command,
    ...args,
  ];
}

/** A line of CSV, as the engines read it. */
function mount(from: string, to: string): string {
  const quote = (field: string) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  return ['type=bind', quote(`source=${from}`), quote(`target=${to}`), 'readonly'].join(',');
}
