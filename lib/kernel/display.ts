import { inspect } from 'node:util';
import type { MimeBundle } from './bridge';

const DISPLAY = Symbol.for('Jupyter.display');
const INSPECT_DEPTH = 4;

type Displayable = { [DISPLAY](): MimeBundle | Promise<MimeBundle> };

/** How the value of a cell's last expression is shown. */
export async function toBundle(value: unknown): Promise<Required<MimeBundle>> {
  if (isDisplayable(value)) return toTransport(await value[DISPLAY]());
  return { data: { 'text/plain': inspect(value, { depth: INSPECT_DEPTH }) }, metadata: {} };
}

/** The bundle as JSON can carry it: bytes become base64. */
export function toTransport({ data, metadata = {} }: MimeBundle): Required<MimeBundle> {
  const encoded = Object.entries(data).map(([mime, value]) => [
    mime,
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
      : value,
  ]);
  return { data: Object.fromEntries(encoded) as Record<string, unknown>, metadata };
}

function isDisplayable(value: unknown): value is Displayable {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as Partial<Displayable>)[DISPLAY] === 'function';
}
