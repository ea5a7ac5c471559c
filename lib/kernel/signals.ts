/**
 * What the main thread and the control thread tell each other while the main thread may be too busy to read
 * messages: a few integers in shared memory.
 */
export class Signals {
  /** Requested and settled interrupts; they differ while one is pending. A plain read costs a nanosecond. */
  readonly flags: Int32Array;
  private readonly slots: Int32Array;

  private readonly times: BigInt64Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.slots = new Int32Array(memory, 0, SLOTS);
    this.flags = this.slots.subarray(REQUESTED, SETTLED + 1);
    this.times = new BigInt64Array(memory, BYTES - 8, 1);
  }

  /** Number of the latest interrupt; numbers start at 1. */
  get requested(): number {
    return Atomics.load(this.slots, REQUESTED);
  }

  /** Number of the latest interrupt after which the interrupted code is known to run no more. */
  get settled(): number {
    return Atomics.load(this.slots, SETTLED);
  }

  get phase(): Phase {
    return Atomics.load(this.slots, PHASE) as Phase;
  }

  set phase(phase: Phase) {
    Atomics.store(this.slots, PHASE, phase);
  }

  /** Registers an interrupt and returns its number. */
  request(): number {
    Atomics.store(this.times, 0, BigInt(Date.now()));
    return Atomics.add(this.slots, REQUESTED, 1) + 1;
  }

  /** When the latest interrupt was asked for, in milliseconds since 1970. */
  get requestedAt(): number {
    return Number(Atomics.load(this.times, 0));
  }

  /** True after the control thread sent a SIGINT of its own, until taken. */
  takeOwnSignal(): boolean {
    return Atomics.exchange(this.slots, SIGNALLED, 0) === 1;
  }

  noteOwnSignal(): void {
    Atomics.store(this.slots, SIGNALLED, 1);
  }

  settle(): void {
    Atomics.store(this.slots, SETTLED, this.requested);
  }

  get pending(): boolean {
    return this.requested > this.settled;
  }
}

/** What the main thread is doing, which decides how it can be interrupted. */
export enum Phase {
  /** The event loop: idle, the kernel's own short work, or user code that goes on after an `await`. */
  Loop = 0,
  /** The compiler, which must not be torn out of its work: it keeps state between cells. */
  Compiling = 1,
  /** The synchronous part of a cell, which Node stops at SIGINT. */
  Running = 2,
}

const REQUESTED = 0;
const SETTLED = 1;
const PHASE = 2;
const SIGNALLED = 3;
const SLOTS = 4;
const BYTES = 4 * SLOTS + 8;
