import { zipSync } from 'fflate';

/** Part of a pickle: instructions, or text as UTF-8. */
type Part = number | string | Uint8Array | readonly Part[];

export function bytes(...parts: Part[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'number') return Uint8Array.of(part);
      if (typeof part === 'string') return Buffer.from(part);
      return part instanceof Uint8Array ? part : bytes(...part);
    }),
  );
}

const little = (size: number, value: number | bigint) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return buffer.subarray(0, size);
};
export const u16 = (value: number) => little(2, value);
export const u32 = (value: number) => little(4, value);
export const u64 = (value: number | bigint) => little(8, value);

export const PROTO = bytes(0x80, 2);
export const STOP = '.';
export const MARK = '(';
export const text = (value: string) => bytes('X', u32(Buffer.byteLength(value)), value);
export const int = (value: number) => bytes('J', u32(value));
/** LONG1 of 8 bytes. */
export const long = (value: number | bigint) => bytes(0x8a, 8, u64(value));
export const global = (module: string, name: string) => bytes('c', module, '\n', name, '\n');
export const tuple = (...items: Part[]) => bytes(MARK, items, 't');
/** Calls `callee` with the items of a tuple. */
export const call = (callee: Part, ...args: Part[]) => bytes(callee, tuple(...args), 'R');
/** A whole pickle of protocol 2 that leaves one value. */
export const pickle = (...parts: Part[]) => bytes(PROTO, parts, STOP);

export const persistent = (...items: Part[]) => bytes(tuple(...items), 'Q');
export const storage = (count: Part = int(4), key = '0') =>
  persistent(text('storage'), global('torch', 'FloatStorage'), text(key), text('cpu'), count);
export const tensor = (parts: { storage?: Part; offset?: Part; size?: Part; stride?: Part } = {}) =>
  call(
    global('torch._utils', '_rebuild_tensor_v2'),
    parts.storage ?? storage(),
    parts.offset ?? int(0),
    parts.size ?? tuple(int(4)),
    parts.stride ?? tuple(int(1)),
    bytes(0x89),
    call(global('collections', 'OrderedDict')),
  );
/** A dictionary {'w': value}. */
export const weights = (value: Part) => bytes('}', text('w'), value, 's');

const FOUR_FLOATS = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** The zip format around a pickle. */
export function zipped(
  data: Uint8Array,
  storages: Record<string, Uint8Array> = { 0: FOUR_FLOATS },
): Uint8Array {
  const files: Record<string, Uint8Array> = { 'a/data.pkl': data };
  for (const [key, content] of Object.entries(storages)) files[`a/data/${key}`] = content;
  return zipSync(files, { level: 0 });
}

const MAGIC = bytes(0x8a, 10, Buffer.from('6cfc9c46f9206aa85019', 'hex'));

/** The older format around a pickle. */
export function legacy(data: Uint8Array, keys: Part = [']', text('0'), 'a'], count = 4n): Uint8Array {
  const system = ['}', text('little_endian'), 0x88, 's'];
  return bytes(
    pickle(MAGIC),
    pickle(bytes('M', u16(1001))),
    pickle(system),
    data,
    pickle(keys),
    u64(count),
    FOUR_FLOATS,
  );
}
