import fs from 'node:fs';
import path from 'node:path';
import type { Books, Measure } from '../books';
import { type BoxLimits, MIB } from '../box';
import { isMissing, killMembers, readField, readNumber, removeGroup } from './files';

export interface CgroupV2Place {
  kind: 'v2';
  folder: string;
}

/** Makes the group of a box, limits set, in a group whose children have the controllers memory and pids. */
export function makeCgroupV2(parent: string, name: string, limits: BoxLimits): CgroupV2Place {
  const folder = path.join(parent, name);
  fs.mkdirSync(folder);
  const write = (file: string, value: number) => fs.writeFileSync(path.join(folder, file), `${value}`);
  write('memory.max', Math.ceil(limits.memoryMiB * MIB));
  if (fs.existsSync(path.join(folder, 'memory.swap.max'))) write('memory.swap.max', 0);
  write('memory.oom.group', 1);
  write('pids.max', limits.processes);
  return { kind: 'v2', folder };
}

export class CgroupV2 implements Books {
  #peak = 0;

  constructor(private readonly place: CgroupV2Place) {}

  measure(): Measure {
    const { folder } = this.place;
    const memoryBytes = readNumber(folder, 'memory.current');
    this.#peak = Math.max(this.#peak, memoryBytes);
    return {
      cpuSeconds: readField(folder, 'cpu.stat', 'usage_usec') / 1e6,
      memoryBytes,
      peakBytes: fs.existsSync(path.join(folder, 'memory.peak')) // since Linux 5.19
        ? readNumber(folder, 'memory.peak')
        : this.#peak,
      tasks: readNumber(folder, 'pids.current'),
      outOfMemory: readField(folder, 'memory.events', 'oom_kill') > 0,
    };
  }

  kill(): boolean {
    try {
      fs.writeFileSync(path.join(this.place.folder, 'cgroup.kill'), '1'); // since Linux 5.14
    } catch (error) {
      if (!isMissing(error) && (error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    }
    return killMembers(this.place.folder);
  }

  remove(): void {
    removeGroup(this.place.folder);
  }
}
