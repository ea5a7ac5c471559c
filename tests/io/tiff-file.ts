interface TiffFile {
  pages: number[][];
  width: number;
  height: number;
  bits: number;
  /** Height of each page, where they differ. */
  heights?: number[];
  rowsPerStrip?: number;
  /** What the strips of each page hold in place of its pixels, as PackBits. */
  packed?: number[][];
  photometric?: number;
  littleEndian?: boolean;
  /** Tags to replace (or, with no value, to leave out) on every page, true or not. */
  tags?: Record<number, number[]>;
  /** Where the last directory says that the next one is; 0 for the end. */
  nextDirectory?: number;
  /** All pages point to the pixels of the first. */
  share?: boolean;
}

const WORD = 4;

/** A TIFF file byte by byte: directories first, then lists of numbers, then pixels. All tags are of type LONG. */
export function tiffFile(options: TiffFile): Uint8Array {
  const {
    pages,
    width,
    height,
    bits,
    photometric = 1,
    littleEndian = true,
    tags = {},
    nextDirectory = 0,
  } = options;
  const out: number[] = [...Buffer.from(littleEndian ? 'II' : 'MM')];
  const put = (value: number, bytes: number, at = out.length) => {
    for (let index = 0; index < bytes; index++) {
      const shift = littleEndian ? index : bytes - 1 - index;
      out[at + index] = Math.floor(value / 256 ** shift) % 256;
    }
  };
  put(42, 2);
  put(8, WORD);
  let shared = 0;
  pages.forEach((pixels, page) => {
    const rows = options.heights?.[page] ?? height;
    const perStrip = Math.min(options.rowsPerStrip ?? rows, rows);
    const strips = Math.ceil(rows / perStrip);
    const stripRows = Array.from({ length: strips }, (_, strip) =>
      Math.min(perStrip, rows - strip * perStrip),
    );
    const counts =
      options.packed?.map((strip) => strip.length) ?? stripRows.map((count) => (count * width * bits) / 8);
    const entries: [number, number[]][] = Object.entries({
      256: [width],
      257: [rows],
      258: [bits],
      259: [options.packed ? 32773 : 1],
      262: [photometric],
      273: counts,
      277: [1],
      278: [options.rowsPerStrip ?? rows],
      279: counts,
      ...tags,
    })
      .map(([tag, values]): [number, number[]] => [Number(tag), values])
      .filter(([, values]) => values.length > 0);
    const start = out.length;
    const lists = start + 2 + 12 * entries.length + WORD;
    const pixelsAt = lists + 2 * strips * WORD;
    const offsets = counts.map(
      (_, strip) => pixelsAt + counts.slice(0, strip).reduce((sum, count) => sum + count, 0),
    );
    if (page === 0) shared = pixelsAt;
    put(entries.length, 2);
    for (const [tag, given] of entries) {
      const values = tag === 273 && !tags[273] ? (options.share ? [shared] : offsets) : given;
      put(tag, 2);
      put(4, 2);
      put(values.length, WORD);
      put(values.length === 1 ? values[0] : lists + (tag === 273 ? 0 : strips * WORD), WORD);
    }
    const own = options.packed?.flat() ?? (options.share && page > 0 ? [] : pixels);
    const bytes = options.packed ? 1 : bits / 8;
    const end = pixelsAt + own.length * bytes;
    put(page === pages.length - 1 ? nextDirectory : end, WORD);
    for (const list of [offsets, counts]) for (const value of list) put(value, WORD);
    for (const pixel of own) put(pixel, bytes);
  });
  return Uint8Array.from(out);
}
