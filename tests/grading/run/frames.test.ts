import assert from 'node:assert/strict';
import { encodeFrame, FrameError, FrameReader } from '../../../grading/run/frames';

const LIMITS = { message: 1000, total: 10_000 };
const read = (bytes: Buffer, limits = LIMITS): unknown[] => new FrameReader(limits).push(bytes);

/** A frame with any body. */
function frameOf(body: string, length = Buffer.byteLength(body)): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(length);
  return Buffer.concat([head, Buffer.from(body)]);
}

describe('grading/run: frames', () => {
  it('carry typed arrays to the last bit, with NaN and infinities', () => {
    const values = Float32Array.of(0.1, -0, NaN, Infinity, 3.4e38);
    const message = { id: 1, value: [values, Int32Array.of(-1, 2 ** 31 - 1), new Uint8Array(0)], text: 'ä→' };
    assert.deepEqual(read(encodeFrame(message)), [message]);
  });

  it('come whole whatever pieces they arrive in', () => {
    const frames = Buffer.concat([{ a: 1 }, { b: 'x'.repeat(300) }, {}].map(encodeFrame));
    const reader = new FrameReader(LIMITS);
    const messages: unknown[] = [];
    for (let at = 0; at < frames.length; at += 7) messages.push(...reader.push(frames.subarray(at, at + 7)));
    assert.deepEqual(messages, [{ a: 1 }, { b: 'x'.repeat(300) }, {}]);
  });

  it('take a view of a larger memory as the numbers it shows', () => {
    const all = Float32Array.from({ length: 8 }, (_, index) => index);
    assert.deepEqual(read(encodeFrame(all.subarray(2, 4))), [Float32Array.of(2, 3)]);
  });

  it('refuse a length over the limit as soon as it is read', () => {
    assert.throws(() => read(frameOf('', 0xffffffff)), /4294967295 bytes; expected at most 1000/);
  });

  it('refuse more than the total', () => {
    const reader = new FrameReader({ message: 1000, total: 1500 });
    reader.push(encodeFrame('x'.repeat(900)));
    assert.throws(() => reader.push(encodeFrame('x'.repeat(900))), FrameError);
  });

  for (const [what, body] of Object.entries({
    'no JSON': '{"id": 1',
    'plain text': 'hello from fs.writeSync',
    'a nest deeper than the stack': '['.repeat(400) + ']'.repeat(400).slice(1),
    nothing: '',
  })) {
    it(`refuse ${what}`, () => assert.throws(() => read(frameOf(body)), FrameError));
  }

  it('refuse nests that overflow the stack by an error of their own', () => {
    const limits = { message: 2 ** 24, total: 2 ** 24 };
    const depth = 2 ** 20;
    assert.throws(() => read(frameOf('['.repeat(depth) + ']'.repeat(depth)), limits), FrameError);
  });

  it('refuse more values than the limit, whatever they are, and count none in texts', () => {
    const limits = { ...LIMITS, values: 100 };
    for (const value of ['1', '[]', '{}', '"x"', '{"a":1}', '"\\\\"']) {
      assert.throws(
        () => read(frameOf(`[${Array(100).fill(value).join()}]`), limits),
        /more than 100 values/,
      );
      assert.equal((read(frameOf(`[${Array(40).fill(value).join()}]`), limits)[0] as []).length, 40);
    }
    const text = ',[{"\\'.repeat(60);
    assert.deepEqual(read(encodeFrame([text]), limits), [[text]]);
  });

  it('take false tags for the objects they are', () => {
    for (const body of ['{"$f32":1}', '{"$f32":"AAAA","x":1}', '{"$f99":"AAAA"}', '{"toString":"AAAA"}']) {
      assert.deepEqual(read(frameOf(body)), [JSON.parse(body)]);
    }
  });

  it('cut numbers that are not whole', () => {
    assert.deepEqual(read(frameOf('{"$f32":"AACAPwAA"}')), [Float32Array.of(1)]);
  });

  it('refuse to encode what the other side could not know', () => {
    assert.throws(() => encodeFrame({ value: new Float64Array(1) }), /Float64Array; expected Float32Array/);
  });
});
