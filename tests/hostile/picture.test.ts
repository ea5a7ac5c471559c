import { deflateSync } from 'node:zlib';
import { pngChunk } from './formats/png';
import { testKnownFiles } from './known-files';

/** A PNG of 8-bit gray that says it is `width` × `height`. */
function pngOf(width: number, height: number, packed: Uint8Array): Uint8Array {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', packed), pngChunk('IEND', new Uint8Array())];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]);
}

const zeros = deflateSync(new Uint8Array(2 ** 26));

describe('hostile/png', () => {
  testKnownFiles('png', [
    [
      'a bomb: 2³⁰ pixels in a few bytes',
      pngOf(2 ** 15, 2 ** 15, zeros),
      /got 32768 × 32768 pixels; expected at most/,
    ],
    [
      '2²⁸ pixels, which 64 KiB could not hold',
      pngOf(2 ** 14, 2 ** 14, zeros),
      /"IDAT"\): got 65\d+ bytes; expected at least 260/,
    ],
    [
      '64 MiB packed for 10 × 10 pixels',
      pngOf(10, 10, zeros),
      /"IDAT"\): got deflate that unpacks to more than 110 bytes; expected 110 bytes of pixels/,
    ],
    [
      'a row whose filter is 9',
      pngOf(2, 1, deflateSync(Uint8Array.of(9, 1, 2))),
      /row 0: got filter 9; expected 0 to 4/,
    ],
    [
      'the largest sizes',
      pngOf(2 ** 32 - 1, 2 ** 32 - 1, zeros),
      /got 4294967295 × 4294967295 pixels; expected/,
    ],
  ]);
});
