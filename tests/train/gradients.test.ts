import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import {
  clipGradientNorm,
  clipGradientValue,
  GradientAccumulator,
  gradientNorm,
} from '../../lib/train/gradients';
import { SGD } from '../../lib/train/optimizers/sgd';
import { golden } from '../golden';
import { assertNoLeak } from '../gradients';
import { onEachBackend } from './backends';
import { largestDifference, Problem, weightsBySteps } from './problem';

const { runs, clippedNorms } = golden<{
  runs: Record<string, Record<string, number[]>>;
  clippedNorms: number[];
}>('training');
const STEPS = [1, 2, 8];

type Gradients = ReturnType<typeof tf.variableGrads>['grads'];

onEachBackend('gradients', () => {
  function assertRun(name: string, clip: (gradients: Gradients) => void): void {
    const optimizer = new SGD({ learningRate: 0.2 });
    const results = weightsBySteps(STEPS, ({ loss }: Problem) => {
      const { value, grads } = tf.variableGrads(loss);
      clip(grads);
      optimizer.applyGradients(grads);
      tf.dispose([value, grads]);
    });
    optimizer.dispose();
    STEPS.forEach((step, index) => assert.ok(largestDifference(results[index], runs[name][step]) < 1e-5));
  }

  it('clipped by their norm move the weights as in PyTorch', () => {
    const norms: number[] = [];
    assertNoLeak(() => assertRun('clip norm', (gradients) => norms.push(clipGradientNorm(gradients, 2.5))));
    assert.ok(largestDifference(norms, clippedNorms) < 1e-5);
    assert.ok(Math.min(...norms) < 2.5 && Math.max(...norms) > 2.5, 'some are clipped, some not');
  });

  it('clipped by value move the weights as in PyTorch', () => {
    assertNoLeak(() => assertRun('clip value', (gradients) => clipGradientValue(gradients, 0.25)));
  });
});

describe('gradients', () => {
  const make = (...values: number[][]) =>
    Object.fromEntries(values.map((list, index) => [`weight${index}`, tf.tensor1d(list)])) as Gradients;

  it('have one norm together', () => {
    const gradients = make([3, 0], [0, 0, 4]);
    assert.equal(gradientNorm(gradients), 5);
    assert.equal(gradientNorm({}), 0);
    tf.dispose(gradients);
  });

  it('that are small, or not finite, stay the same tensors when clipped by their norm', () => {
    for (const gradients of [make([3, 4]), make([NaN, 4]), make([Infinity, 4])]) {
      const { weight0 } = gradients;
      clipGradientNorm(gradients, 6);
      assert.equal(gradients.weight0, weight0);
      assert.equal(weight0.isDisposed, false);
      tf.dispose(gradients);
    }
  });

  it('of several batches average by their numbers of images, and nothing else is left', () => {
    const accumulator = new GradientAccumulator();
    assertNoLeak(() => {
      for (const round of [1, 2]) {
        accumulator.add(make([1 * round], [10]), 2);
        accumulator.add(make([4 * round], [40]), 1);
        assert.equal(accumulator.images, 3);
        const mean = accumulator.take();
        assert.deepEqual(
          Object.values(mean).map((each) => each.dataSync()[0]),
          [2 * round, 20],
        );
        tf.dispose(mean);
      }
      accumulator.add(make([1]), 1);
      accumulator.dispose();
      assert.equal(accumulator.images, 0);
    });
  });

  it('of a weight that only some batches reach are averaged over all images', () => {
    const accumulator = new GradientAccumulator();
    accumulator.add(make([6]), 1);
    accumulator.add(make([0], [8]), 1);
    const mean = accumulator.take();
    assert.deepEqual(
      Object.values(mean).map((each) => each.dataSync()[0]),
      [3, 4],
    );
    tf.dispose(mean);
  });

  it('are not clipped to nothing', () => {
    assert.throws(() => clipGradientNorm({}, 0), /clipGradientNorm: got 0; expected a number above 0/);
    assert.throws(() => clipGradientValue({}, -1), /clipGradientValue: got -1/);
    assert.throws(() => new GradientAccumulator().add({}, 0), /GradientAccumulator\.add: got 0/);
  });
});
