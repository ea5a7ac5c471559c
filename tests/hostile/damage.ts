export type Random = () => number;

/** Makes a file worse. It may change the bytes that it is given, which are a copy. */
export type Damage = (bytes: Buffer, random: Random) => Buffer;

/** Numbers that readers trip over: zero, signs, the ends of the integer types, and what is just beyond them. */
export const EXTREMES = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x1000000, 0x7fffffff, 0x80000000, 0xfffffffe,
  0xffffffff,
];
export const FLOAT_EXTREMES = [0, -1, 0.5, 1e-45, 1e9, 3e38, -3e38, Infinity, -Infinity, NaN];

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)];
}

/** Writes the lowest bytes of an integer where they fit; 8 bytes hold it up to 2⁵³. */
export function put(bytes: Buffer, at: number, size: number, value: number, littleEndian = true): Buffer {
  for (let index = 0; index < size; index++) {
    const place = at + (littleEndian ? index : size - 1 - index);
    if (place < bytes.length) bytes[place] = Math.floor(value / 256 ** index) % 256;
  }
  return bytes;
}

/** The bytes with those from `at` to `to` replaced. */
export function replaced(bytes: Buffer, at: number, to: number, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat([bytes.subarray(0, at), ...parts, bytes.subarray(to)]);
}

/** Damages of what is packed in a file, which is packed again; a file that does not unpack stays as it is. */
export function within(
  unpack: (bytes: Buffer) => Uint8Array,
  damages: Readonly<Record<string, Damage>>,
  pack: (bytes: Buffer, file: Buffer) => Uint8Array,
): Damage {
  const kinds = Object.values(damages);
  return (bytes, random) => {
    let inner: Uint8Array;
    try {
      inner = unpack(bytes);
    } catch {
      return bytes;
    }
    return Buffer.from(pack(pick(random, kinds)(Buffer.from(inner), random), bytes));
  };
}
