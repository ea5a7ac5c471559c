import { createHash, type Hash } from 'node:crypto';
import { tf } from '../runtime';

/**
 * A name for settings that changes with any of them: numbers, words, lists and objects by their values, typed arrays and
 * tensors by their contents, functions by their source.
 *
 * @returns 16 hexadecimal digits
 * @throws TypeError for anything else, such as an instance of a class; the message says where it is
 */
export function settingsKey(settings: Readonly<Record<string, unknown>>): string {
  const hash = createHash('sha256');
  add(hash, settings, 'settings');
  return hash.digest('hex').slice(0, 16);
}

function add(hash: Hash, value: unknown, place: string): void {
  if (value === null || ['undefined', 'boolean', 'number', 'string'].includes(typeof value)) {
    hash.update(`${typeof value} ${JSON.stringify(value) ?? ''}\n`);
  } else if (typeof value === 'function') {
    hash.update(`function ${JSON.stringify(String(value))}\n`);
  } else if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength}\n`);
    hash.update(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  } else if (value instanceof tf.Tensor) {
    add(hash, { shape: value.shape, values: value.dataSync() }, place);
  } else if (Array.isArray(value)) {
    hash.update(`list ${value.length}\n`);
    value.forEach((each, index) => add(hash, each, `${place}[${index}]`));
  } else if (isPlain(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`object ${entries.length}\n`);
    for (const [name, each] of entries) {
      hash.update(`${JSON.stringify(name)}\n`);
      add(hash, each, `${place}.${name}`);
    }
  } else {
    const kind = (value as object | undefined)?.constructor?.name ?? typeof value;
    throw new TypeError(
      `trainOnce: got ${kind} in ${place}; expected numbers, words, arrays, tensors, functions, or objects and lists of them`,
    );
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Cells run in a context of their own, with an Object of their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
