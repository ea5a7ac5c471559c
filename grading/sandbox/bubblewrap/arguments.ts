import fs from 'node:fs';
import path from 'node:path';
import { type BoxOptions, MIB, type View } from '../box';
import { isWithin, viewsOf } from '../options';

/** The user inside, whoever runs the grader: nobody. */
export const NOBODY = 65534;

/** Descriptors of the starting program, beside the three of the program in the box; a shell knows up to 9. */
export const FD = { status: 3, args: 4, filter: 5, passwd: 6, hosts: 7, keeper: 8, started: 9 } as const;

/** What stands in the box's /etc, for programs that ask who and where they are. */
export const ETC: Readonly<Record<'passwd' | 'hosts', string>> = {
  passwd: `nobody:x:${NOBODY}:${NOBODY}:nobody:/tmp:/bin/sh\n`,
  hosts: '127.0.0.1 localhost\n::1 localhost\n',
};

/** Programs and libraries that Node, its addons and TensorFlow load, where the system has them. */
const SYSTEM = [
  '/usr/bin',
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/local/lib',
  '/usr/share/zoneinfo',
  '/bin',
  '/lib',
  '/lib32',
  '/lib64',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/localtime',
];

/** A host path as the box shows it: as a view, or as the link that it is on the host. */
export type Mount = View | { link: string; to: string };

/** `/lib → usr/lib` stays a link; what is missing here is left out. */
export function systemParts(paths: readonly string[] = SYSTEM): Mount[] {
  return paths.flatMap((to): Mount[] => {
    const stats = fs.lstatSync(to, { throwIfNoEntry: false });
    if (!stats) return [];
    const link = stats.isSymbolicLink() ? fs.readlinkSync(to) : '';
    if (link && fs.statSync(to, { throwIfNoEntry: false })?.isDirectory()) return [{ link, to }];
    return fs.existsSync(to) ? [{ from: fs.realpathSync(to), to }] : [];
  });
}

/** The program itself, where no view shows it already. */
export function commandViews(command: string, shown: readonly string[]): View[] {
  const real = fs.realpathSync(command);
  return [...new Set([real, command])]
    .filter((file) => !shown.some((folder) => isWithin(file, folder)))
    .map((to) => ({ from: real, to }));
}

/** All that is mounted into a box, outer folders first. */
export function mountsOf(options: BoxOptions): Mount[] {
  const parts = [...systemParts(), ...viewsOf(options)];
  return [
    ...parts,
    ...commandViews(
      options.command,
      parts.map(({ to }) => to),
    ),
  ];
}

/** bubblewrap's arguments up to the command. `mounts` as from mountsOf. */
export function bubblewrapArguments(
  { env, cwd, limits }: Pick<BoxOptions, 'env' | 'cwd' | 'limits'>,
  mounts: readonly Mount[],
): string[] {
  const scratch = path.resolve(cwd);
  const unshared = ['user', 'pid', 'net', 'ipc', 'uts', 'cgroup'].map((name) => `--unshare-${name}`);
  return [
    ...unshared,
    '--new-session',
    '--die-with-parent',
    ...['--cap-drop', 'ALL'],
    ...['--uid', `${NOBODY}`, '--gid', `${NOBODY}`],
    ...['--hostname', 'box'],
    '--clearenv',
    ...Object.entries({ TMPDIR: scratch, ...env }).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...(['passwd', 'hosts'] as const).flatMap((name) => ['--file', `${FD[name]}`, `/etc/${name}`]),
    ...mounts.flatMap((part) =>
      'link' in part ? ['--symlink', part.link, part.to] : ['--ro-bind', part.from, part.to],
    ),
    ...['--size', `${Math.ceil(limits.scratchMiB * MIB)}`],
    ...(isWithin(scratch, '/tmp')
      ? ['--tmpfs', '/tmp', '--dir', scratch]
      : ['--tmpfs', scratch, '--symlink', scratch.slice(1), '/tmp']),
    // bubblewrap makes both as file systems that can be written.
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    ...['--chdir', scratch],
    ...['--seccomp', `${FD.filter}`],
    ...['--json-status-fd', `${FD.status}`],
  ];
}
