import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batches, type BatchOptions } from '../../lib/datasets/batches';
import { prefetchedBatches, type PrefetchOptions } from '../../lib/datasets/prefetch';
import type { SegmentationData } from '../../lib/datasets/segmentation-data';
import { endIdleThreads } from '../../lib/datasets/worker-thread';
import { pageOf } from '../../lib/io/image';
import { setSeed, tf } from '../../lib/runtime';
import { addNumber } from './prefetch-module';
import { pipeline } from './prefetch-pipeline';

const MODULE = join(__dirname, 'prefetch-module.ts');
const functionOf = (name: string, options?: unknown) => ({ module: MODULE, name, options });
const LAZY = { count: 5, load: functionOf('load', { side: 3 }) };

/** Seven images of 3×3 of different numbers, in plain or in shared memory. */
function numbered(shared = false): SegmentationData {
  const shape = { pages: 7, height: 3, width: 3 };
  const memory = (bytes: number) => (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const images = new Float32Array(memory(252)).map((_, at) => at / 63);
  const masks = new Uint8Array(memory(63)).map((_, at) => at % 2);
  return { images: { data: images, ...shape }, masks: { data: masks, ...shape } };
}

interface Values {
  images: number[];
  masks: number[];
  shape: number[];
  indices?: number[];
}

const valuesOf = ({
  images,
  masks,
  indices,
}: {
  images: tf.Tensor;
  masks: tf.Tensor;
  indices?: number[];
}): Values => ({
  images: [...images.dataSync()],
  masks: [...masks.dataSync()],
  shape: images.shape,
  indices,
});

async function prefetched(
  data: Parameters<typeof prefetchedBatches>[0],
  options: Partial<PrefetchOptions> = {},
): Promise<Values[]> {
  const all: Values[] = [];
  for await (const batch of prefetchedBatches(data, { batchSize: 3, workers: 1, ...options }))
    all.push(valuesOf(batch));
  return all;
}

const plain = (options: Partial<BatchOptions>) =>
  Array.from(batches(numbered(), { batchSize: 3, ...options }), valuesOf);

async function reached(counter: Int32Array, count: number): Promise<void> {
  while (Atomics.load(counter, 0) < count) await new Promise(setImmediate);
}

async function assertNoTensorsLeft(body: () => Promise<unknown>): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  assert.equal(tf.memory().numTensors, before);
}

describe('datasets/prefetch', () => {
  after(endIdleThreads);

  it('gives the values of batches, however many threads there are', async () => {
    const order = { seed: 4, epoch: 2, augment: true };
    const expected = plain({ ...order, transform: addNumber });
    assert.deepEqual(
      expected.map(({ shape }) => shape[0]),
      [3, 3, 1],
    );
    for (const workers of [0, 1, 3]) {
      const got = await prefetched(numbered(), { ...order, workers, transform: functionOf('addNumber') });
      assert.deepEqual(got, expected, `${workers} workers`);
    }
    const shared = await prefetched(numbered(true), { ...order, transform: functionOf('addNumber') });
    assert.deepEqual(shared, expected, 'shared memory');
    const module = { module: join(__dirname, 'prefetch-module.mjs'), name: 'addNumber' };
    assert.deepEqual(await prefetched(numbered(), { ...order, transform: module }), expected, 'ES module');
    assert.deepEqual(await prefetched(numbered(), { seed: 3 }), plain({ seed: 3 }), 'no transform');
  });

  it('gives the values of batches of samples that are made one by one', async () => {
    const data = numbered();
    const samples = {
      count: 7,
      sample: (index: number) => ({ image: pageOf(data.images, index), mask: pageOf(data.masks, index) }),
    };
    const order = { seed: 4, epoch: 2, augment: true };
    const expected = plain({ ...order, transform: addNumber });
    const got = await prefetched(samples, { ...order, transform: functionOf('addNumber') });
    assert.deepEqual(got, expected);
  });

  it('takes pipelines, and factories of them', async () => {
    const order = { seed: 5, epoch: 1 };
    const expected = plain({ ...order, transform: pipeline });
    assert.notDeepEqual(expected, plain(order));
    const module = join(__dirname, 'prefetch-pipeline.ts');
    const factory = { module, name: 'makePipeline', options: { degrees: 90 }, factory: true };
    for (const transform of [{ module, name: 'pipeline' }, factory]) {
      assert.deepEqual(await prefetched(numbered(), { ...order, transform }), expected);
    }
    const other = { ...factory, options: { degrees: 10 } };
    assert.notDeepEqual(await prefetched(numbered(), { ...order, transform: other }), expected);
  });

  it('changes a sample that comes again in an epoch in another way', async () => {
    const options = { indices: [1, 1, 1], shuffle: false, seed: 1 };
    const expected = plain({ ...options, transform: addNumber });
    assert.equal(new Set([0, 9, 18].map((at) => expected[0].images[at])).size, 3);
    assert.deepEqual(
      await prefetched(numbered(), { ...options, transform: functionOf('addNumber') }),
      expected,
    );
  });

  it('leaves the data as they are', async () => {
    const one = numbered();
    const single = {
      images: { ...one.images, data: one.images.data.slice(0, 9), pages: 1 },
      masks: { ...one.masks, data: one.masks.data.slice(0, 9), pages: 1 },
    };
    const before = [...single.images.data];
    for (const augment of [false, true]) await prefetched(single, { augment });
    assert.deepEqual([...single.images.data], before);
    assert.equal(single.masks.data.length, 9);
  });

  it('follows setSeed as batches does', async () => {
    const original = Math.random;
    try {
      setSeed(42);
      const expected = [plain({}), plain({})];
      setSeed(42);
      assert.deepEqual([await prefetched(numbered()), await prefetched(numbered())], expected);
    } finally {
      Math.random = original;
    }
  });

  it('loads samples in the threads, and chains transforms with their options', async () => {
    const transform = [functionOf('addNumber', { scale: 0 }), functionOf('addNumber', { scale: 2 })];
    for (const load of ['load', 'loadLater']) {
      const lazy = { ...LAZY, load: functionOf(load, { side: 2 }) };
      const got = await prefetched(lazy, {
        shuffle: false,
        workers: 2,
        transform,
        seed: 1,
        epoch: 3,
        batchSize: 2,
      });
      assert.deepEqual(
        got.map(({ indices }) => indices),
        [[0, 1], [2, 3], [4]],
      );
      assert.deepEqual(got[0].shape, [2, 2, 2, 1]);
      const added = got.flatMap(({ images }, batch) =>
        images.filter((_, at) => at % 4 === 0).map((value, at) => (value - (2 * batch + at) - 0.5) / 2),
      );
      assert.deepEqual(added, [30_001, 130_001, 230_001, 330_001, 430_001]);
    }
    const threads = (
      await prefetched(LAZY, { workers: 2, transform: functionOf('tellThread'), batchSize: 1 })
    ).map(({ images }) => images[0]);
    assert.ok(threads.every((thread) => thread > 0) && new Set(threads).size === 2, threads.join());
  });

  it('prepares no more than ahead, and begins the next ones before a step', async () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const options = { batchSize: 1, workers: 1, ahead: 2, transform: functionOf('count', { counter }) };
    const loop = prefetchedBatches(numbered(), options);
    assert.equal(Atomics.load(counter, 0), 0, 'nothing before the first is asked for');
    await loop.next();
    await reached(counter, 3);
    await prefetched(LAZY); // time enough for a fourth, were there one
    assert.equal(Atomics.load(counter, 0), 3);
    await loop.next();
    await reached(counter, 4);
    await loop.return();
  });

  it('leaves no tensor, whether the loop ends, breaks or throws', () =>
    assertNoTensorsLeft(async () => {
      await prefetched(numbered());
      for await (const _ of prefetchedBatches(numbered(), { batchSize: 2 })) break;
      await assert.rejects(async () => {
        for await (const _ of prefetchedBatches(numbered(), { batchSize: 2 })) throw new Error('stop');
      }, /^Error: stop$/);
      prefetchedBatches(numbered(), { batchSize: 2 });
    }));

  it('names the sample whose preparation failed, after the batches before it', async () => {
    const transform = functionOf('failAt', { value: 3.5 });
    for (const workers of [0, 1, 2]) {
      const seen: unknown[] = [];
      await assertNoTensorsLeft(() =>
        assert.rejects(
          async () => {
            const options = { batchSize: 1, shuffle: false, workers, transform };
            for await (const { indices } of prefetchedBatches(LAZY, options)) seen.push(...indices);
          },
          { message: 'prefetchedBatches: sample 3: no good: 3.5' },
        ),
      );
      assert.deepEqual(seen, [0, 1, 2]);
    }
  });

  it('tells samples that are none, do not fit together, or whose function is not there', async () => {
    const failing = (name: string) => prefetched(LAZY, { shuffle: false, transform: functionOf(name) });
    await assert.rejects(failing('nothing'), /sample 0: got no image; expected \{ image, mask \}/);
    await assert.rejects(
      failing('missing'),
      /sample 0: got undefined for 'missing' of .*; expected a function/,
    );
    await assert.rejects(
      prefetched(LAZY, { indices: [0, 3], shuffle: false, transform: functionOf('crop') }),
      /sample 3: got image of 2×2×1, 4 numbers; expected 3×3×1, 9 numbers, like sample 0/,
    );
    const nowhere = { module: join(__dirname, 'nowhere.cjs'), name: 'load' };
    await assert.rejects(prefetched({ count: 1, load: nowhere }), /sample 0: Cannot find module/);
  });

  it('says whose thread broke, and goes on with another', async () => {
    await assert.rejects(
      prefetched(LAZY, { batchSize: 2, shuffle: false, transform: functionOf('exit') }),
      /the thread that prepared samples 0, 1 broke: the thread ended with 3/,
    );
    assert.equal((await prefetched(LAZY)).length, 2);
  });

  it('takes a module anew that changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-prefetch-'));
    const module = join(folder, 'change.cjs');
    try {
      for (const value of [3, 4]) {
        writeFileSync(
          module,
          `exports.fill = (s) => ({ ...s, image: { ...s.image, data: s.image.data.map(() => ${value}) } })`,
        );
        utimesSync(module, value, value);
        const [{ images }] = await prefetched(LAZY, { transform: { module, name: 'fill' } });
        assert.equal(images[0], value);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('ends by its signal while it waits, and stops a thread that hangs', async () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const stopping = new AbortController();
    const transform = functionOf('hang', { counter });
    const running = prefetched(LAZY, { transform, signal: stopping.signal });
    await reached(counter, 1);
    stopping.abort();
    assert.deepEqual(await running, []);
    assert.deepEqual(await prefetched(LAZY, { signal: stopping.signal }), []);
  });

  it('lets the process end, also with a loop that nobody goes on with', () => {
    const code = `
      const { prefetchedBatches } = require('./lib/datasets/prefetch');
      const data = { count: 9, load: { module: ${JSON.stringify(MODULE)}, name: 'load', options: { side: 2 } } };
      prefetchedBatches(data, { batchSize: 2, workers: 2 }).next().then(({ value }) => console.log(value.indices.length));
    `;
    const output = execFileSync(process.execPath, ['-r', 'ts-node/register', '-e', code], {
      cwd: join(__dirname, '../..'),
      encoding: 'utf8',
      timeout: 30_000,
    });
    assert.match(output, /^2$/m);
  });

  it('refuses bad options when called', () => {
    const call = (
      options: Partial<PrefetchOptions>,
      data: Parameters<typeof prefetchedBatches>[0] = LAZY,
    ) => {
      return () => prefetchedBatches(data, { batchSize: 2, ...options });
    };
    assert.throws(call({ batchSize: 0 }), /prefetchedBatches: got batchSize 0/);
    assert.throws(call({ workers: -1 }), /got workers -1; expected a non-negative integer/);
    assert.throws(call({ ahead: 0 }), /got ahead 0; expected a positive integer/);
    assert.throws(call({ indices: [5] }), /got index 5; expected integers from 0 to 4/);
    assert.throws(call({ augment: true }), /expected a transform that does it/);
    assert.throws(call({ transform: { module: './here', name: 'x' } }), /expected an absolute path/);
    assert.throws(call({ transform: { module: MODULE, name: '' } }), /expected the name of an export/);
    assert.throws(
      call({ transform: functionOf('addNumber', { add: () => 1 }) }),
      /got options of transform addNumber that cannot be sent to a thread \(.*\); expected plain data/,
    );
    const wide = { ...numbered(), masks: { ...numbered().masks, pages: 1 } };
    assert.throws(call({}, wide), /masks of 1×3×3; expected 7×3×3/);
  });
});
