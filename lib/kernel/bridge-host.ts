import { load } from './lazy';
import { type DisplayOptions, KERNEL_BRIDGE, type KernelBridge, type MimeBundle } from './bridge';
import type { Comms } from './comms';
import { toTransport } from './display';
import type { Interrupts } from './interrupts';
import type { IoPub } from './iopub';

/** Offers the kernel's services to the library that runs in it. */
export function installBridge(
  iopub: IoPub,
  comms: Comms,
  interrupts: Interrupts,
  kernelId: string | undefined,
): void {
  const bridge: KernelBridge = {
    kernelId,
    display: (bundle, options) => display(iopub, bundle, options),
    openComm: (target, data, onMessage) => comms.open(target, data, onMessage),
    offerTarget: (target, onOpen) => comms.offer(target, onOpen),
    onInterrupt: (listener) => interrupts.onInterrupt(listener),
    interruptPoint: () => interrupts.point(),
    interrupted: () => interrupts.interrupted(),
  };
  Object.defineProperty(globalThis, KERNEL_BRIDGE, { value: bridge, configurable: true });
}

function display(iopub: IoPub, bundle: MimeBundle, options: DisplayOptions = {}): void {
  const { displayId, update = false, clear = false } = options;
  if (update && displayId === undefined) {
    throw new Error('display: got update without displayId; expected the displayId of the output to replace');
  }
  if (clear) iopub.show('clear_output', { wait: true });
  const transient = displayId === undefined ? {} : { display_id: displayId };
  iopub.show(update ? 'update_display_data' : 'display_data', { ...toTransport(bundle), transient });
}

/** Sends what `tslab.display.html(…)` and the like show. tslab must be loaded. */
export function connectTslabDisplay(iopub: IoPub): void {
  const tslab = load('tslab/dist/jupyter') as {
    lastWriteDisplayData: (data: Record<string, unknown>, update: boolean) => void;
  };
  tslab.lastWriteDisplayData = (data, update) =>
    iopub.show(update ? 'update_display_data' : 'display_data', data);
}
