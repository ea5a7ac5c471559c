import fs from 'node:fs';
import path from 'node:path';

/** The number in a control group's file; infinite where it says `max`. */
export function readNumber(folder: string, name: string): number {
  const text = fs.readFileSync(path.join(folder, name), 'latin1').trim();
  return text === 'max' ? Infinity : Number(text);
}

/** One number of a file of `name value` lines; 0 where the kernel does not count it. */
export function readField(folder: string, name: string, field: string): number {
  const text = fs.readFileSync(path.join(folder, name), 'latin1');
  const line = text.split('\n').find((line) => line.startsWith(`${field} `));
  return line === undefined ? 0 : Number(line.slice(field.length + 1));
}

/** Ends what is in the group; true if nothing was. */
export function killMembers(folder: string): boolean {
  let members: string;
  try {
    members = fs.readFileSync(path.join(folder, 'cgroup.procs'), 'latin1');
  } catch (error) {
    if (isMissing(error)) return true;
    throw error;
  }
  const pids = members.split('\n').filter(Boolean).map(Number);
  for (const pid of pids) killProcess(pid);
  return pids.length === 0;
}

/** A group is removed only when it is empty, whatever files it shows. */
export function removeGroup(folder: string): void {
  try {
    fs.rmdirSync(folder);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

export function killProcess(pid: number): void {
  if (pid <= 1) return; // 0 stands for a member in another pid namespace, and means "all of us" to kill
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ESRCH';
}
