import { CgroupV1, type CgroupV1Place } from './cgroups/v1';
import { CgroupV2, type CgroupV2Place } from './cgroups/v2';
import { ProcessTable, type ProcessTablePlace } from './process-table';

/** What a box uses at one moment. */
export interface Measure {
  cpuSeconds: number;
  /** With the scratch, and, in a control group, with what the kernel read from disk on its behalf. */
  memoryBytes: number;
  peakBytes: number;
  tasks: number;
  /** The kernel ended a process for want of memory. */
  outOfMemory: boolean;
}

/** The books on one box, kept by the kernel or by ourselves. */
export interface Books {
  measure(): Measure;
  /** Sends SIGKILL to all that are in it; true if there are none. */
  kill(): boolean;
  /** Removes it, empty as it must be. */
  remove(): void;
}

/** Where the books lie, in a form that can be sent to another thread. */
export type Place = CgroupV1Place | CgroupV2Place | ProcessTablePlace;

export function openBooks(place: Place): Books {
  if (place.kind === 'v1') return new CgroupV1(place);
  if (place.kind === 'v2') return new CgroupV2(place);
  return new ProcessTable(place);
}
