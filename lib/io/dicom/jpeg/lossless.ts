import { JpegBits, type Fail, type HuffmanTable } from './bits';
import { readScans, type Frame, type Scan } from './frame';

/**
 * Decodes JPEG lossless (process 14): Huffman coded differences from one of seven predictions by neighbours.
 * Source: ITU-T T.81 annex H.
 *
 * @returns samples, colour by pixel; Uint8Array up to 8 bits
 */
export function decodeLossless(bytes: Uint8Array, fail: Fail): Uint8Array | Uint16Array {
  let frame: Frame | undefined;
  let samples: Uint8Array | Uint16Array = new Uint8Array();
  const begin = (header: Frame) => {
    frame = header;
    samples = newSamples(bytes, header, fail);
  };
  readScans(bytes, begin, (scan) => decodeScan(bytes, frame!, scan, samples, fail), fail);
  if (!frame) fail('no frame header', 'one of a lossless JPEG (0xffc3)');
  return samples;
}

function newSamples(bytes: Uint8Array, frame: Frame, fail: Fail): Uint8Array | Uint16Array {
  const { marker, precision, rows, columns, components } = frame;
  if (marker !== 0xc3)
    fail(`a frame header 0xff${marker.toString(16)}`, '0xffc3, lossless and Huffman coded');
  if (precision < 2 || precision > 16) fail(`${precision} bits a sample`, '2 to 16');
  if (components.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) {
    fail('components of which some have fewer samples', 'one sample of each at each pixel');
  }
  const count = rows * columns * components.length;
  // A difference takes a bit at least.
  if (count > 8 * bytes.length)
    fail(`${bytes.length} bytes`, `at least ${Math.ceil(count / 8)} for ${count} samples`);
  return precision <= 8 ? new Uint8Array(count) : new Uint16Array(count);
}

function decodeScan(
  bytes: Uint8Array,
  { rows, columns, precision, components }: Frame,
  scan: Scan,
  samples: Uint8Array | Uint16Array,
  fail: Fail,
): number {
  const { start: predictor, low: shift, restartInterval } = scan;
  if (predictor < 1 || predictor > 7) fail(`predictor ${predictor}`, '1 to 7');
  if (shift >= precision)
    fail(`a point transform of ${shift} bits`, `less than the ${precision} bits of a sample`);
  if (restartInterval % columns !== 0)
    fail(`restarts each ${restartInterval} pixels`, `whole rows of ${columns}`);
  const bits = new JpegBits(bytes, scan.at, fail);
  const first = 2 ** (precision - shift - 1);
  const channels = components.length;
  const line = columns * channels;
  const parts = scan.components.map(({ index, dc }) => ({
    index,
    table: dc ?? fail('a scan', 'its Huffman table before it'),
  }));
  // Two rows for each component, before the point transform is taken back.
  const above = parts.map(() => new Int32Array(columns));
  const current = parts.map(() => new Int32Array(columns));
  for (let row = 0; row < rows; row++) {
    const restarted = restartInterval > 0 && row > 0 && (row * columns) % restartInterval === 0;
    if (restarted) bits.restart();
    const topmost = row === 0 || restarted;
    for (let column = 0; column < columns; column++) {
      for (let part = 0; part < parts.length; part++) {
        const own = current[part];
        const up = above[part];
        const guess = topmost
          ? column === 0
            ? first
            : own[column - 1]
          : column === 0
            ? up[0]
            : predict(predictor, own[column - 1], up[column], up[column - 1]);
        own[column] = (guess + nextDifference(bits, parts[part].table, fail)) & 0xffff;
        samples[row * line + column * channels + parts[part].index] = own[column] << shift;
      }
    }
    for (let part = 0; part < parts.length; part++) {
      [above[part], current[part]] = [current[part], above[part]];
    }
  }
  return bits.at;
}

function nextDifference(bits: JpegBits, table: HuffmanTable, fail: Fail): number {
  const size = bits.symbol(table);
  if (size === 0) return 0;
  if (size < 16) return bits.difference(size);
  return size === 16 ? 32768 : fail(`a difference of ${size} bits`, 'at most 16');
}

/** Table H.1, of the samples to the left, above and above to the left. */
function predict(predictor: number, left: number, up: number, corner: number): number {
  switch (predictor) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return corner;
    case 4:
      return left + up - corner;
    case 5:
      return left + ((up - corner) >> 1);
    case 6:
      return up + ((left - corner) >> 1);
    default:
      return (left + up) >> 1;
  }
}
