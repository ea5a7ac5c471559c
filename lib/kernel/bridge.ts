/** A Jupyter MIME bundle: one object, several representations, keyed by MIME type. */
export interface MimeBundle {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
}

export interface DisplayOptions {
  /** Name of the output, so that a later call can replace it. */
  displayId?: string;
  /** Replace the output of that name instead of adding one. */
  update?: boolean;
  /** Clear the cell's output first, when the new output arrives. */
  clear?: boolean;
}

/** One end of a Jupyter comm: a two-way channel between a cell's output and the kernel. */
export interface Comm {
  readonly id: string;
  /** False once either end has closed it; what is sent then is dropped. */
  readonly isOpen: boolean;
  send(data: unknown): void;
  close(): void;
}

/** What the segcourse kernel offers to the library that runs inside it. */
export interface KernelBridge {
  display(bundle: MimeBundle, options?: DisplayOptions): void;
  openComm(target: string, data?: unknown, onMessage?: (data: unknown) => void): Comm;
  /**
   * Lets pages open comms to a target. `onOpen` gets the kernel's end and what the page sent along, and returns the listener
   * of further messages; where it throws, the comm is closed. In place of an earlier offer of that target.
   */
  offerTarget(target: string, onOpen: (comm: Comm, data: unknown) => (data: unknown) => void): void;
  /** The kernel's name in the addresses of the Jupyter server that started it: `/api/kernels/<id>`. */
  readonly kernelId: string | undefined;
  /** Calls the listener at every interrupt of the running cell; returns a function that removes it. */
  onInterrupt(listener: () => void): () => void;
  /**
   * Throws if the running cell has to stop now. Cheap: long work calls it often. Code that listens to `onInterrupt`, or
   * asks `interrupted`, has a quarter of a second before.
   */
  interruptPoint(): void;
  /** True from an interrupt until the next cell starts. */
  interrupted(): boolean;
}

export const KERNEL_BRIDGE = Symbol.for('segcourse.kernel');

/** The kernel this code runs in, or undefined outside a segcourse notebook. */
export function kernelBridge(): KernelBridge | undefined {
  return (globalThis as { [KERNEL_BRIDGE]?: KernelBridge })[KERNEL_BRIDGE];
}
