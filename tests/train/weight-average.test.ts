import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import { SGD } from '../../lib/train/optimizers/sgd';
import { WeightAverage, WeightAverageOptions } from '../../lib/train/weight-average';
import { snapshotWeights } from '../../lib/train/weights';
import { golden } from '../golden';
import { onEachBackend } from './backends';
import { largestDifference, weightsBySteps } from './problem';

const { averages } = golden<{ averages: Record<string, number[]> }>('training');

/** A model with one weight, which can be set. */
function dial() {
  const layer = tf.layers.dense({ units: 1, inputShape: [1], useBias: false });
  const model = tf.sequential({ layers: [layer] });
  const set = (value: number) => tf.tidy(() => layer.setWeights([tf.tensor2d([value], [1, 1])]));
  const get = () => snapshotWeights(model)[0][0];
  return { model, set, get };
}

onEachBackend('WeightAverage', () => {
  it("averages as PyTorch's AveragedModel", () => {
    const steps = Object.keys(averages).map(Number);
    const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 });
    let average: WeightAverage | undefined;
    const results: number[][] = [];
    weightsBySteps(steps, ({ kernel, bias, loss }, index) => {
      const weights = [kernel, bias].map((variable) => ({ read: () => variable }));
      average ??= new WeightAverage({ weights } as unknown as tf.LayersModel, { decay: 0.7 });
      optimizer.minimize(loss);
      average.update();
      if (steps.includes(index + 1)) results.push(average.snapshot().flatMap((values) => [...values]));
    });
    steps.forEach((step, index) => assert.ok(largestDifference(results[index], averages[step]) < 1e-5));
    average?.dispose();
    optimizer.dispose();
  });

  it('begins with a short memory where it warms up', () => {
    const { model, set } = dial();
    set(0);
    const average = new WeightAverage(model, { decay: 0.15, warmUp: true });
    set(1);
    average.update(); // d = 1/10
    assert.ok(Math.abs(average.snapshot()[0][0] - 0.9) < 1e-6);
    set(2);
    average.update(); // d = 0.15 < 2/11
    assert.ok(Math.abs(average.snapshot()[0][0] - (0.15 * 0.9 + 0.85 * 2)) < 1e-6);
    average.dispose();
    model.dispose();
  });

  it('lends the model its weights and takes them back, also after an error', () => {
    const { model, set, get } = dial();
    set(0);
    const average = new WeightAverage(model, { decay: 0.5 });
    set(8);
    average.update();
    assert.equal(average.swapped(get), 4);
    assert.throws(() => average.swapped(() => assert.fail('inside')), /inside/);
    assert.equal(get(), 8);
    average.swap();
    assert.equal(get(), 4);
    average.dispose();
    assert.equal(get(), 4);
    model.dispose();
  });

  it('goes on from a snapshot and leaves nothing behind', () => {
    const { model, set } = dial();
    const before = tf.memory().numTensors;
    const options: WeightAverageOptions = { decay: 0.9, warmUp: true };
    const [first, second] = [1, 2].map(() => new WeightAverage(model, options));
    for (const value of [1, 5, 2]) {
      set(value);
      first.update();
    }
    second.resume(first.updates, first.snapshot());
    set(7);
    [first, second].forEach((average) => average.update());
    assert.deepEqual(second.snapshot(), first.snapshot());
    assert.throws(() => second.resume(1, []), /restoreWeights: got 0 arrays; the model has 1/);
    [first, second].forEach((average) => average.dispose());
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});

describe('WeightAverage', () => {
  it('refuses a decay that forgets nothing or more', () => {
    const { model } = dial();
    for (const decay of [1, -0.1, NaN]) {
      assert.throws(
        () => new WeightAverage(model, { decay }),
        /WeightAverage: got decay .*; expected at least 0/,
      );
    }
    model.dispose();
  });
});
