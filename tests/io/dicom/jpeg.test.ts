import assert from 'node:assert/strict';
import { decodeExtended } from '../../../lib/io/dicom/jpeg/extended';
import { decodeLossless } from '../../../lib/io/dicom/jpeg/lossless';
import { decodePixels as decodeGolden, golden } from '../../golden';

interface Lossless {
  rows: number;
  columns: number;
  channels: number;
  bits: number;
  predictor: number;
  base64: string;
}
interface Golden {
  lossless: Lossless[];
  extended: { base64: string; pixels: string };
}

const { lossless, extended } = golden<Golden>('dicom-jpeg');
const fail = (got: string, expected: string): never => {
  throw new Error(`got ${got}; expected ${expected}`);
};

/** The formula of the golden's script. */
function formula({ rows, columns, channels, bits }: Lossless): number[] {
  return Array.from({ length: rows * columns * channels }, (_, index) => {
    const channel = index % channels;
    const column = Math.floor(index / channels) % columns;
    const row = Math.floor(index / channels / columns);
    return (37 * row + 11 * column * column + 101 * channel + row * column) % 2 ** bits;
  });
}

describe('JPEG decoders', () => {
  for (const one of lossless) {
    it(`lossless: predictor ${one.predictor}, ${one.bits} bits, ${one.channels} components`, () => {
      const samples = decodeLossless(Buffer.from(one.base64, 'base64'), fail);
      assert.equal(samples.BYTES_PER_ELEMENT, one.bits > 8 ? 2 : 1);
      assert.deepEqual([...samples], formula(one));
    });
  }

  it('extended of 12 bits: the pixels of libjpeg', () => {
    const expected = decodeGolden('uint16', extended.pixels);
    assert.deepEqual(decodeExtended(Buffer.from(extended.base64, 'base64'), fail), expected);
  });

  it('refuse a stream that ends before its last sample', () => {
    for (const [decode, base64] of [
      [decodeLossless, lossless[0].base64],
      [decodeExtended, extended.base64],
    ] as const) {
      const whole = Buffer.from(base64, 'base64');
      assert.throws(() => decode(whole.subarray(0, whole.length - 40), fail), /got .*; expected/);
    }
  });

  it('refuse sizes that the bytes cannot hold before they allocate', () => {
    const bytes = Buffer.from(lossless[0].base64, 'base64');
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc3]));
    bytes.writeUInt32BE(0xffffffff, frame + 5);
    assert.throws(
      () => decodeLossless(bytes, fail),
      /got \d+ bytes; expected at least \d+ for 4294836225 samples/,
    );
  });
});
