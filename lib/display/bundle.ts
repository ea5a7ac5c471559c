import { kernelBridge, type DisplayOptions, type MimeBundle } from '../kernel/bridge';

/** The method under which a Jupyter kernel looks for a value's own drawing. */
export const DISPLAY = Symbol.for('Jupyter.display');

/** A value that draws itself when it is the last expression of a notebook cell. */
export interface Displayable {
  [DISPLAY](): MimeBundle | Promise<MimeBundle>;
}

/**
 * Gives a value a drawing. The method is hidden from enumeration, so the value still spreads, compares and
 * serialises as before.
 */
export function displayable<T extends object>(
  value: T,
  draw: () => MimeBundle | Promise<MimeBundle>,
): T & Displayable {
  return Object.defineProperty(value, DISPLAY, { value: draw, configurable: true }) as T & Displayable;
}

/** Shows a bundle as a cell's output; in a plain script, prints its `text/plain` representation. */
export function publish(bundle: MimeBundle, options?: DisplayOptions): void {
  const bridge = kernelBridge();
  if (bridge) bridge.display(bundle, options);
  else console.log(String(bundle.data['text/plain']));
}

let outputs = 0;

/** A name for an output that is going to be updated, unique across kernels whose outputs share a notebook. */
export function newDisplayId(kind: string): string {
  return `segcourse-${kind}-${process.pid}-${Date.now().toString(36)}-${++outputs}`;
}
