import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '../../lib/io/safetensors';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { randomState, setSeed, tf } from '../../lib/runtime';
import { loadCheckpoint, saveCheckpoint } from '../../lib/train/checkpoint';
import { Adam } from '../../lib/train/optimizers/adam';
import { SGD } from '../../lib/train/optimizers/sgd';
import { trainStep } from '../../lib/train/step';
import { snapshotWeights } from '../../lib/train/weights';
import { loss, network, plainNetwork, sample } from './sample';

describe('checkpoint', () => {
  const original = Math.random;
  let folder: string;
  let file: string;
  let model: BasicUNet;
  let optimizer: Adam;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-checkpoint-'));
    file = path.join(folder, 'run.safetensors');
    model = network();
    optimizer = new Adam();
    step(model, optimizer);
    const records = [{ epoch: 1, trainLoss: 2, seconds: 3 }];
    const bestWeights = snapshotWeights(model);
    await saveCheckpoint(file, model, optimizer, { records, bestEpoch: 1, bestWeights, steps: 7 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    model.dispose();
    optimizer.dispose();
    Math.random = original;
  });

  function step(of: tf.LayersModel, by: tf.Optimizer): void {
    const batch = sample(2, 1);
    trainStep(of, by, loss, batch);
    tf.dispose([batch.images, batch.masks]);
  }

  async function assertRefused(
    message: RegExp,
    into: { model?: tf.LayersModel; optimizer?: tf.Optimizer } = {},
  ): Promise<void> {
    const target = { model, optimizer, ...into };
    step(model, optimizer);
    const before = snapshotWeights(target.model);
    const random = randomState();
    const tensors = tf.memory().numTensors;
    await assert.rejects(loadCheckpoint(file, target.model, target.optimizer), (error: Error) => {
      assert.match(error.message, message);
      return error.message.startsWith(file);
    });
    assert.deepEqual(snapshotWeights(target.model), before);
    assert.deepEqual(randomState(), random);
    assert.equal(tf.memory().numTensors, tensors);
  }

  it('gives everything back, and to the optimizer what it knew of each weight', async () => {
    const weights = snapshotWeights(model);
    const other = network();
    setSeed(1);
    const fresh = new Adam();
    const state = await loadCheckpoint(file, other, fresh);
    assert.deepEqual(state, {
      records: [{ epoch: 1, trainLoss: 2, seconds: 3 }],
      bestEpoch: 1,
      bestWeights: weights,
      steps: 7,
    });
    assert.deepEqual(snapshotWeights(other), weights);
    assert.equal(fresh.iterations, 1);
    [
      [model, optimizer],
      [other, fresh],
    ].forEach(([of, by]) => step(of as BasicUNet, by as Adam));
    assert.deepEqual(snapshotWeights(other), snapshotWeights(model));
    fresh.dispose();
    other.dispose();
  });

  it('is not there before it is written', async () => {
    assert.equal(await loadCheckpoint(path.join(folder, 'none'), model, optimizer), undefined);
  });

  it('replaces the state of an optimizer that was in use without leaving the old one behind', async () => {
    const theirs = tf.train.adam();
    step(model, theirs);
    const bestWeights = snapshotWeights(model);
    for (const used of [optimizer, theirs]) {
      const before = tf.memory().numTensors;
      await saveCheckpoint(file, model, used, { records: [], bestEpoch: 0, bestWeights });
      await loadCheckpoint(file, model, used);
      assert.equal(tf.memory().numTensors, before, used.getClassName());
    }
    theirs.dispose();
  });

  it('is refused by another network, and where it is cut short', async () => {
    const wider = new BasicUNet({ inputChannels: 1, baseChannels: 4, numBlocks: 1 });
    const plain = plainNetwork();
    await assertRefused(/got shape \[3,3,1,2\] for 'input_conv1\/kernel'; the model has \[3,3,1,4\]/, {
      model: wider,
    });
    await assertRefused(
      /got \d+ weights; the model has 4|got shape .* The checkpoint is of another network/,
      {
        model: plain,
      },
    );
    writeFileSync(file, readFileSync(file).subarray(0, -10));
    await assertRefused(/run\.safetensors: .* the file is damaged/);
    [wider, plain].forEach((each) => each.dispose());
  });

  it('is refused by another optimizer', async () => {
    const momentum = tf.train.momentum(0.1, 0.9);
    await assertRefused(/got the state of optimizer segcourse\.Adam; expected Momentum: train on with/, {
      optimizer: momentum,
    });
    momentum.dispose();
    const sgd = new SGD({ learningRate: 1 });
    await assertRefused(/expected segcourse\.SGD/, { optimizer: sgd });
    sgd.dispose();
  });

  it('is not written for an optimizer that trains other models too, or cannot tell what it knows', async () => {
    const other = network();
    step(other, optimizer);
    const state = { records: [], bestEpoch: 0, bestWeights: snapshotWeights(model) };
    const before = readFileSync(file);
    await assert.rejects(
      saveCheckpoint(file, model, optimizer, state),
      /got an optimizer that remembers '.*', no weight of the model; expected one optimizer for each/,
    );
    const adamax = tf.train.adamax();
    await assert.rejects(saveCheckpoint(file, model, adamax, state), /getWeights\(\) is not implemented/);
    assert.deepEqual(readFileSync(file), before);
    other.dispose();
    adamax.dispose();
  });

  type File = ReturnType<typeof decodeSafetensors>;
  const training = (change: (training: Record<string, unknown>) => void) => (file: File) => {
    const contents = JSON.parse(file.metadata.training) as Record<string, unknown>;
    change(contents);
    file.metadata.training = JSON.stringify(contents);
  };
  const find = ({ arrays }: File, start: string) =>
    Object.keys(arrays).find((name) => name.startsWith(start))!;
  const changes: [string, (file: File) => void, RegExp][] = [
    ['no optimizer', (file) => void (file.metadata.optimizer = ''), /got the state of optimizer ; expected/],
    [
      'no optimizer state',
      ({ arrays }) =>
        Object.keys(arrays).forEach((name) => name.startsWith('optimizer/') && delete arrays[name]),
      /got 0 arrays of optimizer state that do not match/,
    ],
    [
      'a moment of another shape',
      (file) =>
        void (file.arrays[find(file, 'optimizer/0001')] = { shape: [1], values: new Float32Array(1) }),
      /optimizer state that do not match/,
    ],
    [
      'a moment that is missing',
      (file) => void delete file.arrays[find(file, 'optimizer/0001')],
      /optimizer state that do not match/,
    ],
    [
      'a moment of a weight that is none',
      (file) => {
        const name = find(file, 'optimizer/0001');
        file.arrays['optimizer/0001/9999/m'] = file.arrays[name];
        delete file.arrays[name];
      },
      /optimizer state that do not match/,
    ],
    [
      'integers for weights',
      (file) => {
        const name = find(file, 'model/0000');
        const { shape, values } = file.arrays[name];
        file.arrays[name] = { shape, values: new Int32Array(values.length) };
      },
      /got shape \[3,3,1,2\] of integers/,
    ],
    [
      'an older format',
      (file) => void delete file.metadata.format,
      /got format 'none'; expected 'segcourse tr/,
    ],
    ['a history that is no list', training((of) => (of.records = {})), /no list of epochs/],
    ['a history of null', training((of) => (of.records = [null])), /no list of epochs/],
    [
      'a loss that is none',
      training((of) => (of.records = [{ epoch: 1, trainLoss: 'low', seconds: 1 }])),
      /no list of epochs/,
    ],
    ['words that are no JSON', (file) => void (file.metadata.training = 'x'), /no list of epochs/],
    ['words that are null', (file) => void (file.metadata.training = 'null'), /no list of epochs/],
    ['no history', (file) => void delete file.metadata.training, /no list of epochs/],
    ['a best epoch in the future', training((of) => (of.bestEpoch = 7)), /best epoch 7/],
    [
      'a number of steps that is none',
      training((of) => (of.steps = -1)),
      /numbers of steps that are no counts/,
    ],
    [
      'random streams that are none',
      training((of) => (of.random = { seeds: {} })),
      /random streams that are no/,
    ],
  ];
  for (const [what, change, message] of changes) {
    it(`with ${what} is refused by its name, and changes nothing`, async () => {
      const contents = decodeSafetensors(readFileSync(file));
      change(contents);
      writeFileSync(file, encodeSafetensors(contents));
      await assertRefused(message);
    });
  }
});
