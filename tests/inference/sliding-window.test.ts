import assert from 'node:assert';
import {
  type Image,
  mirrored,
  type Padding,
  rotated,
  slidingWindow,
  tf,
  type WindowWeights,
} from '../../lib';
import { golden } from '../golden';
import { imageOf, largestDifference, smallNetwork, stored } from './small-network';

interface Case {
  shape: number[];
  window: number[];
  overlap: number | number[];
  weights: WindowWeights;
  padding: 'constant' | 'reflect' | 'replicate' | 'circular';
  paddingValue: number;
  batchSize: number;
  sigma: number;
  mirror?: number[] | null;
  values: number[];
}

const goldens = golden<{
  monai: Case[];
  'monai slices': Case[];
  nnunet: Case[];
  rotation: { shape: number[]; plane: [number, number]; values: number[] }[];
}>('sliding-window');
const PADDINGS: Record<string, Padding> = { replicate: 'edge', circular: 'wrap' };

const describeCase = ({ shape, window, overlap, weights, padding, mirror }: Case) =>
  `[${shape.join(', ')}] by [${window.join(', ')}], overlap ${JSON.stringify(overlap)}, ${weights}` +
  (padding ? `, ${padding}` : '') +
  (mirror ? `, mirrored [${mirror.join(', ')}]` : '');

/** A prediction that tells the image and how often it was asked. */
function counting(classes = 1) {
  const seen: number[][] = [];
  const predict = (batch: tf.Tensor) => {
    seen.push(batch.shape);
    return tf.tidy(() => tf.concat(Array<tf.Tensor>(classes).fill(batch), -1));
  };
  return { seen, predict };
}

describe('slidingWindow', () => {
  for (const example of [...goldens.monai, ...goldens['monai slices']]) {
    it(`equals MONAI: ${describeCase(example)}`, async () => {
      const { shape, padding, values, ...options } = example;
      const before = tf.memory().numTensors;
      const { data, ...size } = await slidingWindow(imageOf(shape), smallNetwork(options.window.length), {
        ...options,
        padding: PADDINGS[padding] ?? padding,
        tiling: 'monai',
      });
      assert.deepStrictEqual(size, { shape, channels: 3 });
      assert.ok(largestDifference(stored(data), values) < 1e-5);
      assert.strictEqual(tf.memory().numTensors, before);
    });
  }

  for (const example of goldens.nnunet) {
    it(`equals nnU-Net: ${describeCase(example)}`, async () => {
      const { shape, window, overlap, weights, mirror, values } = example;
      const before = tf.memory().numTensors;
      const network = smallNetwork(window.length);
      const predict = mirror ? mirrored(network, mirror) : network;
      for (const batchSize of [1, 5]) {
        const options = { window, overlap, weights, batchSize };
        const { data } = await slidingWindow(imageOf(shape), predict, options);
        assert.ok(largestDifference(stored(data), values) < 1e-5);
      }
      assert.strictEqual(tf.memory().numTensors, before);
    });
  }

  for (const { shape, plane, values } of goldens.rotation) {
    it(`rotated equals torch.rot90's mean: [${shape.join(', ')}] in the plane [${plane.join(', ')}]`, async () => {
      const before = tf.memory().numTensors;
      const predict = rotated(smallNetwork(shape.length), plane);
      const { data } = await slidingWindow(imageOf(shape), predict, { window: shape });
      assert.ok(largestDifference(stored(data), values) < 1e-5);
      assert.strictEqual(tf.memory().numTensors, before);
    });
  }

  it('takes the first of several outputs, and disposes of the others', async () => {
    const image = imageOf([9, 8]);
    const before = tf.memory().numTensors;
    const predict = (batch: tf.Tensor) => [tf.mul(batch, 2), tf.zeros([1, 4, 4, 1]), tf.zeros([1, 2, 2, 1])];
    const { data, channels } = await slidingWindow(image, predict, { window: [8, 8] });
    assert.strictEqual(channels, 2);
    assert.ok(
      largestDifference(
        data,
        image.data.map((value) => 2 * value),
      ) < 1e-6,
    );
    assert.strictEqual(tf.memory().numTensors, before);
  });

  it('predicts a region as the image cut to it, where that is as large as the window', async () => {
    const image = imageOf([25, 27]);
    const region = { start: [4, 9], shape: [16, 15] };
    const cut = new Float32Array(16 * 15 * 2);
    for (let row = 0; row < 16; row++) {
      const from = ((row + 4) * 27 + 9) * 2;
      cut.set(image.data.subarray(from, from + 30), row * 30);
    }
    const options = { window: [8, 10], batchSize: 3 };
    const expected = await slidingWindow({ ...image, data: cut, shape: [16, 15] }, smallNetwork(2), options);
    const got = await slidingWindow(image, smallNetwork(2), { ...options, region });
    assert.deepStrictEqual(got, expected);
  });

  it('takes what lies around a region smaller than the window, and pads only what the image lacks', async () => {
    const shape = [12, 6];
    const image: Image<Float32Array> = {
      data: Float32Array.from({ length: 72 }, (_, i) => i + 1),
      shape,
      channels: 1,
    };
    let seen: number[] = [];
    const predict = (batch: tf.Tensor) => {
      seen = [...batch.dataSync()];
      return batch;
    };
    const region = { start: [1, 2], shape: [2, 3] };
    const { data } = await slidingWindow(image, predict, { window: [6, 8], region, weights: 'constant' });
    assert.deepStrictEqual([...data], [9, 10, 11, 15, 16, 17]);
    // rows 0 … 5 hold the region; all 6 columns, one sample of padding on either side
    const rows = Array.from({ length: 6 }, (_, row) => [0, ...[1, 2, 3, 4, 5, 6].map((c) => 6 * row + c), 0]);
    assert.deepStrictEqual(seen, rows.flat());
  });

  it("keeps a volume's affine, moved to the region's corner", async () => {
    const affine = [2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30, 0, 0, 0, 1];
    const volume = { ...imageOf([6, 7, 8]), shape: [6, 7, 8] as const, affine };
    const { predict } = counting();
    const whole = await slidingWindow(volume, predict, { window: [4, 4, 4] });
    assert.deepStrictEqual(whole.affine, affine);
    const region = { start: [1, 2, 3], shape: [4, 4, 4] };
    const part = await slidingWindow(volume, predict, { window: [4, 4, 4], region });
    assert.deepStrictEqual(part.affine, [2, 0, 0, 12, 0, 3, 0, 26, 0, 0, 4, 42, 0, 0, 0, 1]);
  });

  it('reads integer samples, and pads them with a value that they cannot hold', async () => {
    const image: Image = { data: Uint8Array.of(1, 2, 250), shape: [1, 3], channels: 1 };
    let seen: number[] = [];
    const predict = (batch: tf.Tensor) => {
      seen = [...batch.dataSync()];
      return batch;
    };
    const { data } = await slidingWindow(image, predict, {
      window: [1, 5],
      paddingValue: -0.5,
      weights: 'constant',
    });
    assert.deepStrictEqual(seen, [-0.5, 1, 2, 250, -0.5]);
    assert.deepStrictEqual([...data], [1, 2, 250]);
  });

  it('reports each batch, and gives the network no more windows than asked', async () => {
    const progress: number[] = [];
    const { seen, predict } = counting();
    await slidingWindow(imageOf([20, 12]), predict, {
      window: [8, 8],
      batchSize: 4,
      onProgress: ({ done, total }) => progress.push(done, total),
    });
    assert.deepStrictEqual(progress, [4, 8, 8, 8]);
    assert.deepStrictEqual(seen, [
      [4, 8, 8, 2],
      [4, 8, 8, 2],
    ]);
  });

  it("ends between two batches with the signal's reason", async () => {
    const stop = new AbortController();
    const { seen, predict } = counting();
    const before = tf.memory().numTensors;
    const work = slidingWindow(imageOf([20, 12]), predict, {
      window: [8, 8],
      signal: stop.signal,
      onProgress: ({ done }) => done === 3 && stop.abort(new Error('enough')),
    });
    await assert.rejects(work, /enough/);
    assert.strictEqual(seen.length, 3);
    assert.strictEqual(tf.memory().numTensors, before);
  });

  it('refuses options that do not fit before the network is asked', async () => {
    const { seen, predict } = counting();
    const refused: [object, RegExp][] = [
      [{ window: [8] }, /got window \[8\] for an image of \[20, 12\]; expected 2 positive integers/],
      [{ window: [8, 8, 8] }, /expected 2 positive integers/],
      [{ window: [8, 0] }, /got window \[8, 0\]/],
      [{ overlap: 1 }, /got overlap 1; expected a number from 0 to below 1/],
      [{ overlap: [0.5] }, /got overlap \[0.5\]/],
      [{ sigma: 0 }, /got sigma 0/],
      [{ batchSize: 1.5 }, /got batchSize 1.5/],
      [{ paddingValue: NaN }, /got paddingValue NaN/],
      [{ padding: 'mirror' }, /got padding 'mirror'; expected one of 'constant', 'edge', 'reflect', 'wrap'/],
      [{ weights: 'round' }, /got weights 'round'/],
      [{ tiling: 'unet' }, /got tiling 'unet'/],
      [{ region: { start: [0, 5], shape: [8, 8] } }, /got a region from \[0, 5\] of \[8, 8\]/],
    ];
    for (const [options, message] of refused) {
      const work = slidingWindow(imageOf([20, 12]), predict, { window: [8, 8], ...options });
      await assert.rejects(work, (error) => error instanceof RangeError && message.test(error.message));
    }
    assert.deepStrictEqual(seen, []);
  });

  it('refuses a network that changes the sizes of its images', async () => {
    const before = tf.memory().numTensors;
    const predict = (batch: tf.Tensor) => tf.maxPool(batch as tf.Tensor4D, 2, 2, 'same');
    await assert.rejects(
      slidingWindow(imageOf([9, 9]), predict, { window: [8, 8] }),
      /got a prediction of shape \[1, 4, 4, 2\] for images of \[1, 8, 8, 2\]; expected \[1, 8, 8, classes\]/,
    );
    assert.strictEqual(tf.memory().numTensors, before);
  });
});
