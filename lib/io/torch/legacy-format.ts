import { ELEMENT_BYTES } from '../elements';
import { allowedGlobal } from './allowed-globals';
import { StorageId, storageId } from './persistent';
import { Cursor, Refuse } from './pickle/cursor';
import { PickleMachine } from './pickle/machine';
import { describe, PickleTuple, PickleValue, quote } from './pickle/values';
import { Storage, StorageBytes } from './storage';
import { isCount } from './tensor';

export const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

interface Root extends StorageBytes {
  id: StorageId;
}

/**
 * The format of `torch.save` before PyTorch 1.6: four pickles (magic number, protocol, system, the object), a fifth that
 * lists the storages' keys, then for each key its count in 8 bytes and its numbers.
 *
 * Source: PyTorch 2.15, torch/serialization.py (`_legacy_load`).
 */
export function readLegacyFormat(bytes: Uint8Array, file: string, refuse: Refuse): PickleValue {
  const roots = new Map<string, Root>();
  const system = { bigEndian: false };
  const environment = {
    global: (module: string, name: string) => allowedGlobal(module, name, refuse),
    persistent: (id: PickleValue) => storageOf(storageId(id, refuse), roots, system, refuse),
  };
  let at = 0;
  const next = (what: string) => {
    const { value, end } = new PickleMachine(bytes, at, environment, `${file}: ${what}`).run();
    at = end;
    return value;
  };
  const magic = next('magic number');
  if (magic !== MAGIC) refuse(`got ${describe(magic)} as magic number; expected PyTorch's`);
  const protocol = next('protocol');
  if (protocol !== PROTOCOL) refuse(`got protocol ${describe(protocol)}; expected ${PROTOCOL}`);
  const info = next('system');
  if (!(info instanceof Map))
    return refuse(`got ${describe(info)} as the system's description; expected a dictionary`);
  system.bigEndian = info.get('little_endian') === false;
  const value = next('pickle');
  const keys = next('keys of storages');
  if (!Array.isArray(keys)) return refuse(`got ${describe(keys)} as keys of storages; expected a list`);

  const cursor = new Cursor(bytes, at, refuse);
  for (const key of keys) readStorage(key, roots, cursor, refuse);
  const unread = [...roots].find(([, root]) => root.bytes === undefined);
  if (unread) refuse(`lacks the storage ${quote(unread[0])} that its pickle refers to`);
  return value;
}

function storageOf(
  id: StorageId,
  roots: Map<string, Root>,
  system: { bigEndian: boolean },
  refuse: Refuse,
): Storage {
  const known = roots.get(id.key);
  const { type } = id.storageType;
  if (known && (known.id.storageType.type !== type || known.id.count !== id.count)) {
    refuse(`refers to storage ${quote(id.key)} in two ways; expected one type and one count`);
  }
  const root = known ?? { id, bigEndian: system.bigEndian };
  roots.set(id.key, root);
  const { offset, count } = view(id, refuse);
  return new Storage(root, type, offset * ELEMENT_BYTES[type], count);
}

/** (key of the view, offset, count) */
function view({ view, count }: StorageId, refuse: Refuse): { offset: number; count: number } {
  if (view === null) return { offset: 0, count };
  const [, offset, size] = view instanceof PickleTuple ? view.items : [];
  if (!isCount(offset) || !isCount(size) || !(offset + size <= count)) {
    return refuse(
      `got ${describe(view)} as a view of a storage of ${count}; expected key, offset and count within it`,
    );
  }
  return { offset, count: size };
}

function readStorage(key: PickleValue, roots: Map<string, Root>, cursor: Cursor, refuse: Refuse): void {
  const root = typeof key === 'string' ? roots.get(key) : undefined;
  if (!root || root.bytes !== undefined) {
    return refuse(
      `lists ${describe(key)} among its storages; expected each key that its pickle refers to, once`,
    );
  }
  const count = cursor.uint64();
  if (count !== root.id.count)
    refuse(`storage ${describe(key)} has ${count} numbers; its pickle says ${root.id.count}`);
  root.bytes = cursor.take(root.id.byteLength);
}
