import { kernelBridge } from '../kernel/bridge';

/**
 * Between two steps of a long loop: lets messages through, and ends the loop where the notebook's stop button or `signal`
 * asks for it.
 *
 * @throws the interrupt, or the signal's reason
 */
export async function pause(signal?: AbortSignal): Promise<void> {
  await new Promise(setImmediate);
  kernelBridge()?.interruptPoint();
  signal?.throwIfAborted();
}
