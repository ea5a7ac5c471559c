import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nextSeed, setSeed, tf } from '../../lib/runtime';
import { settingsKey } from '../../lib/train/settings-key';
import { trainOnce, type TrainOnceOptions } from '../../lib/train/train-once';
import { trainStep } from '../../lib/train/step';
import { Adam } from '../../lib/train/optimizers/adam';
import { snapshotWeights } from '../../lib/train/weights';
import { loss, network, sample } from './sample';

interface Result {
  losses: number[];
  interrupted?: boolean;
}

describe('train/train-once', () => {
  const original = Math.random;
  const { SEGCOURSE_DATA, SEGCOURSE_RETRAIN } = process.env;
  let folder: string;
  let runs: number;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-train-once-'));
    process.env.SEGCOURSE_DATA = folder;
    delete process.env.SEGCOURSE_RETRAIN;
    runs = 0;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    Math.random = original;
    for (const [name, value] of Object.entries({ SEGCOURSE_DATA, SEGCOURSE_RETRAIN })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  const files = () =>
    readdirSync(path.join(folder, 'trained')).map((name) => path.join(folder, 'trained', name));

  /** A short training of a fresh network, and what it left. */
  async function run(
    options: Partial<TrainOnceOptions<Result>> = {},
    result: Partial<Result> = {},
    seed = 7,
  ) {
    const model = network();
    setSeed(seed);
    const before = tf.memory().numTensors;
    const lines: string[] = [];
    const log = console.log;
    console.log = (line: string) => lines.push(line);
    try {
      const returned = await trainOnce<Result>(
        model,
        { name: 'short', settings: { steps: 2 }, ...options },
        async () => {
          runs += 1;
          const optimizer = new Adam();
          const batch = sample(2, nextSeed());
          const losses = [1, 2].map(() => trainStep(model, optimizer, loss, batch));
          tf.dispose([batch.images, batch.masks]);
          optimizer.dispose();
          return { losses, ...result };
        },
      );
      assert.equal(tf.memory().numTensors, before);
      return { returned, weights: snapshotWeights(model), next: nextSeed(), lines };
    } finally {
      console.log = log;
      model.dispose();
    }
  }

  it('trains, and then loads weights, result and random streams', async () => {
    const seen: Result[] = [];
    const loaded = (result: Result) => void seen.push(result);
    const [first, second] = [await run({ loaded }), await run({ loaded })];
    assert.equal(runs, 1);
    assert.deepEqual(seen, [first.returned]);
    assert.deepEqual(second.weights, first.weights);
    assert.deepEqual(second.returned, first.returned);
    assert.equal(second.next, first.next);
    assert.deepEqual(first.lines, []);
    assert.equal(second.lines.length, 1);
    assert.match(
      second.lines[0],
      /^Loaded: .* took \d+ s on \d{4}-\d\d-\d\d \(short-[\da-f]{16}\.safetensors/,
    );
  });

  it('trains for other settings, functions, seeds, and when told to', async () => {
    await run();
    await run({ settings: { steps: 3 } });
    await run({ settings: { steps: 2, loss: () => 1 } });
    await run({ settings: { steps: 2, loss: () => 2 } });
    await run({}, {}, 8);
    await run({ again: true });
    process.env.SEGCOURSE_RETRAIN = '1';
    await run();
    assert.equal(runs, 7);
    assert.equal(files().length, 5);
  });

  it('keeps nothing of a training that was stopped', async () => {
    await run({}, { interrupted: true });
    await run({ whole: ({ losses }) => losses.length === 3 });
    await run();
    assert.equal(runs, 3);
  });

  it('trains anew where the file is damaged, and mends it', async () => {
    const { weights } = await run();
    const bytes = readFileSync(files()[0]);
    for (const damage of [
      bytes.subarray(0, 200),
      Buffer.alloc(0),
      Buffer.from(bytes).fill(1, bytes.length - 4),
    ]) {
      writeFileSync(files()[0], damage);
      const again = await run();
      assert.deepEqual(again.weights, weights);
    }
    assert.equal(runs, 4);
    await run();
    assert.equal(runs, 4);
  });

  it('says where the weights could not be kept', async () => {
    writeFileSync(path.join(folder, 'trained'), 'a file where the folder should be');
    const { lines } = await run();
    assert.match(lines[0], /^trainOnce: the weights could not be kept/);
  });

  it('refuses names and settings that it cannot tell apart, before any work', async () => {
    await assert.rejects(run({ name: '../short' }), /got name "\.\.\/short"; expected letters/);
    await assert.rejects(run({ settings: { when: new Date() } }), /got Date in settings\.settings\.when/);
    assert.equal(runs, 0);
  });
});

describe('train/settings-key', () => {
  it('follows from values, not from the order of names', () => {
    assert.equal(settingsKey({ a: 1, b: [2, 'c'] }), settingsKey({ b: [2, 'c'], a: 1 }));
    const keys = [
      { a: 1 },
      { a: '1' },
      { a: [1] },
      { a: [[1]] },
      { a: Float32Array.of(1) },
      { a: Int32Array.of(1) },
      { a: undefined },
      { a: null },
      { a: NaN },
      { a: { b: 1 } },
      { a: () => 1 },
      {},
    ].map(settingsKey);
    assert.equal(new Set(keys).size, keys.length);
  });

  it('takes tensors by shape and values', () => {
    const [row, column, other] = [
      tf.tensor([1, 2], [1, 2]),
      tf.tensor([1, 2], [2, 1]),
      tf.tensor([1, 3], [1, 2]),
    ];
    assert.equal(new Set([row, column, other].map((x) => settingsKey({ x }))).size, 3);
    const copy = row.clone();
    assert.equal(settingsKey({ x: row }), settingsKey({ x: copy }));
    tf.dispose([row, column, other, copy]);
  });
});
