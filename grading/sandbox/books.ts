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
