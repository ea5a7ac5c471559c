import fs from 'node:fs';
import path from 'node:path';
import type { Books, Measure } from './books';
import { isMissing, killProcess } from './cgroups/files';

/** Where no control group can be made: the processes of a box as its own /proc lists them, looked at from outside. */
export interface ProcessTablePlace {
  kind: 'watchdog';
  /** First process of the box's pid namespace, as numbered out here; the namespace ends with it. */
  init: number;
  /** When that process started, in clock ticks: its number may be given again. */
  started: string;
  /** The scratch, as a path in the box. */
  scratch: string;
  /** Memory from which on shared pages are counted exactly, which takes longer. */
  memoryBytes: number;
}

/** USER_HZ, which is 100 on both machines. */
const TICKS_PER_SECOND = 100;
/** An inode and its name in kernel memory, which empty files fill too. */
const BYTES_PER_FILE = 1024;

export class ProcessTable implements Books {
  readonly #root: string;
  /** Processor time of every process seen, the ended ones too. */
  readonly #ticks = new Map<string, number>();
  #peak = 0;
  #cpuTicks = 0;

  constructor(readonly place: ProcessTablePlace) {
    this.#root = `/proc/${place.init}/root`;
  }

  measure(): Measure {
    const processes = this.#list();
    let memoryBytes = this.#scratchBytes();
    for (const { resident } of processes) memoryBytes += resident;
    if (memoryBytes > this.place.memoryBytes) memoryBytes -= this.#countedTwice(processes);
    this.#peak = Math.max(this.#peak, memoryBytes);

    // Each is too low at times: the first misses children that came and went between two looks, the second those
    // whose parents ignore their end.
    const withChildren = processes.reduce((sum, { childTicks, ticks }) => sum + ticks + childTicks, 0);
    for (const { key, ticks } of processes) this.#ticks.set(key, ticks);
    const seen = [...this.#ticks.values()].reduce((sum, ticks) => sum + ticks, 0);
    this.#cpuTicks = Math.max(this.#cpuTicks, withChildren, seen);
    return {
      cpuSeconds: this.#cpuTicks / TICKS_PER_SECOND,
      memoryBytes,
      peakBytes: this.#peak,
      tasks: processes.reduce((sum, { threads }) => sum + threads, 0),
      outOfMemory: false,
    };
  }

  kill(): boolean {
    const { init, started } = this.place;
    const stat = readStat(`/proc/${init}`);
    // A zombie has outlived all other processes of its namespace.
    if (stat === undefined || stat.started !== started || stat.state === 'Z' || stat.state === 'X')
      return true;
    killProcess(init);
    return false;
  }

  remove(): void {
    this.#ticks.clear();
  }

  #list() {
    const folder = path.join(this.#root, 'proc');
    let names: string[];
    try {
      names = fs.readdirSync(folder);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
    return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => readProcess(path.join(folder, name)));
  }

  #scratchBytes(): number {
    try {
      const { bsize, blocks, bfree, files, ffree } = fs.statfsSync(path.join(this.#root, this.place.scratch));
      return (blocks - bfree) * bsize + (files - ffree) * BYTES_PER_FILE;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }

  /** Pages that several processes, or a process and the scratch, share. */
  #countedTwice(processes: readonly { folder: string; pages: number }[]): number {
    return processes.reduce((sum, { folder, pages }) => {
      const text = readText(path.join(folder, 'smaps_rollup')) ?? '';
      if (!text.includes('Pss_Anon:')) return sum; // ended meanwhile, or a kernel before 5.4
      const share = kibibytes(text, 'Pss_Anon') + kibibytes(text, 'Pss_Shmem');
      return sum + Math.max(0, pages - share);
    }, 0);
  }
}

function readProcess(folder: string) {
  const stat = readStat(folder);
  const status = readText(path.join(folder, 'status'));
  if (!stat || status === undefined) return [];
  const sum = (fields: string[]) => fields.reduce((total, field) => total + kibibytes(status, field), 0);
  // Pages of files are the kernel's to drop, and mostly those of libraries that all boxes share.
  const pages = sum(['RssAnon', 'RssShmem']);
  return [
    {
      folder,
      pages,
      key: `${path.basename(folder)} ${stat.started}`,
      ticks: stat.ticks,
      childTicks: stat.childTicks,
      threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 1),
      resident: pages + sum(['VmSwap', 'VmPTE']),
    },
  ];
}

/** What proc(5) says of /proc/<pid>/stat; the name in it may hold anything, parentheses too. */
export function readStat(folder: string) {
  const text = readText(path.join(folder, 'stat'));
  if (!text) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // field 3 on
  return {
    state: fields[0],
    ticks: Number(fields[11]) + Number(fields[12]),
    childTicks: Number(fields[13]) + Number(fields[14]),
    started: fields[19],
  };
}

/** `undefined` for a process that has ended meanwhile. */
function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function kibibytes(text: string, field: string): number {
  return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}
