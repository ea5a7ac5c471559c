import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Batch } from '../../lib/datasets/segmentation-data';
import { binaryCrossEntropy } from '../../lib/losses/binary-cross-entropy';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { seededRandom, setSeed, tf } from '../../lib/runtime';
import type { EpochRecord } from '../../lib/train/epoch-record';
import { fit, FitOptions } from '../../lib/train/fit';
import { loadCheckpoint } from '../../lib/train/checkpoint';
import { decodeSafetensors, encodeSafetensors } from '../../lib/io/safetensors';
import { evaluateLoss, trainStep } from '../../lib/train/step';
import { snapshotWeights } from '../../lib/train/weights';

const loss = (masks: tf.Tensor, logits: tf.Tensor) =>
  binaryCrossEntropy(masks, logits, { positiveWeight: 3 });

/** Noisy images of a bright half whose mask is that half. */
function sample(count: number, seed: number): Batch {
  const random = seededRandom(seed);
  const side = 8;
  const masks = new Float32Array(count * side * side);
  for (let image = 0; image < count; image++) {
    const vertical = random() < 0.5;
    for (let at = 0; at < side * side; at++) {
      const along = vertical ? at % side : Math.floor(at / side);
      masks[image * side * side + at] = along < side / 2 ? 1 : 0;
    }
  }
  const images = masks.map((value) => value * 0.6 + random() * 0.4);
  const shape: [number, number, number, number] = [count, side, side, 1];
  return { images: tf.tensor4d(images, shape), masks: tf.tensor4d(masks, shape) };
}

function network(): BasicUNet {
  setSeed(11);
  return new BasicUNet({ inputChannels: 1, baseChannels: 2, numBlocks: 1 });
}

function* twoBatches(epoch: number): Iterable<Batch> {
  for (const [count, seed] of [
    [4, 2 * epoch],
    [3, 2 * epoch + 1],
  ]) {
    const batch = sample(count, seed);
    yield batch;
    tf.dispose([batch.images, batch.masks]);
  }
}

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
  let validation: Batch;
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

  it('goes on from a checkpoint as if it had never stopped', async () => {
    const straight = network();
    const whole = await run(straight, { keep: 'last' });
    const stopped = network();
    await run(stopped, { epochs: 2, checkpoint: file, keep: 'last' });
    const resumed = network();
    const seen: number[] = [];
    const rest = await run(resumed, {
      checkpoint: file,
      keep: 'last',
      observers: [{ onEpoch: ({ epoch }) => void seen.push(epoch) }],
    });
    assert.deepEqual(seen, [3, 4]);
    const losses = ({ records }: { records: EpochRecord[] }) =>
      records.map((r) => [r.trainLoss, r.validationLoss]);
    assert.deepEqual(losses(rest), losses(whole));
    assert.deepEqual(snapshotWeights(resumed), snapshotWeights(straight));
    assert.deepEqual(readdirSync(folder), ['run.safetensors']);
    [straight, stopped, resumed].forEach((model) => model.dispose());
  });

  it('stops between two steps at a signal and puts the best weights back', async () => {
    const model = network();
    const stop = new AbortController();
    let best: Float32Array[] = [];
    const history = await run(model, {
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

  it('names the step whose loss is not finite', async () => {
    const model = network();
    const batches = (epoch: number) => {
      const batch = sample(2, epoch);
      if (epoch < 2) return [batch];
      const poisoned = { images: batch.images.mul<tf.Tensor4D>(NaN), masks: batch.masks };
      batch.images.dispose();
      return [poisoned];
    };
    await assert.rejects(run(model, { batches }), /the loss of epoch 2, step 1 is NaN/);
    assert.ok(Number.isFinite(evaluateLoss(model, loss, validation)), 'the best weights are back');
    model.dispose();
  });

  it('refuses a checkpoint of another network and one that is cut short, and changes no weight', async () => {
    const model = network();
    await run(model, { epochs: 1, checkpoint: file });
    const wider = new BasicUNet({ inputChannels: 1, baseChannels: 4, numBlocks: 1 });
    const before = snapshotWeights(wider);
    await assert.rejects(
      run(wider, { checkpoint: file }),
      /got shape \[3,3,1,2\] for 'input_conv1\/kernel'; the model has \[3,3,1,4\]/,
    );
    assert.deepEqual(snapshotWeights(wider), before);
    writeFileSync(file, readFileSync(file).subarray(0, -10));
    await assert.rejects(run(model, { checkpoint: file }), /run\.safetensors: .* the file is damaged/);
    [model, wider].forEach((each) => each.dispose());
  });

  it('refuses a validation loss that is not finite and ends its observers', async () => {
    const model = network();
    const poisoned = { images: validation.images.mul<tf.Tensor4D>(NaN), masks: validation.masks };
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

  describe('with a checkpoint that somebody changed', () => {
    type File = ReturnType<typeof decodeSafetensors>;
    const changes: [string, (file: File) => void, RegExp][] = [
      [
        'no optimizer',
        (file) => void (file.metadata.optimizer = ''),
        /got the state of optimizer ; expected Adam/,
      ],
      [
        'no optimizer state',
        ({ arrays }) =>
          Object.keys(arrays).forEach((name) => name.startsWith('optimizer/') && delete arrays[name]),
        /got 0 arrays of optimizer state that do not match/,
      ],
      [
        'a moment of another shape',
        ({ arrays }) => {
          const name = Object.keys(arrays).find((each) => each.startsWith('optimizer/0001'))!;
          arrays[name] = { shape: [1], values: new Float32Array(1) };
        },
        /optimizer state that do not match/,
      ],
      [
        'integers for weights',
        ({ arrays }) => {
          const name = Object.keys(arrays).find((each) => each.startsWith('model/0000'))!;
          arrays[name] = { shape: arrays[name].shape, values: new Int32Array(arrays[name].values.length) };
        },
        /got shape \[3,3,1,2\] of integers/,
      ],
      ['a history that is no list', (file) => void (file.metadata.records = '{}'), /no list of epochs/],
      ['a history of null', (file) => void (file.metadata.records = '[null]'), /no list of epochs/],
      ['a history that is no JSON', (file) => void (file.metadata.records = 'x'), /no list of epochs/],
      ['no history', (file) => void delete file.metadata.records, /no list of epochs/],
      ['a best epoch in the future', (file) => void (file.metadata.bestEpoch = '7'), /best epoch 7/],
    ];
    for (const [what, change, message] of changes) {
      it(`refuses ${what}, names the file and changes nothing`, async () => {
        const model = network();
        await run(model, { epochs: 1, checkpoint: file });
        const contents = decodeSafetensors(readFileSync(file));
        change(contents);
        writeFileSync(file, encodeSafetensors(contents));
        const before = snapshotWeights(model);
        await assert.rejects(run(model, { checkpoint: file }), (error: Error) => {
          assert.match(error.message, message);
          return error.message.startsWith(file);
        });
        assert.deepEqual(snapshotWeights(model), before);
        model.dispose();
      });
    }

    it('refuses the state of another optimizer', async () => {
      const model = network();
      await run(model, { epochs: 1, checkpoint: file });
      const momentum = tf.train.momentum(0.1, 0.9);
      await assert.rejects(
        run(model, { checkpoint: file, optimizer: momentum }),
        /got the state of optimizer Adam; expected Momentum/,
      );
      momentum.dispose();
      model.dispose();
    });
  });

  it('replaces the state of an optimizer that was in use without leaving the old one behind', async () => {
    const model = network();
    const optimizer = tf.train.adam();
    await run(model, { epochs: 1, checkpoint: file, optimizer });
    const before = tf.memory().numTensors;
    await loadCheckpoint(file, model, optimizer);
    assert.equal(tf.memory().numTensors, before);
    optimizer.dispose();
    model.dispose();
  });

  it('leaves no tensor behind', async () => {
    const model = network();
    const before = tf.memory().numTensors;
    await run(model, { epochs: 2, checkpoint: file });
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it('refuses a run without epochs or batches', async () => {
    const model = network();
    await assert.rejects(run(model, { epochs: 0 }), /got epochs 0/);
    await assert.rejects(run(model, { batches: () => [] }), /got no batch in epoch 1/);
    model.dispose();
  });
});
