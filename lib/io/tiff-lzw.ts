const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const LARGEST_TABLE = 4096;

/**
 * Unpacks LZW as TIFF has it: codes of 9 to 12 bits, the highest bit first, that grow one code early.
 *
 * utif's decoder does not look where its input ends (a cut strip never ends), so this one is here: a code that the table
 * does not have yet, and more than `most` bytes, end it.
 *
 * Source: TIFF 6.0, section 13.
 *
 * @param most bytes that are wanted at most; what goes beyond is dropped
 * @returns the bytes up to the end code, the end of the input or `most`; undefined where a code has no meaning
 */
export function unpackLzw(packed: Uint8Array, most: number): Uint8Array | undefined {
  const out = new Uint8Array(most);
  const length = lzwLength(packed, most, out);
  return length === undefined ? undefined : out.subarray(0, length);
}

/** How many bytes `unpackLzw` gives; they are put to `out`, where it is given. */
export function lzwLength(packed: Uint8Array, most: number, out?: Uint8Array): number | undefined {
  let length = 0;
  // An entry is a stretch of what was put out already: that of its first code, and one byte more.
  const starts = new Uint32Array(LARGEST_TABLE);
  const lengths = new Uint16Array(LARGEST_TABLE);
  let free = FIRST_FREE;
  let width = 9;
  let previous = CLEAR;
  let previousStart = 0;
  let previousLength = 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < packed.length && length < most;) {
    while (held < width && at < packed.length) {
      bits = ((bits << 8) | packed[at++]) & 0xfffff;
      held += 8;
    }
    while (held >= width && length < most) {
      held -= width;
      const code = (bits >>> held) & ((1 << width) - 1);
      if (code === END) return length;
      if (code === CLEAR) {
        free = FIRST_FREE;
        width = 9;
        previous = CLEAR;
        continue;
      }
      if (
        code > free ||
        (code >= FIRST_FREE && previous === CLEAR) ||
        (code === free && free >= LARGEST_TABLE)
      )
        return undefined;
      const isLiteral = code < CLEAR;
      if (previous !== CLEAR && free < LARGEST_TABLE) {
        starts[free] = previousStart;
        lengths[free] = previousLength + 1;
        free++;
      }
      const start = length;
      const count = isLiteral ? 1 : lengths[code];
      length = Math.min(most, start + count);
      if (out) {
        if (isLiteral) out[start] = code;
        else {
          // Byte by byte: an entry that is not finished yet goes on with its own first byte.
          for (let from = starts[code], to = start; to < length; from++, to++) out[to] = out[from];
        }
      }
      previous = code;
      previousStart = start;
      previousLength = count;
      if (free + 1 >= 1 << width && width < 12) width++;
    }
  }
  return length;
}
