import { readFile, stat } from 'node:fs/promises';
import { unzipSync, zipSync, type UnzipFileInfo, type Zippable } from 'fflate';
import type { ElementArray } from './elements';
import { decodeNpy, encodeNpy } from './npy';
import type { NamedArray } from './safetensors';
import { writeFileWhole } from './write-file';

const DEFAULT_LIMIT = 2 ** 31 - 1;
/** No deflate data unpacks to more. */
const MOST_GAIN = 1032;
/** Bytes of an entry in the archive's directory, at the least. */
const SMALLEST_ENTRY = 46;
const SUFFIX = '.npy';

export interface ReadNpzOptions {
  /** Only these arrays; all by default. */
  names?: readonly string[];
  /** The most bytes that the file and its unpacked arrays may take each; 2 GiB by default. */
  maxBytes?: number;
}

/**
 * Reads the arrays of NumPy's `.npz` by name, packed or not; see readNpy for what they may be. Entries that are no .npy
 * are passed over. Names choose no place on disk: nothing is written.
 *
 * @throws Error naming file, entry, what was got and what was expected, where the archive is damaged, unpacks to more than
 *   its bytes can hold or `maxBytes`, or lacks one of `names`; what readNpy throws
 */
export async function readNpz(
  path: string,
  options: ReadNpzOptions = {},
): Promise<Record<string, NamedArray<ElementArray>>> {
  const { maxBytes = DEFAULT_LIMIT } = options;
  const { size } = await stat(path);
  if (size > maxBytes)
    refuse(path, 'file', `${size} bytes`, `at most ${maxBytes}; raise maxBytes to read it`);
  return decodeNpz(await readFile(path), path, options);
}

/**
 * The same from bytes in memory.
 *
 * @param file what errors call it
 */
export async function decodeNpz(
  bytes: Uint8Array,
  file: string,
  { names, maxBytes = DEFAULT_LIMIT }: ReadNpzOptions = {},
): Promise<Record<string, NamedArray<ElementArray>>> {
  const arrays: Record<string, NamedArray<ElementArray>> = Object.create(null);
  const entries = listEntries(bytes, file, maxBytes);
  const nameOf = (entry: string) => entry.slice(0, -SUFFIX.length);
  for (const name of names ?? []) {
    if (entries.has(name + SUFFIX)) continue;
    const listed = [...entries.keys()].slice(0, 10).map(nameOf).join(', ') || 'none';
    refuse(file, `array ${JSON.stringify(name)}`, 'none of this name', `one of: ${listed}`);
  }
  for (const entry of entries.keys()) {
    if (names && !names.includes(nameOf(entry))) continue;
    arrays[nameOf(entry)] = await decodeNpy(unzipEntry(bytes, file, entry), `${file}: ${entry}`, {
      maxBytes,
    });
  }
  return arrays;
}

const entryPlace = (name: string) => `entry ${JSON.stringify(name.slice(0, 64))}`;

/** fflate believes the directory's counts and sizes; here they are held against the bytes there are. */
function listEntries(bytes: Uint8Array, file: string, maxBytes: number): Map<string, UnzipFileInfo> {
  const entries = new Map<string, UnzipFileInfo>();
  let [count, packed, unpacked] = [0, 0, 0];
  unzip(bytes, file, (info) => {
    const { name, size, originalSize, compression } = info;
    const place = entryPlace(name);
    if (++count > bytes.length / SMALLEST_ENTRY)
      refuse(file, place, `${count} entries`, 'at most as many as fit the file');
    packed += size;
    unpacked += originalSize;
    if (!(packed <= bytes.length))
      refuse(file, place, `${size} packed bytes`, `entries within the file's ${bytes.length}`);
    const most = compression === 0 ? size : size * MOST_GAIN;
    if (!(originalSize <= most))
      refuse(file, place, `${originalSize} unpacked bytes`, `at most ${most} of ${size} packed`);
    if (unpacked > maxBytes)
      refuse(file, place, `${unpacked} unpacked bytes in all`, `at most ${maxBytes}; raise maxBytes`);
    if (name.endsWith(SUFFIX)) {
      if (entries.has(name)) refuse(file, place, 'a second entry of this name', 'one');
      entries.set(name, info);
    }
    return false;
  });
  return entries;
}

function unzipEntry(bytes: Uint8Array, file: string, entry: string): Uint8Array {
  return unzip(bytes, file, ({ name }) => name === entry, entryPlace(entry))[entry];
}

function unzip(
  bytes: Uint8Array,
  file: string,
  filter: (info: UnzipFileInfo) => boolean,
  place = `offset 0 to ${bytes.length} (archive)`,
): Record<string, Uint8Array> {
  let own: Error | undefined;
  try {
    return unzipSync(bytes, {
      filter: (info) => {
        try {
          return filter(info);
        } catch (error) {
          own = error as Error;
          throw error;
        }
      },
    });
  } catch (error) {
    if (error === own) throw error;
    // fflate sets aside as much as the directory states.
    const why = error instanceof RangeError ? 'more bytes than it states' : (error as Error).message;
    return refuse(file, place, `no readable zip (${why})`, 'what numpy.savez writes');
  }
}

function refuse(file: string, place: string, got: string, expected: string): never {
  throw new Error(`readNpz: ${file}: ${place}: got ${got}; expected ${expected}`);
}

/**
 * Writes arrays as numpy.savez_compressed does (numpy.savez: `compress` false), beside its place and renamed.
 *
 * @throws RangeError where an array's shape does not hold its number of values
 */
export function writeNpz(
  file: string,
  arrays: Readonly<Record<string, NamedArray<ElementArray>>>,
  { compress = true } = {},
): void {
  const entries: Zippable = {};
  for (const [name, array] of Object.entries(arrays)) entries[name + SUFFIX] = encodeNpy(array);
  writeFileWhole(file, zipSync(entries, { level: compress ? 6 : 0 }));
}
