import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readStat } from '../process-table';
import { killMembers, removeGroup } from './files';
import { hierarchies } from './own';

const PREFIX = 'segcourse-box';
const DEEPEST = 12;
let made = 0;

/** A new box's name, from which every later grader can tell whether its grader still lives. */
export function newBoxName(): string {
  return `${PREFIX}-${pidNamespace()}-${process.pid}-${readStat('/proc/self')?.started}-${++made}`;
}

/** Ends and removes what graders that are gone have left: they were killed before they could. */
export async function sweepAbandoned(): Promise<void> {
  const groups = hierarchies().flatMap(({ folder }) => abandoned(folder, DEEPEST));
  for (const group of groups) await clear(group);
}

function abandoned(folder: string, deeper: number): string[] {
  if (deeper === 0) return [];
  return foldersIn(folder).flatMap((name) => {
    const group = path.join(folder, name);
    if (!name.startsWith(`${PREFIX}-`)) return abandoned(group, deeper - 1);
    return isAbandoned(name) ? [group] : [];
  });
}

/** Only of our own pid namespace can we know who lives. */
function isAbandoned(name: string): boolean {
  const [namespace, pid, started] = name.slice(PREFIX.length + 1).split('-');
  return namespace === pidNamespace() && readStat(`/proc/${pid}`)?.started !== started;
}

/** A group of another user stays: it is that user's grader's to remove. */
async function clear(group: string): Promise<void> {
  try {
    for (let tries = 0; tries < 100 && !killMembers(group); tries++) await delay(10);
    removeGroup(group);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function foldersIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // gone meanwhile, or not ours to read
  }
}

function pidNamespace(): string {
  return /\d+/.exec(fs.readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
}
