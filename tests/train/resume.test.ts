import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeSafetensors } from '../../lib/io/safetensors';
import { packageRoot } from '../../lib/io/package-root';
import { randomState, restoreRandomState, setSeed, tf } from '../../lib/runtime';
import { loadCheckpoint, saveCheckpoint } from '../../lib/train/checkpoint';
import type { EpochRecord } from '../../lib/train/epoch-record';
import { constantRate } from '../../lib/train/schedules';
import { trainStep } from '../../lib/train/step';
import { snapshotWeights } from '../../lib/train/weights';
import { OPTIMIZERS, Outcome, resumableRun } from './resumable-run';
import { loss, plainNetwork, sample } from './sample';

describe('a run that goes on from a checkpoint', () => {
  const original = Math.random;
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-resume-'));
    file = path.join(folder, 'run.safetensors');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    Math.random = original;
  });

  const withoutSeconds = (records: EpochRecord[]) => records.map((record) => ({ ...record, seconds: 0 }));

  function assertSame({ weights, history }: Outcome, expected: Outcome): void {
    assert.deepEqual(weights, expected.weights);
    assert.deepEqual(
      { ...history, records: withoutSeconds(history.records) },
      { ...expected.history, records: withoutSeconds(expected.history.records) },
    );
  }

  /** All arrays and words of a checkpoint but the seconds. */
  function contents(name: string) {
    const { arrays, metadata } = decodeSafetensors(readFileSync(name));
    const training = JSON.parse(metadata.training) as { records: EpochRecord[] };
    return {
      arrays,
      metadata: { ...metadata, training: { ...training, records: withoutSeconds(training.records) } },
    };
  }

  for (const name of Object.keys(OPTIMIZERS)) {
    it(`ends as one that never stopped, to the last bit: ${name}`, async () => {
      const other = path.join(folder, 'straight.safetensors');
      const straight = await resumableRun(name, { checkpoint: other });
      for (const epochs of [1, 3, 4]) {
        const outcome = await resumableRun(name, { checkpoint: file, epochs });
        if (epochs === 4) assertSame(outcome, straight);
      }
      assert.deepEqual(contents(file), contents(other));
    });
  }

  it('is the same run with a checkpoint as without', async () => {
    assertSame(await resumableRun('SGD', { checkpoint: file }), await resumableRun('SGD'));
  });

  for (const where of ['step', 'write']) {
    it(`ends as one that never stopped after being killed in a ${where}`, async () => {
      const script = path.join(__dirname, 'killed-run.ts');
      const { signal, stderr } = spawnSync(
        process.execPath,
        ['-r', 'ts-node/register', script, file, where],
        {
          cwd: packageRoot(),
          encoding: 'utf8',
        },
      );
      assert.equal(signal, 'SIGKILL', stderr);
      assert.ok(readdirSync(folder).includes('run.safetensors'));
      const epochs: number[] = [];
      const observers = [{ onEpoch: ({ epoch }: EpochRecord) => void epochs.push(epoch) }];
      const resumed = await resumableRun('SGD', { checkpoint: file, observers });
      assert.deepEqual(epochs, [3, 4]);
      assertSame(resumed, await resumableRun('SGD'));
    });
  }

  it('counts the epochs without progress from before', async () => {
    const standing = {
      schedule: constantRate(0),
      ema: undefined,
      earlyStopping: { patience: 3, minDelta: 10 },
    };
    const { history } = await resumableRun('SGD', { ...standing, epochs: 20 });
    assert.equal(history.stoppedEarly, true);
    await resumableRun('SGD', { ...standing, epochs: 2, checkpoint: file });
    const resumed = await resumableRun('SGD', { ...standing, epochs: 20, checkpoint: file });
    assert.equal(history.records.length, 4);
    assertSame(resumed, { ...resumed, history: { ...history } });
    const again = await resumableRun('SGD', { ...standing, epochs: 20, checkpoint: file });
    assert.equal(again.history.records.length, 4, 'a run that has ended does not go on');
  });

  it('asks for the averaged weights that the run began with', async () => {
    await resumableRun('SGD', { checkpoint: file, epochs: 1 });
    await assert.rejects(
      resumableRun('SGD', { checkpoint: file, ema: undefined }),
      /got averaged weights in .*run\.safetensors; expected no averaged ones, as ema says/,
    );
  });

  it('is exact for tf.train.adam by hand after many steps', async () => {
    const model = plainNetwork();
    const optimizer = tf.train.adam(0.01);
    const batch = sample(4, 1);
    const steps = (count: number, of: tf.Optimizer) => {
      for (let step = 0; step < count; step++) trainStep(model, of, loss, batch);
    };
    steps(50, optimizer);
    const weights = snapshotWeights(model);
    await saveCheckpoint(file, model, optimizer, { records: [], bestEpoch: 0, bestWeights: weights });
    steps(3, optimizer);
    const expected = snapshotWeights(model);
    const resumed = tf.train.adam(0.01);
    await loadCheckpoint(file, model, resumed);
    assert.deepEqual(snapshotWeights(model), weights);
    steps(3, resumed);
    assert.deepEqual(snapshotWeights(model), expected);
    [optimizer, resumed].forEach((each) => each.dispose());
    tf.dispose([batch.images, batch.masks]);
    model.dispose();
  });
});

describe('randomState', () => {
  const original = Math.random;
  after(() => {
    Math.random = original;
  });

  it('gives the same numbers again, those of Math.random too where setSeed was called', () => {
    setSeed(4);
    const draw = () => [Math.random(), ...tf.tidy(() => tf.dropout(tf.ones([9]), 0.5).dataSync())];
    draw();
    const state = JSON.parse(JSON.stringify(randomState())) as ReturnType<typeof randomState>;
    const expected = draw();
    assert.notDeepEqual(draw(), expected);
    restoreRandomState(state);
    assert.deepEqual(draw(), expected);
  });

  it("leaves a Math.random that is not setSeed's alone", () => {
    Math.random = () => 0.5;
    const state = randomState();
    assert.equal(state.global, undefined);
    restoreRandomState(state);
    assert.equal(Math.random(), 0.5);
  });
});
