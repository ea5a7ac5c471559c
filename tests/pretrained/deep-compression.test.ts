import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNpz } from '../../lib/io/npz';
import { decodeDeepCompression, type CompressedLayer } from '../../lib/pretrained/deep-compression';
import { squeezeNetLayers } from '../../lib/pretrained/squeezenet';
import { realData } from '../real-data';

const LAYERS: CompressedLayer[] = [{ name: 'a', shape: [2, 1, 3, 4] }];

/** One layer of 24 weights of which those at 3, 4 and 21 are stored, and one 0 on the way (16 zeros and more). */
function packed({ stored = 4, gaps = [3, 0, 15, 0], extra = 0 } = {}): Uint8Array {
  const bytes = new Uint8Array(4 + 1024 + 8 + stored + Math.ceil(stored / 2) + extra);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, stored, true);
  [0, 1.5, -2, 0.25].forEach((value, index) => view.setFloat32(4 + 4 * index, value, true));
  [7, 8].forEach((value, index) => view.setFloat32(1028 + 4 * index, value, true));
  bytes.set([1, 2, 0, 3].slice(0, stored), 1036);
  for (let pair = 0; pair < gaps.length / 2; pair++) {
    bytes[1036 + stored + pair] = gaps[2 * pair] | ((gaps[2 * pair + 1] ?? 0) << 4);
  }
  return bytes;
}

describe('pretrained/deep-compression', () => {
  it('puts codes to their places by the zeros between them', () => {
    const weights = decodeDeepCompression(packed(), LAYERS, 'net');
    const expected = new Float32Array(24);
    expected[3] = 1.5;
    expected[4] = -2;
    expected[21] = 0.25;
    assert.deepEqual(weights['a.weight'], { shape: [2, 1, 3, 4], values: expected });
    assert.deepEqual(weights['a.bias'], { shape: [2], values: Float32Array.of(7, 8) });
  });

  const broken: [string, Uint8Array, RegExp][] = [
    ['cut', packed().subarray(0, 1039), /net: a, codes: got 3 bytes left; expected 4 from offset 1036 on/],
    ['longer', packed({ extra: 1 }), /offset 1042: got 1 more bytes; expected the end/],
    [
      'places outside',
      packed({ gaps: [3, 0, 15, 15] }),
      /a: got a weight at place 36; expected places below 24/,
    ],
    [
      'more weights than there are',
      new Uint8Array(2000).fill(255),
      /a: got 4294967295 weights stored; expected at most/,
    ],
    ['empty', new Uint8Array(0), /numbers of weights stored: got 0 bytes left/],
  ];
  for (const [name, bytes, message] of broken) {
    it(`refuses a file that is ${name}`, () => {
      assert.throws(() => decodeDeepCompression(bytes, LAYERS, 'net'), message);
    });
  }

  it("unpacks the authors' SqueezeNet as their own script does", async function () {
    const folder = join(
      realData(this, 'weights/squeezenet_v1.0/squeezenet_v1.0_deepcomp.npz'),
      'weights/squeezenet_v1.0',
    );
    const arrays = Object.values(await readNpz(join(folder, 'squeezenet_v1.0_deepcomp.npz')));
    const file = join(folder, 'compressed_SqueezeNet.net');
    const weights = Object.values(decodeDeepCompression(readFileSync(file), squeezeNetLayers(), file));
    assert.equal(weights.length, arrays.length);
    weights.forEach(({ shape, values }, index) => {
      assert.deepEqual(shape, arrays[index].shape);
      assert.deepEqual(values, arrays[index].values);
    });
  });
});
