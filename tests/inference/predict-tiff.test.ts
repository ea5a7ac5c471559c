import assert from 'node:assert';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Image,
  predictedLabels,
  predictTiff,
  openTiff,
  slidingWindow,
  tf,
  TiffWriter,
  writeTiff,
} from '../../lib';
import { TiffFile } from '../../lib/io/tiff-file';
import { hashed } from '../nn/hashed';
import { largestDifference, smallNetwork } from './small-network';

const WINDOW = [16, 24];

/** Bytes of two channels. */
function picture(height: number, width: number): Image<Uint8Array> {
  const data = Uint8Array.from(hashed(7, height * width * 2), (value) => 128 + 120 * value);
  return { data, shape: [height, width], channels: 2 };
}

async function readPage(path: string): Promise<Image> {
  const file = await openTiff(path);
  try {
    return await file.readPage(0);
  } finally {
    await file.close();
  }
}

const predict = (batch: tf.Tensor) => smallNetwork(2)(tf.div(batch, 100));

describe('predictTiff', () => {
  let folder = '';
  let input = '';
  let output = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'segcourse-predict-'));
    [input, output] = ['in.tif', 'out.tif'].map((name) => join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const [height, width] of [
    [61, 83],
    [9, 83],
    [61, 10],
  ]) {
    it(`writes what slidingWindow gives: ${height} × ${width} pixels`, async () => {
      const image = picture(height, width);
      await writeTiff(input, image, { tile: 16 });
      const before = tf.memory().numTensors;
      const options = { window: WINDOW, batchSize: 3 };
      const expected = await slidingWindow(image, predict, options);
      await predictTiff(input, output, predict, { ...options, output: 'values', tile: 32 });
      const { data, shape, channels } = await readPage(output);
      assert.deepStrictEqual([shape, channels], [[height, width], 3]);
      assert.ok(largestDifference(data, expected.data) === 0);
      await predictTiff(input, output, predict, options);
      assert.deepStrictEqual((await readPage(output)).data, predictedLabels(expected).data);
      assert.strictEqual(tf.memory().numTensors, before);
      assert.deepStrictEqual(readdirSync(folder).sort(), ['in.tif', 'out.tif']);
    });
  }

  it('writes a region, and foreground from a threshold on', async () => {
    const image = picture(61, 83);
    await writeTiff(input, image, { tile: 16 });
    const region = { start: [20, 30], shape: [31, 33] };
    const first = (batch: tf.Tensor) => tf.slice(batch, [0, 0, 0, 0], [-1, -1, -1, 1]);
    await predictTiff(input, output, first, { window: WINDOW, weights: 'constant', region, threshold: 100 });
    const { data, shape } = await readPage(output);
    const expected = Array.from({ length: 31 * 33 }, (_, place) => {
      const at = (20 + Math.floor(place / 33)) * 83 + 30 + (place % 33);
      return image.data[2 * at] >= 100 ? 1 : 0;
    });
    assert.deepStrictEqual([[...data], shape], [expected, [31, 33]]);
  });

  it('holds no more rows than windows and tiles reach, however many the image has', async () => {
    await writeTiff(input, picture(2000, 24), { tile: 16 });
    const { readRegion } = TiffFile.prototype;
    const { writeTile } = TiffWriter.prototype;
    let [mostRead, read, written, mostHeld] = [0, 0, 0, 0];
    TiffFile.prototype.readRegion = function (page, region) {
      mostRead = Math.max(mostRead, region.height);
      read = region.row + region.height;
      mostHeld = Math.max(mostHeld, read - written);
      return readRegion.call(this, page, region);
    };
    TiffWriter.prototype.writeTile = function (row, column, tile) {
      written = (row + 1) * 32;
      return writeTile.call(this, row, column, tile);
    };
    try {
      await predictTiff(input, output, predict, { window: WINDOW, tile: 32, batchSize: 2 });
    } finally {
      Object.assign(TiffFile.prototype, { readRegion });
      Object.assign(TiffWriter.prototype, { writeTile });
    }
    assert.strictEqual(read, 2000);
    assert.strictEqual(mostRead, 16);
    // a row of tiles, and the rows of two windows that overlap by half
    assert.ok(mostHeld <= 32 + 2 * 16, `${mostHeld} rows were held`);
  });

  it('leaves nothing of a run that was stopped, and what was there before', async () => {
    await writeTiff(input, picture(200, 24), { tile: 16 });
    writeFileSync(output, 'of before');
    const stop = new AbortController();
    const run = predictTiff(input, output, predict, {
      window: WINDOW,
      tile: 16,
      signal: stop.signal,
      onProgress: ({ done }) => done === 9 && stop.abort(new Error('enough')),
    });
    await assert.rejects(run, /enough/);
    assert.deepStrictEqual(readdirSync(folder).sort(), ['in.tif', 'out.tif']);
    await assert.rejects(readPage(output), /out\.tif/);
  });

  it('leaves nothing of a run whose network fails', async () => {
    await writeTiff(input, picture(60, 24), { tile: 16 });
    const before = tf.memory().numTensors;
    let calls = 0;
    const failing = (batch: tf.Tensor) => {
      if (++calls === 3) throw new Error('no such layer');
      return predict(batch);
    };
    await assert.rejects(predictTiff(input, output, failing, { window: WINDOW }), /no such layer/);
    assert.deepStrictEqual(readdirSync(folder), ['in.tif']);
    assert.strictEqual(tf.memory().numTensors, before);
  });

  it('refuses options that do not fit before anything is predicted or written', async () => {
    await writeTiff(input, picture(60, 24), { tile: 16 });
    const refused: [object, RegExp][] = [
      [{ page: 1 }, /got page 1; expected an integer from 0 to 0/],
      [{ output: 'classes' }, /got output 'classes'; expected 'labels' or 'values'/],
      [{ threshold: NaN }, /got threshold NaN/],
      [{ tile: 100 }, /got tile 100; expected a multiple of 16/],
      [{ window: [16, 16, 16] }, /predictTiff: got window/],
    ];
    for (const [options, message] of refused) {
      const run = predictTiff(input, join(folder, 'new', 'out.tif'), () => assert.fail(), {
        window: WINDOW,
        ...options,
      });
      await assert.rejects(run, (error) => error instanceof RangeError && message.test(error.message));
    }
    assert.deepStrictEqual(readdirSync(folder), ['in.tif']);
    await assert.rejects(
      predictTiff(join(folder, 'none.tif'), output, predict, { window: WINDOW }),
      /none\.tif/,
    );
  });
});

describe('predictedLabels', () => {
  it('takes the class of the largest value, the first of equals', () => {
    const data = Float32Array.of(0, 2, 1, 3, 3, 1, -2, -1, -3, 0, 0, 0);
    const { data: labels, channels } = predictedLabels({ data, shape: [2, 2], channels: 3 });
    assert.deepStrictEqual([[...labels], channels], [[1, 0, 1, 0], 1]);
  });

  it('takes what is at least the threshold where there is one class', () => {
    const data = Float32Array.of(0.4999, 0.5, 0.7499, 0.75);
    const image = { data, shape: [2, 2], channels: 1 };
    assert.deepStrictEqual([...predictedLabels(image).data], [0, 1, 1, 1]);
    assert.deepStrictEqual([...predictedLabels(image, { threshold: 0.75 }).data], [0, 0, 0, 1]);
    assert.throws(() => predictedLabels(image, { threshold: NaN }), /got threshold NaN/);
  });
});
