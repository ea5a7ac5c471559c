import assert from 'node:assert/strict';
import { batches, type BatchOptions } from '../../lib/datasets/batches';
import type { MaskedSample } from '../../lib/datasets/sample';
import {
  toTensors,
  type SegmentationData,
  type SegmentationSamples,
} from '../../lib/datasets/segmentation-data';
import { pageOf, type Image } from '../../lib/io/image';
import type { ImageStack } from '../../lib/io/image-stack';
import { setSeed, tf } from '../../lib/runtime';
import type { Sample } from '../../lib/transforms/pipeline';
import { cropBox } from '../../lib/transforms/spatial/window';

/** Seven images of 3×3 whose pixels tell image and place; the mask is 1 where the pixel's number is odd. */
function numbered(): SegmentationData {
  const shape = { pages: 7, height: 3, width: 3 };
  const images = Float32Array.from({ length: 63 }, (_, at) => at / 63);
  return {
    images: { data: images, ...shape },
    masks: { data: Uint8Array.from(images, (_, at) => at % 2), ...shape },
  };
}

/** The pixel numbers of each image of each batch; asserts that the mask followed. */
function epochOf(options: Partial<BatchOptions>): number[][][] {
  const seen: number[][][] = [];
  for (const { images, masks } of batches(numbered(), { batchSize: 3, ...options })) {
    const numbers = images.dataSync() as Float32Array;
    const pixels = Array.from(numbers, (value) => Math.round(value * 63));
    assert.deepEqual(
      [...masks.dataSync()],
      pixels.map((pixel) => pixel % 2),
    );
    assert.deepEqual([images.dtype, masks.dtype], ['float32', 'float32']);
    assert.deepEqual(images.shape, masks.shape);
    assert.deepEqual(images.shape.slice(1), [3, 3, 1]);
    seen.push(Array.from({ length: images.shape[0] }, (_, index) => pixels.slice(9 * index, 9 * index + 9)));
  }
  return seen;
}

const pagesOf = (epoch: number[][][]) => epoch.flat().map((pixels) => Math.floor(Math.min(...pixels) / 9));

describe('datasets/batches', () => {
  it('visits every chosen image once and keeps the smaller last batch', () => {
    const epoch = epochOf({ indices: [6, 0, 2, 3] });
    assert.deepEqual(
      epoch.map((batch) => batch.length),
      [3, 1],
    );
    assert.deepEqual(pagesOf(epoch).sort(), [0, 2, 3, 6]);
    assert.deepEqual(pagesOf(epochOf({ shuffle: false, indices: [6, 0, 2, 3] })), [6, 0, 2, 3]);
  });

  it('follows from seed and epoch alone', () => {
    const options = { seed: 4, epoch: 2, augment: true };
    assert.deepEqual(epochOf(options), epochOf(options));
    assert.notDeepEqual(epochOf(options), epochOf({ ...options, epoch: 3 }));
    assert.notDeepEqual(epochOf(options), epochOf({ ...options, seed: 5 }));
  });

  it('without a seed follows from setSeed, with another order for each call', () => {
    const original = Math.random;
    try {
      const calls = (seed: number) => {
        setSeed(seed);
        return [1, 2].map(() => epochOf({ augment: true }));
      };
      const [first, second] = calls(42);
      assert.notDeepEqual(first, second);
      assert.deepEqual(calls(42), [first, second]);
      assert.notDeepEqual(calls(43)[0], first);
      const fixed = epochOf({ seed: 4 });
      setSeed(42);
      assert.deepEqual(epochOf({ seed: 4 }), fixed);
    } finally {
      Math.random = original;
    }
  });

  it('leaves images as they are without augment, and reaches all eight positions with it', () => {
    const upright = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const turned = new Set<string>();
    for (let epoch = 0; epoch < 20; epoch++) {
      for (const pixels of epochOf({ seed: 0, epoch }).flat())
        assert.deepEqual(
          pixels.map((pixel) => pixel % 9),
          upright,
        );
      for (const pixels of epochOf({ seed: 0, epoch, augment: true }).flat()) {
        turned.add(String(pixels.map((pixel) => pixel % 9)));
      }
    }
    assert.equal(turned.size, 8);
  });

  it('leaves no tensor, whether the loop ends, breaks or throws', () => {
    const before = tf.memory().numTensors;
    for (const { images } of batches(numbered(), { batchSize: 2 })) assert.equal(images.isDisposed, false);
    for (const _ of batches(numbered(), { batchSize: 2 })) break;
    assert.throws(() => {
      for (const _ of batches(numbered(), { batchSize: 2 })) throw new Error('stop');
    });
    // A loop may dispose of a batch itself.
    for (const { images, masks } of batches(numbered(), { batchSize: 2 })) tf.dispose([images, masks]);
    batches(numbered(), { batchSize: 2 });
    assert.equal(tf.memory().numTensors, before);
  });

  it('refuses bad options when called, not when first used', () => {
    const data = numbered();
    assert.throws(() => batches(data, { batchSize: 0 }), /got batchSize 0/);
    assert.throws(
      () => batches(data, { batchSize: 1, indices: [7] }),
      /got index 7; expected integers from 0 to 6/,
    );
    for (const wrong of [-1, 0.5, NaN, Infinity]) {
      for (const name of ['seed', 'epoch']) {
        assert.throws(() => batches(data, { batchSize: 1, [name]: wrong }), {
          name: 'RangeError',
          message: `batches: got ${name} ${wrong}; expected a non-negative integer`,
        });
      }
    }
    const flat = { pages: 1, height: 1, width: 2 };
    const wide = {
      images: { data: new Float32Array(2), ...flat },
      masks: { data: new Uint8Array(2), ...flat },
    };
    assert.throws(() => batches(wide, { batchSize: 1, augment: true }), /1×2; expected squares/);
    assert.throws(
      () => batches({ ...data, masks: wide.masks }, { batchSize: 1 }),
      /masks of 1×1×2; expected 7×3×3/,
    );
  });

  it('toTensors gives chosen images as they are', () => {
    const before = tf.memory().numTensors;
    const { images, masks } = toTensors(numbered(), [2, 0]);
    assert.deepEqual(images.shape, [2, 3, 3, 1]);
    assert.equal(Math.round(images.dataSync()[0] * 63), 18);
    assert.deepEqual([...masks.dataSync()].slice(0, 3), [0, 1, 0]);
    tf.dispose([images, masks]);
    assert.equal(tf.memory().numTensors, before);
    assert.throws(() => toTensors(numbered(), [-1]), /toTensors: got index -1/);
  });

  describe('of samples that are made one by one', () => {
    const data = numbered();
    const page = (stack: ImageStack, index: number): Image => ({ ...pageOf(stack, index) });
    const sampled: SegmentationSamples = {
      count: 7,
      sample: (index) => ({ image: page(data.images, index), mask: page(data.masks, index) }),
    };
    /** Colour images of 2×2, 3×4 and 5×3 with the sample's number in each place. */
    const uneven: SegmentationSamples = {
      count: 3,
      sample(index) {
        const shape = [
          [2, 2],
          [3, 4],
          [5, 3],
        ][index];
        const pixels = shape[0] * shape[1];
        return {
          image: { data: new Float32Array(3 * pixels).fill(index), shape, channels: 3 },
          mask: { data: new Uint8Array(pixels).fill(index), shape, channels: 1 },
        };
      },
    };
    const crop = ({ image, mask }: Sample): Sample => {
      const start = [0, 0];
      return {
        image: cropBox(image, { start, shape: [2, 2] }),
        mask: cropBox(mask!, { start, shape: [2, 2] }),
      };
    };
    const values = (all: Iterable<{ images: tf.Tensor; masks: tf.Tensor }>) =>
      Array.from(all, ({ images, masks }) => [...images.dataSync(), ...masks.dataSync()]);

    it('are the batches of the same images in arrays', () => {
      const options = { batchSize: 3, seed: 1, epoch: 2, augment: true };
      assert.deepEqual(values(batches(sampled, options)), values(batches(data, options)));
    });

    it('may differ in size before the transform, and are turned before it', () => {
      const before = tf.memory().numTensors;
      for (const augment of [false, true]) {
        const options = { batchSize: 3, seed: 1, augment, transform: crop };
        for (const { images, masks, indices } of batches(uneven, options)) {
          assert.deepEqual(images.shape, [3, 2, 2, 3]);
          assert.deepEqual(masks.shape, [3, 2, 2, 1]);
          assert.deepEqual(
            [...masks.dataSync()],
            indices.flatMap((index) => Array<number>(4).fill(index)),
          );
        }
      }
      assert.equal(tf.memory().numTensors, before);
    });

    it('must not differ after it: the error names the sample', () => {
      assert.throws(
        () => [...batches(uneven, { batchSize: 3, shuffle: false })],
        /batches: sample 1: got image of 3×4×3, 36 numbers; expected 2×2×3, .*crop or resize/,
      );
      assert.throws(() => toTensors(uneven), /toTensors: sample 1: got image of 3×4×3/);
    });

    it('may be volumes', () => {
      const volume = (index: number, channels: number) => ({
        data: new Float32Array(24 * channels).fill(index),
        shape: [2, 3, 4],
        channels,
      });
      const volumes = {
        count: 2,
        sample: (index: number) => ({ image: volume(index, 2), mask: volume(index, 1) }),
      };
      for (const { images, masks } of batches(volumes, { batchSize: 2 })) {
        assert.deepEqual(images.shape, [2, 2, 3, 4, 2]);
        assert.deepEqual(masks.shape, [2, 2, 3, 4, 1]);
      }
    });

    it('toTensors gives those of one size, and leaves nothing else', () => {
      const before = tf.memory().numTensors;
      const { images, masks, indices } = toTensors(uneven, [1, 1]);
      assert.deepEqual(
        [images.shape, masks.shape, indices],
        [
          [2, 3, 4, 3],
          [2, 3, 4, 1],
          [1, 1],
        ],
      );
      tf.dispose([images, masks]);
      assert.equal(tf.memory().numTensors, before);
      assert.throws(() => toTensors(uneven, []), /toTensors: got no indices/);
    });

    it('are refused without a count or a mask', () => {
      const none = { ...uneven, count: NaN };
      assert.throws(() => batches(none, { batchSize: 1 }), /got NaN samples by function; expected a count/);
      const bare = { count: 1, sample: () => ({ image: sampled.sample(0).image }) as MaskedSample };
      assert.throws(() => [...batches(bare, { batchSize: 1 })], /got no mask; expected { image, mask }/);
    });
  });
});
