import assert from 'node:assert/strict';
import { ELEMENT_BYTES, ELEMENT_TYPES, elementType, readElements } from '../../lib/io/elements';

describe('readElements', () => {
  it('widens each of the 65,536 half-precision numbers as IEEE 754 defines it', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, index) => index);
    const values = readElements('F16', new Uint8Array(bits.buffer));
    bits.forEach((half, index) => {
      const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
      const finite = exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024);
      const expected = exponent === 31 ? (fraction ? NaN : Infinity) : finite;
      assert.ok(Object.is(values[index], sign * expected), `${half}: got ${values[index]}`);
    });
  });

  it('widens bfloat16 by zeros behind it', () => {
    const bits = Uint16Array.of(0x3f80, 0xc000, 0x8000, 0x7f80, 0x7fc0, 0x0001);
    const values = readElements('BF16', new Uint8Array(bits.buffer));
    assert.deepEqual(values, Float32Array.of(1, -2, -0, Infinity, NaN, 2 ** -133));
  });

  it('reads without copying where the bytes are aligned, else copies', () => {
    const bytes = new Uint8Array(12);
    assert.equal(readElements('F32', bytes.subarray(4)).buffer, bytes.buffer);
    assert.notEqual(readElements('F32', bytes.subarray(1, 9)).buffer, bytes.buffer);
  });

  it('reads big-endian numbers of every size and leaves the bytes as they were', () => {
    const bytes = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2);
    const read = (type: 'U8' | 'U16' | 'U32' | 'U64') =>
      readElements(type, bytes, { bigEndian: true }).at(-1);
    assert.deepEqual([read('U8'), read('U16'), read('U32'), read('U64')], [2, 258, 258, 258n]);
    assert.deepEqual(bytes, Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2));
  });

  it('names the type under which each array is written again', () => {
    const written = ELEMENT_TYPES.map((type) =>
      elementType(readElements(type, new Uint8Array(ELEMENT_BYTES[type]))),
    );
    const expected = ELEMENT_TYPES.map(
      (type) => ({ F16: 'F32', BF16: 'F32', BOOL: 'U8' })[type as string] ?? type,
    );
    assert.deepEqual(written, expected);
  });

  it('refuses half an element', () => {
    assert.throws(() => readElements('F32', new Uint8Array(6)), {
      name: 'RangeError',
      message: /got 6 bytes; F32 takes 4 each/,
    });
  });
});
