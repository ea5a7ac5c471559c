import fs from 'node:fs';
import path from 'node:path';
import type { Books, Measure } from '../books';
import { type BoxLimits, MIB } from '../box';
import { killMembers, readField, readNumber, removeGroup } from './files';

/** A box's folder in each hierarchy; two of them are one where controllers are mounted together. */
export interface CgroupV1Place {
  kind: 'v1';
  memory: string;
  pids: string;
  cpuacct: string;
}

/** Makes the groups of a box, limits set. `parents` are the grader's own groups. */
export function makeCgroupV1(
  parents: Omit<CgroupV1Place, 'kind'>,
  name: string,
  limits: BoxLimits,
): CgroupV1Place {
  const place: CgroupV1Place = {
    kind: 'v1',
    memory: path.join(parents.memory, name),
    pids: path.join(parents.pids, name),
    cpuacct: path.join(parents.cpuacct, name),
  };
  const bytes = Math.ceil(limits.memoryMiB * MIB);
  for (const folder of foldersOf(place)) fs.mkdirSync(folder);
  write(place.memory, 'memory.limit_in_bytes', bytes);
  // Only where the kernel counts swap.
  if (fs.existsSync(path.join(place.memory, 'memory.memsw.limit_in_bytes')))
    write(place.memory, 'memory.memsw.limit_in_bytes', bytes);
  write(place.pids, 'pids.max', limits.processes);
  return place;
}

/** Each folder once. */
export function foldersOf({ memory, pids, cpuacct }: Omit<CgroupV1Place, 'kind'>): string[] {
  return [...new Set([memory, pids, cpuacct])];
}

export class CgroupV1 implements Books {
  constructor(private readonly place: CgroupV1Place) {}

  measure(): Measure {
    const { memory, pids, cpuacct } = this.place;
    return {
      cpuSeconds: readNumber(cpuacct, 'cpuacct.usage') / 1e9,
      memoryBytes: readNumber(memory, 'memory.usage_in_bytes'),
      peakBytes: readNumber(memory, 'memory.max_usage_in_bytes'),
      tasks: readNumber(pids, 'pids.current'),
      outOfMemory: readField(memory, 'memory.oom_control', 'oom_kill') > 0,
    };
  }

  kill(): boolean {
    return foldersOf(this.place).map(killMembers).every(Boolean);
  }

  remove(): void {
    for (const folder of foldersOf(this.place)) removeGroup(folder);
  }
}

function write(folder: string, name: string, value: number): void {
  fs.writeFileSync(path.join(folder, name), `${value}`);
}
