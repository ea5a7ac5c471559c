import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ELEMENT_TYPES } from '../../lib/io/elements';
import { decodeSafetensors, encodeSafetensors, NamedArray, readSafetensors } from '../../lib/io/safetensors';
import { golden } from '../golden';

const arrays: Record<string, NamedArray> = {
  weights: { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, NaN, 1e-40) },
  step: { shape: [], values: Int32Array.of(-7) },
  empty: { shape: [0, 4], values: new Float32Array() },
};
const file = encodeSafetensors({ arrays, metadata: { made: 'here' } });

/** A file with this header before `data`, whatever it says. */
function withHeader(header: unknown, data: Uint8Array): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

describe('safetensors', () => {
  it('gives back names, shapes, numbers and metadata', () => {
    const decoded = decodeSafetensors(file);
    assert.deepEqual({ ...decoded.arrays }, arrays);
    assert.deepEqual(decoded.metadata, { made: 'here' });
  });

  it('starts its data at a multiple of 8 bytes, as the format asks', () => {
    assert.equal((8 + Number(Buffer.from(file).readBigUInt64LE())) % 8, 0);
  });

  it('reads arrays from a view that does not start at 0', () => {
    const shifted = new Uint8Array(file.length + 3).fill(9);
    shifted.set(file, 3);
    assert.deepEqual({ ...decodeSafetensors(shifted.subarray(3)).arrays }, arrays);
  });

  describe('of every number type, from the reference', () => {
    const reference = golden<{ base64: string; half: number[] }>('checkpoints-safetensors');
    const bytes = Buffer.from(reference.base64, 'base64');

    it('is read from a file, halves widened', () => {
      const folder = mkdtempSync(join(tmpdir(), 'segcourse-safetensors-'));
      try {
        writeFileSync(join(folder, 'a.safetensors'), bytes);
        const { arrays, metadata } = readSafetensors(join(folder, 'a.safetensors'));
        const { half, ...others } = arrays;
        assert.deepEqual(Array.from(half.values as Float32Array), reference.half);
        const expected: Record<string, NamedArray['values'] | object> = {
          float64: Float64Array.of(1, 0, 1),
          float32: Float32Array.of(1, 0, 1),
          float16: Float32Array.of(1, 0, 1),
          bfloat16: Float32Array.of(1, 0, 1),
          int64: BigInt64Array.of(1n, 0n, 1n),
          int32: Int32Array.of(1, 0, 1),
          int16: Int16Array.of(1, 0, 1),
          int8: Int8Array.of(1, 0, 1),
          uint64: BigUint64Array.of(1n, 0n, 1n),
          uint32: Uint32Array.of(1, 0, 1),
          uint16: Uint16Array.of(1, 0, 1),
          uint8: Uint8Array.of(1, 0, 1),
          bool: Uint8Array.of(1, 0, 1),
        };
        for (const [name, values] of Object.entries(expected)) {
          assert.deepEqual(others[name], { shape: [1, 3], values }, name);
        }
        assert.equal(Object.keys(others).length, Object.keys(expected).length);
        assert.deepEqual(metadata, { format: 'pt' });
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('comes back as it was written', () => {
      const { arrays } = decodeSafetensors(bytes, 'a', ELEMENT_TYPES);
      const again = decodeSafetensors(encodeSafetensors({ arrays, metadata: {} }), 'b', ELEMENT_TYPES);
      assert.deepEqual(again.arrays, arrays);
    });

    it('is refused where the caller does not take its types', () => {
      assert.throws(
        () => decodeSafetensors(bytes, 'x'),
        /^Error: x: '\w+' got type "\w+"; expected one of F32, I32/,
      );
    });
  });

  const data = new Uint8Array(8);
  const entry = (changes: object) => ({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes } });
  for (const [what, bytes, message] of [
    ['too short', file.subarray(0, 5), /got 5 bytes; expected at least 8/],
    ['header longer than the file', Buffer.concat([Buffer.alloc(8, 0xff), data]), /only 8 bytes follow/],
    ['header that is no JSON', withHeader('{"a":', data), /no JSON object/],
    ['header that is a list', withHeader([], data), /no JSON object/],
    [
      'unknown type',
      withHeader(entry({ dtype: 'F99' }), data),
      /'a' got type "F99"; expected one of F32, I32/,
    ],
    [
      'type named like an object method',
      withHeader(entry({ dtype: 'toString' }), data),
      /got type "toString"/,
    ],
    ['negative size', withHeader(entry({ shape: [-2] }), data), /not lists of counts/],
    ['shape beyond the data', withHeader(entry({ shape: [2 ** 40] }), data), /'a' got bytes 0 to 8/],
    [
      'offsets beyond the data',
      withHeader(entry({ shape: [4], data_offsets: [0, 16] }), data),
      /'a' got bytes 0 to 16/,
    ],
    [
      'hole before an array',
      withHeader(entry({ shape: [1], data_offsets: [4, 8] }), data),
      /expected 0 to 4/,
    ],
    [
      'bytes after the last array',
      withHeader(entry({}), new Uint8Array(9)),
      /got 1 bytes after the last array/,
    ],
    [
      'metadata that is no table',
      withHeader({ __metadata__: [1] }, new Uint8Array()),
      /metadata that is not a table/,
    ],
    ['cut off', file.subarray(0, -1), /damaged or no safetensors file/],
  ] as const) {
    it(`refuses a file: ${what}`, () => {
      assert.throws(
        () => decodeSafetensors(bytes, 'x.safetensors'),
        (error: Error) => {
          assert.match(error.message, message);
          return error.message.startsWith('x.safetensors: ');
        },
      );
    });
  }

  it('keeps a name like __proto__ as a name', () => {
    const json = '{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    assert.deepEqual(Object.keys(decodeSafetensors(withHeader(json, data)).arrays), ['__proto__']);
  });

  it('refuses to write values that do not fill their shape', () => {
    const wrong = { arrays: { w: { shape: [3], values: new Float32Array(2) } }, metadata: {} };
    assert.throws(() => encodeSafetensors(wrong), /'w' has 2 values; its shape \[3\] holds 3/);
  });

  it("refuses to write an array in the metadata's place", () => {
    const named = { arrays: { __metadata__: arrays.step }, metadata: {} };
    assert.throws(() => encodeSafetensors(named), {
      name: 'RangeError',
      message: /got an array named '__metadata__'; expected another name/,
    });
  });
});
