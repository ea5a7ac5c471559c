import fs from 'node:fs';
import path from 'node:path';
import type { CgroupV1Place } from './v1';

export interface Mounted {
  /** Folder of the hierarchy's mount. */
  folder: string;
  /** Which group stands there: `/`, or the container's. */
  root: string;
  /** `undefined` for version 2. */
  controllers: readonly string[] | undefined;
}

/** The control group file systems in the text of /proc/self/mountinfo (proc(5)). */
export function parseMounts(mountinfo: string): Mounted[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap((fields) => {
      const [type, , options] = fields.slice(fields.indexOf('-') + 1);
      if (type !== 'cgroup' && type !== 'cgroup2') return [];
      const controllers = type === 'cgroup' ? options.split(',') : undefined;
      return [{ folder: unescape(fields[4]), root: unescape(fields[3]), controllers }];
    });
}

/** The group of a process in one hierarchy, in the text of its /proc/<pid>/cgroup; '' as controller is version 2. */
export function groupOf(cgroup: string, controller: string): string | undefined {
  for (const line of cgroup.split('\n')) {
    const [number, controllers, ...rest] = line.split(':');
    if (
      controller === '' ? number === '0' && controllers === '' : controllers?.split(',').includes(controller)
    )
      return rest.join(':');
  }
  return undefined;
}

/** A process's folder in one hierarchy, as this mount namespace shows it. */
export function folderOf(controller: string, pid: number | 'self' = 'self'): string | undefined {
  const mount = hierarchies().find(({ controllers }) =>
    controller === '' ? !controllers : controllers?.includes(controller),
  );
  const group = groupOf(fs.readFileSync(`/proc/${pid}/cgroup`, 'latin1'), controller);
  if (!mount || group === undefined) return undefined;
  return path.join(mount.folder, path.relative(mount.root, group));
}

export function hierarchies(): Mounted[] {
  return parseMounts(fs.readFileSync('/proc/self/mountinfo', 'latin1'));
}

/** The grader's own groups, in which those of boxes are made: whatever bounds the grader bounds them too. */
export function ownV1(): Omit<CgroupV1Place, 'kind'> | undefined {
  const [memory, pids, cpuacct] = ['memory', 'pids', 'cpuacct'].map((controller) => folderOf(controller));
  return memory && pids && cpuacct ? { memory, pids, cpuacct } : undefined;
}

/** The nearest group at or above our own whose children have both controllers and that we may write. */
export function ownV2(): string | undefined {
  const own = folderOf('');
  const mount = hierarchies().find(({ controllers }) => !controllers)?.folder;
  if (!own || !mount) return undefined;
  for (let folder = own; folder === mount || folder.startsWith(`${mount}/`); folder = path.dirname(folder)) {
    const handedDown = fs
      .readFileSync(path.join(folder, 'cgroup.subtree_control'), 'latin1')
      .trim()
      .split(' ');
    const writable = [folder, path.join(folder, 'cgroup.procs')].every(isWritable);
    if (writable && ['memory', 'pids'].every((controller) => handedDown.includes(controller))) return folder;
  }
  return undefined;
}

export function isWritable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Blanks and the like stand as octal numbers in mountinfo. */
function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
