import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { batches } from '../../lib/datasets/batches';
import { prefetchedBatches } from '../../lib/datasets/prefetch';
import { decodeSafetensors } from '../../lib/io/safetensors';
import { deepSupervisionLoss } from '../../lib/losses/deep-supervision';
import { tf } from '../../lib/runtime';
import { fit } from '../../lib/train/fit';
import type { FitOptions, StepDetails } from '../../lib/train/fit-options';
import { Adam } from '../../lib/train/optimizers/adam';
import { SGD } from '../../lib/train/optimizers/sgd';
import { polynomialRate } from '../../lib/train/schedules';
import { evaluateLoss, trainStep, TrainingBatch } from '../../lib/train/step';
import { WeightAverage } from '../../lib/train/weight-average';
import { snapshotWeights } from '../../lib/train/weights';
import { largestDifference } from './problem';
import { batchesOf, loss, network, plainNetwork, sample, sampleData } from './sample';

const twoBatches = batchesOf(4, 3);

describe('trainStep and evaluateLoss', () => {
  it('learn one batch by heart', () => {
    const model = network();
    const optimizer = tf.train.adam(0.02);
    const batch = sample(4, 1);
    const first = trainStep(model, optimizer, loss, batch);
    let last = first;
    for (let step = 0; step < 40; step++) last = trainStep(model, optimizer, loss, batch);
    assert.ok(last < first / 5, `loss went from ${first} to ${last}`);
    tf.dispose([batch.images, batch.masks]);
    optimizer.dispose();
    model.dispose();
  });

  it('leave no tensor behind after a step', () => {
    const model = network();
    const optimizer = tf.train.adam();
    const batch = sample(2, 1);
    trainStep(model, optimizer, loss, batch); // the first step makes the optimizer's moments
    const before = tf.memory().numTensors;
    trainStep(model, optimizer, loss, batch);
    evaluateLoss(model, loss, batch);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([batch.images, batch.masks]);
    optimizer.dispose();
    model.dispose();
  });

  it('change nothing but the given model', () => {
    const model = network();
    const other = network();
    const before = snapshotWeights(other);
    const batch = sample(2, 1);
    const optimizer = tf.train.adam();
    trainStep(model, optimizer, loss, batch);
    assert.deepEqual(snapshotWeights(other), before);
    tf.dispose([batch.images, batch.masks]);
    optimizer.dispose();
    [model, other].forEach((each) => each.dispose());
  });

  it('average over images, not over batches', () => {
    const model = network();
    const images = sample(5, 1);
    const whole = evaluateLoss(model, loss, images, 5);
    assert.ok(Math.abs(evaluateLoss(model, loss, images, 4) - whole) < 1e-6);
    tf.dispose([images.images, images.masks]);
    model.dispose();
  });
});

describe('fit', () => {
  let folder: string;
  let file: string;
  let validation: TrainingBatch;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-fit-'));
    file = path.join(folder, 'run.safetensors');
    validation = sample(4, 99);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    tf.dispose([validation.images, validation.masks]);
  });

  const run = (model: tf.LayersModel, options: Partial<FitOptions> = {}) =>
    fit(model, { batches: twoBatches, loss, validation, epochs: 4, ...options });

  it('keeps the weights of the epoch with the lowest validation loss', async () => {
    const model = network();
    const history = await run(model, { optimizer: tf.train.sgd(3) });
    const losses = history.records.map(({ validationLoss }) => validationLoss!);
    assert.equal(losses[history.bestEpoch - 1], Math.min(...losses));
    assert.ok(Math.abs(evaluateLoss(model, loss, validation) - Math.min(...losses)) < 1e-5);
    model.dispose();
  });

  for (const [what, options] of [
    ['between two steps', {}],
    ['after the last step of an epoch', { accumulate: 3 }],
  ] as const) {
    it(`stops ${what} at a signal and puts the best weights back`, async () => {
      const model = network();
      const stop = new AbortController();
      let best: Float32Array[] = [];
      const history = await run(model, {
        ...options,
        signal: stop.signal,
        observers: [
          {
            onEpoch: () => void (best = snapshotWeights(model)),
            onStep: (epoch, step) => void (epoch === 2 && step === 1 && stop.abort()),
          },
        ],
      });
      assert.equal(history.interrupted, true);
      assert.equal(history.records.length, 1);
      assert.deepEqual(snapshotWeights(model), best);
      model.dispose();
    });
  }

  for (const accumulate of [1, 2]) {
    it(`stops while it waits for a prefetched batch (accumulate ${accumulate})`, async () => {
      const model = network();
      const stop = new AbortController();
      let best: Float32Array[] = [];
      // Without a step taken in epoch 2, or with one batch of the two that a step is made of.
      const before = accumulate === 1 ? 0 : 1;
      async function* waiting(): AsyncGenerator<TrainingBatch> {
        if (before > 0) yield* batchesOf(4)(9);
        const transform = { module: path.join(__dirname, '../datasets/prefetch-module.ts'), name: 'hang' };
        const options = { counter: new Int32Array(new SharedArrayBuffer(4)) };
        const batches = prefetchedBatches(sampleData(4, 1), {
          batchSize: 2,
          workers: 1,
          transform: { ...transform, options },
          signal: stop.signal,
        });
        const next = batches[Symbol.asyncIterator]().next();
        stop.abort();
        assert.equal((await next).done, true);
      }
      const history = await run(model, {
        accumulate,
        keep: 'last',
        batches: (epoch) => (epoch === 2 ? waiting() : twoBatches(epoch)),
        signal: stop.signal,
        observers: [{ onEpoch: () => void (best = snapshotWeights(model)) }],
      });
      assert.equal(history.interrupted, true);
      assert.equal(history.records.length, 1);
      assert.deepEqual(snapshotWeights(model), best);
      model.dispose();
    });
  }

  describe('where something is not finite', () => {
    const data = sampleData(6, 4);
    data.images.data.fill(NaN, 3 * 64, 4 * 64);

    it('names the images that hold NaN before they spoil anything', async () => {
      const model = network();
      const indices = (epoch: number) => (epoch === 2 ? [0, 1, 3, 5] : [0, 1, 2, 4, 5]);
      let best: Float32Array[] = [];
      await assert.rejects(
        run(model, {
          batches: (epoch) => batches(data, { indices: indices(epoch), batchSize: 2, shuffle: false }),
          observers: [{ onEpoch: () => void (best = snapshotWeights(model)) }],
        }),
        /got NaN or infinity in the images of epoch 2, step 2 \(images 3, 5\); repair them or leave them out/,
      );
      assert.deepEqual(snapshotWeights(model), best);
      model.dispose();
    });

    it('names the batch among those of a step whose loss is NaN, and takes no step', async () => {
      const model = plainNetwork();
      const before = snapshotWeights(model);
      const tensors = tf.memory().numTensors;
      const indices = [0, 1, 2, 4, 5];
      let calls = 0;
      await assert.rejects(
        run(model, {
          accumulate: 4,
          batches: () => batches(data, { indices, batchSize: 2, shuffle: false }),
          loss: (masks, logits) => tf.mul(loss(masks, logits), ++calls === 2 ? NaN : 1) as tf.Scalar,
        }),
        /the loss of epoch 1, step 1, batch 2 \(images 2, 4\) is NaN; lower the learning rate/,
      );
      assert.deepEqual(snapshotWeights(model), before);
      assert.equal(tf.memory().numTensors, tensors);
      model.dispose();
    });

    it('names the step whose gradients are not finite though its loss is', async () => {
      const model = plainNetwork();
      const before = snapshotWeights(model);
      // √x has an infinite slope at 0
      const steep = (masks: tf.Tensor, logits: tf.Tensor) =>
        tf.tidy(() => tf.sqrt(tf.mean(tf.square(tf.mul(tf.sub(logits, masks), 0)))) as tf.Scalar);
      await assert.rejects(
        run(model, { loss: steep, clipNorm: 1 }),
        /the norm of the gradients of epoch 1, step 1 \(images 0, 1, 2, 3\) is NaN/,
      );
      assert.deepEqual(snapshotWeights(model), before);
      model.dispose();
    });
  });

  it('refuses a validation loss that is not finite and ends its observers', async () => {
    const model = plainNetwork();
    const poisoned = { images: validation.images.mul(NaN), masks: validation.masks };
    let ended = 0;
    const observers = [{ onEnd: () => void ended++ }];
    await assert.rejects(
      run(model, { validation: poisoned, observers }),
      /the validation loss of epoch 1 is NaN; lower the learning rate/,
    );
    assert.equal(ended, 1);
    poisoned.images.dispose();
    model.dispose();
  });

  it('adds the gradients of several batches up to those of one', async () => {
    const { images, masks } = sample(7, 5);
    const parts = (sizes: number[]) => () =>
      sizes.map((size, index) => {
        const start = sizes.slice(0, index).reduce((a, b) => a + b, 0);
        return { images: images.slice(start, size), masks: masks.slice(start, size) };
      });
    const results: number[][] = [];
    const losses: number[] = [];
    for (const [sizes, accumulate] of [
      [[7], 1],
      [[3, 3, 1], 3],
      [[1, 4, 2], 5], // an epoch's last step may have fewer
    ] as const) {
      const model = plainNetwork();
      const optimizer = new SGD({ learningRate: 0.5, momentum: 0.9 });
      const made: TrainingBatch[] = [];
      const { records } = await run(model, {
        batches: () => {
          const batch = parts([...sizes])();
          made.push(...batch);
          return batch;
        },
        accumulate,
        optimizer,
        keep: 'last',
      });
      results.push(snapshotWeights(model).flatMap((values) => [...values]));
      losses.push(records[0].trainLoss);
      optimizer.dispose();
      model.dispose();
      tf.dispose(made);
    }
    results.slice(1).forEach((weights) => assert.ok(largestDifference(weights, results[0]) < 1e-5));
    losses.slice(1).forEach((value) => assert.ok(Math.abs(value - losses[0]) < 1e-5));
    tf.dispose([images, masks]);
  });

  it('sets the rate by epoch or by step, on any optimizer, and records it', async () => {
    for (const scheduleBy of ['epoch', 'step'] as const) {
      const model = plainNetwork();
      const optimizer = tf.train.sgd(1);
      const rates: number[] = [];
      const { records } = await run(model, {
        optimizer,
        schedule: polynomialRate({ rate: 0.1, length: 10, power: 1 }),
        scheduleBy,
        epochs: 3,
        observers: [{ onStep: (_epoch, _step, _loss, details) => void rates.push(details!.learningRate!) }],
      });
      const positions = scheduleBy === 'epoch' ? [0, 0, 1, 1, 2, 2] : [0, 1, 2, 3, 4, 5];
      assert.ok(
        largestDifference(
          rates,
          positions.map((position) => 0.1 - position / 100),
        ) < 1e-12,
      );
      assert.deepEqual(
        records.map(({ learningRate }) => learningRate),
        [rates[1], rates[3], rates[5]],
      );
      optimizer.dispose();
      model.dispose();
    }
  });

  it('clips gradients and tells their norm', async () => {
    const model = plainNetwork();
    const before = snapshotWeights(model);
    const optimizer = new SGD({ learningRate: 1 });
    const details: StepDetails[] = [];
    const { records } = await run(model, {
      optimizer,
      clipNorm: 0.01,
      epochs: 1,
      keep: 'last',
      batches: batchesOf(4),
      observers: [{ onStep: (_epoch, _step, _loss, of) => void details.push(of!) }],
    });
    const moved = snapshotWeights(model).flatMap((values, index) =>
      [...values].map((value, at) => value - before[index][at]),
    );
    assert.ok(Math.abs(Math.hypot(...moved) - 0.01) < 1e-5);
    assert.ok(details[0].gradientNorm! > 0.01);
    assert.equal(records[0].gradientNorm, details[0].gradientNorm);
    assert.equal(details[0].steps, 1);
    optimizer.dispose();
    model.dispose();
  });

  it('recomputes on request: the same weights from less memory', async () => {
    const [plain, frugal] = [network(), network()];
    const bytes: number[] = [];
    const noted = (masks: tf.Tensor, logits: tf.Tensor) => {
      bytes.push(tf.memory().numBytes);
      return loss(masks, logits);
    };
    const options = { loss: noted, epochs: 1, keep: 'last', batches: batchesOf(4) } as const;
    await run(plain, options);
    const before = bytes.splice(0);
    await run(frugal, { ...options, recompute: true });
    assert.ok(bytes[0] < before[0], `${bytes[0]} bytes, ${before[0]} without`);
    const [actual, expected] = [frugal, plain].map((model) =>
      snapshotWeights(model).flatMap((values) => [...values]),
    );
    assert.ok(largestDifference(actual, expected) < 1e-5);
    [plain, frugal].forEach((model) => model.dispose());
  });

  it('validates and ends with averaged weights', async () => {
    const byHand = network();
    const average = new WeightAverage(byHand, { decay: 0.8 });
    const sgd = new SGD({ learningRate: 0.3 });
    const losses: number[] = [];
    for (const epoch of [1, 2, 3]) {
      for (const batch of twoBatches(epoch)) {
        trainStep(byHand, sgd, loss, batch);
        average.update();
      }
      losses.push(average.swapped(() => evaluateLoss(byHand, loss, validation)));
    }
    const model = network();
    const optimizer = new SGD({ learningRate: 0.3 });
    const { records } = await run(model, { ema: 0.8, optimizer, epochs: 3, keep: 'last' });
    assert.deepEqual(
      records.map(({ validationLoss }) => validationLoss),
      losses,
    );
    assert.deepEqual(snapshotWeights(model), average.snapshot());
    average.dispose();
    [sgd, optimizer, byHand, model].forEach((each) => each.dispose());
  });

  it('ends early where the validation loss no longer falls', async () => {
    const model = plainNetwork();
    const optimizer = new SGD({ learningRate: 0 });
    const history = await run(model, { optimizer, epochs: 50, earlyStopping: { patience: 2 } });
    assert.equal(history.records.length, 3);
    assert.equal(history.stoppedEarly, true);
    assert.equal(history.interrupted, false);
    optimizer.dispose();
    model.dispose();
  });

  it('ends after the epoch that the caller chooses, its state written, and stays at its end', async () => {
    const train = async () => {
      const model = plainNetwork();
      const seen: number[] = [];
      const endsAfter: FitOptions['endsAfter'] = (records) => {
        seen.push(records.length);
        return records.at(-1)!.epoch === 3;
      };
      const checkpoint = { last: file, every: 10 };
      const history = await fit(model, { batches: twoBatches, loss, epochs: 9, endsAfter, checkpoint });
      model.dispose();
      return { history, seen };
    };
    const { history, seen } = await train();
    assert.deepEqual([history.records.length, history.interrupted, history.stoppedEarly], [3, false, false]);
    assert.deepEqual([...new Set(seen)], [1, 2, 3]);
    const again = await train();
    const losses = history.records.map(({ trainLoss }) => trainLoss);
    assert.deepEqual(
      again.history.records.map(({ trainLoss }) => trainLoss),
      losses,
    );
    assert.deepEqual([...new Set(again.seen)], [3]);
  });

  it('trains a network with several outputs, each on masks of its size', async () => {
    const input = tf.input({ shape: [8, 8, 1] });
    const convolution = (strides: number) =>
      tf.layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', strides }).apply(input);
    const outputs = [1, 2].map(convolution) as tf.SymbolicTensor[];
    const model = tf.model({ inputs: input, outputs });
    const before = tf.memory().numTensors;
    const optimizer = new Adam({ learningRate: 0.03 });
    const { records } = await fit(model, {
      batches: twoBatches,
      loss: (masks, logits: tf.Tensor[]) => deepSupervisionLoss(masks, logits, { loss }),
      validation: () => [validation],
      epochs: 30,
      optimizer,
    });
    optimizer.dispose();
    assert.ok(records.at(-1)!.validationLoss! < 0.8 * records[0].validationLoss!);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it('takes batches that come later, and validates batch by batch', async () => {
    const model = network();
    async function* later(epoch: number) {
      for (const batch of twoBatches(epoch)) {
        await new Promise(setImmediate);
        yield batch;
      }
    }
    const whole = network();
    const before = tf.memory().numTensors;
    const split = () => batchesOf(3, 1)(5);
    const { records } = await run(model, { batches: later, validation: split });
    const expected = await run(whole, { validation: undefined });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      records.map(({ trainLoss }) => trainLoss),
      expected.records.map(({ trainLoss }) => trainLoss),
    );
    [model, whole].forEach((each) => each.dispose());
  });

  it('writes the best weights by their names, and the last state every so often', async () => {
    const model = network();
    const best = path.join(folder, 'best.safetensors');
    const written: boolean[] = [];
    await run(model, {
      epochs: 5,
      checkpoint: { last: file, best, every: 2 },
      observers: [{ onEpoch: () => void written.push(readdirSync(folder).includes('run.safetensors')) }],
    });
    assert.deepEqual(written, [false, true, true, true, true]);
    const { arrays } = decodeSafetensors(readFileSync(best));
    const snapshot = snapshotWeights(model);
    model.weights.forEach(({ originalName, shape }, index) =>
      assert.deepEqual({ ...arrays[originalName] }, { shape, values: snapshot[index] }),
    );
    assert.equal(Object.keys(arrays).length, model.weights.length);
    assert.deepEqual(readdirSync(folder).sort(), ['best.safetensors', 'run.safetensors']);
    const again = network();
    const { records } = await run(again, { epochs: 5, checkpoint: file });
    assert.equal(records.length, 5, 'the last epoch is written, whatever its number');
    [model, again].forEach((each) => each.dispose());
  });

  it('is not changed by what observers draw at random', async () => {
    const results = [];
    for (const observers of [[], [{ onEpoch: () => void Math.random() }]]) {
      const model = network();
      const data = sampleData(6, 1);
      const { records } = await run(model, { batches: () => batches(data, { batchSize: 2 }), observers });
      results.push(records.map(({ trainLoss }) => trainLoss));
      model.dispose();
    }
    assert.deepEqual(results[0], results[1]);
  });

  it('leaves no tensor behind after a step, with everything switched on', async () => {
    const model = network();
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    await run(model, {
      batches: batchesOf(2, 1, 2, 1, 2),
      accumulate: 2,
      schedule: polynomialRate({ rate: 0.1, length: 9 }),
      clipNorm: 0.1,
      clipValue: 0.1,
      ema: 0.9,
      earlyStopping: { patience: 9 },
      checkpoint: { last: file, best: path.join(folder, 'best.safetensors') },
      tensorBoard: path.join(folder, 'log'),
      observers: [{ onStep: () => void counts.push(tf.memory().numTensors) }],
    });
    assert.equal(tf.memory().numTensors, before);
    const epochs = [0, 1, 2, 3].map((epoch) => counts.slice(3 * epoch, 3 * epoch + 3));
    const each = epochs[1]; // the first one makes the optimizer's slots
    assert.deepEqual(epochs, [epochs[0], each, each, each]);
    assert.equal(each[0], each[1]);
    assert.ok(each[2] < each[1], 'the last step comes after the last batch');
    model.dispose();
  });

  it('refuses a run without batches, and options that make no sense before any work', async () => {
    const model = network();
    const tensors = tf.memory().numTensors;
    await assert.rejects(run(model, { batches: () => [] }), /got no batch in epoch 1/);
    const wrong: [Partial<FitOptions>, RegExp][] = [
      [{ epochs: 0 }, /got epochs 0; expected an integer of at least 1/],
      [{ accumulate: 1.5 }, /got accumulate 1\.5; expected an integer/],
      [{ clipNorm: 0 }, /got clipNorm 0; expected a number above 0/],
      [{ clipValue: NaN }, /got clipValue NaN/],
      [{ ema: 1 }, /got decay 1; expected at least 0 and less than 1/],
      [{ earlyStopping: { patience: 0 } }, /got patience 0/],
      [{ earlyStopping: { patience: 3, minDelta: -1 } }, /got minDelta -1/],
      [{ checkpoint: { last: file, every: 0 } }, /got checkpoint\.every 0/],
      [{ keep: 'first' as 'last' }, /got keep 'first'; expected one of 'best', 'last'/],
      [{ scheduleBy: 'batch' as 'step' }, /got scheduleBy 'batch'; expected one of 'epoch', 'step'/],
    ];
    for (const [options, message] of wrong) {
      const worked = () => assert.fail('work began');
      await assert.rejects(
        run(model, { batches: worked, ...options }),
        (error: Error) => error instanceof RangeError && message.test(error.message),
      );
    }
    await assert.rejects(run(model, { schedule: () => NaN }), /setLearningRate: got rate NaN/);
    assert.equal(tf.memory().numTensors, tensors);
    model.dispose();
  });
});
