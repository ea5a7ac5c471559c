import { HuffmanTable, type Fail } from './bits';

export interface Component {
  id: number;
  horizontal: number;
  vertical: number;
  quantization: number;
}

export interface Frame {
  marker: number;
  precision: number;
  rows: number;
  columns: number;
  components: Component[];
}

export interface Scan {
  /** Indices of the frame's components, with their Huffman tables. */
  components: { index: number; dc?: HuffmanTable; ac?: HuffmanTable }[];
  /** Lossless: the predictor; else the first coefficient. */
  start: number;
  /** Lossless: the point transform. */
  low: number;
  restartInterval: number;
  /** By the number of a table: 64 factors in zigzag order. */
  quantization: readonly (Uint16Array | undefined)[];
  /** Where the entropy-coded data begin. */
  at: number;
}

/**
 * Walks the marker segments of a Huffman coded JPEG. `decode` reads the entropy-coded data of a scan and gives the offset
 * of the marker after it. Source: ITU-T T.81 annex B.
 */
export function readScans(
  bytes: Uint8Array,
  begin: (frame: Frame) => void,
  decode: (scan: Scan) => number,
  fail: Fail,
): void {
  const tables: Record<string, HuffmanTable> = {};
  const quantization: (Uint16Array | undefined)[] = [];
  let frame: Frame | undefined;
  let restartInterval = 0;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) fail(`byte ${bytes[at]} at offset ${at} of the frame`, 'a marker (0xff)');
    const marker = bytes[at + 1];
    if (marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === 0xd9) return;
    const length = bytes[at + 2] * 256 + bytes[at + 3];
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) {
      fail(`a segment of ${length} bytes at offset ${at} of the frame`, `2 to ${bytes.length - at - 2}`);
    }
    const segment = bytes.subarray(at + 4, end);
    at = end;
    if (marker === 0xc4) readHuffman(segment, tables, fail);
    else if (marker === 0xdb) readQuantization(segment, quantization, fail);
    else if (marker === 0xdd) restartInterval = segment[0] * 256 + segment[1];
    else if (marker === 0xda) {
      if (!frame) return fail('a scan', 'a frame header before it');
      const scan = readScan(segment, frame, tables, fail);
      at = decode({ ...scan, restartInterval, quantization, at: end });
    } else if (marker >= 0xc0 && marker <= 0xcf) {
      if (frame) fail('a second frame header', 'one');
      frame = readFrame(marker, segment, fail);
      begin(frame);
    }
  }
}

function readFrame(marker: number, segment: Uint8Array, fail: Fail): Frame {
  const count = segment[5];
  if (segment.length < 6 || segment.length < 6 + 3 * count || count < 1 || count > 4) {
    fail(`a frame header of ${segment.length} bytes`, '6, and 3 for each of 1 to 4 components');
  }
  const components = Array.from({ length: count }, (_, index) => {
    const [id, sampling, quantization] = segment.subarray(6 + 3 * index);
    return { id, horizontal: sampling >> 4, vertical: sampling & 15, quantization };
  });
  return {
    marker,
    precision: segment[0],
    rows: segment[1] * 256 + segment[2],
    columns: segment[3] * 256 + segment[4],
    components,
  };
}

function readScan(
  segment: Uint8Array,
  frame: Frame,
  tables: Record<string, HuffmanTable>,
  fail: Fail,
): Pick<Scan, 'components' | 'start' | 'low'> {
  const count = segment[0];
  if (segment.length < 4 + 2 * count || count < 1 || count > 4) {
    fail(`a scan header of ${segment.length} bytes`, '4, and 2 for each of 1 to 4 components');
  }
  const components = Array.from({ length: count }, (_, number) => {
    const [id, chosen] = segment.subarray(1 + 2 * number);
    const index = frame.components.findIndex((component) => component.id === id);
    if (index < 0) fail(`component ${id} in a scan`, frame.components.map((one) => one.id).join(', '));
    return { index, dc: tables[`0${chosen >> 4}`], ac: tables[`1${chosen & 15}`] };
  });
  return { components, start: segment[1 + 2 * count], low: segment[3 + 2 * count] & 15 };
}

function readHuffman(segment: Uint8Array, tables: Record<string, HuffmanTable>, fail: Fail): void {
  for (let at = 0; at + 17 <= segment.length;) {
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = segment.subarray(at + 17, at + 17 + total);
    if (symbols.length < total || total > 256) {
      fail(`a Huffman table of ${total} codes`, `at most ${Math.min(256, segment.length - at - 17)}`);
    }
    tables[`${segment[at] >> 4}${segment[at] & 15}`] = new HuffmanTable(counts, symbols, fail);
    at += 17 + total;
  }
}

function readQuantization(segment: Uint8Array, tables: (Uint16Array | undefined)[], fail: Fail): void {
  for (let at = 0; at < segment.length;) {
    const wide = segment[at] >> 4 ? 2 : 1;
    const number = segment[at] & 15;
    if (at + 1 + 64 * wide > segment.length)
      fail(`a quantization table of ${segment.length - at} bytes`, `${1 + 64 * wide}`);
    tables[number] = Uint16Array.from({ length: 64 }, (_, index) => {
      const from = at + 1 + wide * index;
      return wide === 1 ? segment[from] : segment[from] * 256 + segment[from + 1];
    });
    at += 1 + 64 * wide;
  }
}
