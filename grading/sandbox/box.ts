import type { Readable, Writable } from 'node:stream';

export interface BoxLimits {
  wallSeconds: number;
  /** Of all processes together. */
  cpuSeconds: number;
  /** Of all processes together, with what lies in the scratch. */
  memoryMiB: number;
  /** Processes and their threads, as the kernel counts them: bare Node has 11, TensorFlow adds two a core. */
  processes: number;
  scratchMiB: number;
}

export interface BoxOptions {
  /** Absolute path; the file itself need not be among the views. */
  command: string;
  args: readonly string[];
  /** The whole environment; TMPDIR names the scratch unless given. */
  env: Readonly<Record<string, string>>;
  /** Read-only views: host path → path in the box (same path by default). Nothing else of the host is visible. */
  readOnly: readonly (string | { from: string; to: string })[];
  /** A fresh scratch of `scratchMiB` in memory, the only place that can be written; /tmp is the same folder. */
  cwd: string;
  limits: BoxLimits;
}

/** `processes` occurs only where neither the kernel nor an engine refuses the process too many. */
export type BoxEndReason = 'exit' | 'wall' | 'cpu' | 'memory' | 'processes' | 'killed';

export interface BoxEnd {
  reason: BoxEndReason;
  code: number | null;
  signal: string | null;
  peakMemoryMiB: number;
  cpuSeconds: number;
}

export interface BoxUsage {
  memoryMiB: number;
  peakMiB: number;
  cpuSeconds: number;
}

export interface Box {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** As last measured, at most 0.1 s ago. */
  usage(): Promise<BoxUsage>;
  /** Ends every process in it, for sure. */
  kill(): Promise<BoxEnd>;
  /** Resolves when no process, control group or mount is left. */
  readonly ended: Promise<BoxEnd>;
}

/** What keeps the limits: control groups of either version, or a watchdog that reads /proc and kills. */
export type Accounting = 'v1' | 'v2' | 'watchdog';

export interface BoxKind {
  kind: 'bubblewrap' | 'docker' | 'podman';
  cgroup: Accounting;
}

/** A view with both paths. */
export interface View {
  from: string;
  to: string;
}

export const MIB = 2 ** 20;
