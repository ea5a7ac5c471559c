import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import { Adam, AdamW } from '../../lib/train/optimizers/adam';
import { SGD } from '../../lib/train/optimizers/sgd';
import { setLearningRate } from '../../lib/train/learning-rate';
import { golden } from '../golden';
import { onEachBackend } from './backends';
import { largestDifference, problem, weightsBySteps } from './problem';

type Runs = Record<string, Record<string, number[]>>;
const { runs } = golden<{ runs: Runs }>('training');
const STEPS = [1, 2, 8];

const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  sgd: () => new SGD({ learningRate: 0.1 }),
  'sgd decay': () => new SGD({ learningRate: 0.1, weightDecay: 0.3 }),
  momentum: () => new SGD({ learningRate: 0.1, momentum: 0.9 }),
  nesterov: () => new SGD({ learningRate: 0.05, momentum: 0.99, nesterov: true, weightDecay: 3e-5 }),
  'nesterov decay': () => new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.2 }),
  adam: () => new Adam({ learningRate: 0.03 }),
  'adam decay': () =>
    new Adam({ learningRate: 0.03, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.2 }),
  adamw: () => new AdamW({ learningRate: 0.03 }),
  'adamw decay': () =>
    new AdamW({ learningRate: 0.03, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.5 }),
  'adamw kernels': () => new AdamW({ learningRate: 0.03, weightDecay: 0.5, decayed: 'kernels' }),
};

onEachBackend('optimizers', () => {
  for (const [name, make] of Object.entries(OPTIMIZERS)) {
    it(`${name}: eight steps as PyTorch's`, () => {
      const optimizer = make();
      const results = weightsBySteps(STEPS, ({ loss }) => void optimizer.minimize(loss));
      STEPS.forEach((step, index) => {
        const difference = largestDifference(results[index], runs[name][step]);
        assert.ok(difference < 1e-5, `step ${step}: off by ${difference}`);
      });
      optimizer.dispose();
    });

    it(`${name}: goes on bit for bit from its own weights, and leaves nothing behind`, async () => {
      const before = tf.memory().numTensors;
      const straight = problem();
      const first = make();
      for (let step = 0; step < 3; step++) first.minimize(straight.loss);
      const resumed = make();
      const weights = await first.getWeights();
      await resumed.setWeights(weights);
      tf.dispose(
        weights.filter(({ tensor }) => !(tensor instanceof tf.Variable)).map(({ tensor }) => tensor),
      );
      const start = [straight.kernel, straight.bias].map((variable) => variable.clone());
      for (let step = 0; step < 2; step++) first.minimize(straight.loss);
      const expected = straight.weights();
      assert.notDeepEqual(expected.slice(0, 6), [...start[0].dataSync()]);
      [straight.kernel, straight.bias].forEach((variable, index) => variable.assign(start[index]));
      for (let step = 0; step < 2; step++) resumed.minimize(straight.loss);
      assert.deepEqual(straight.weights(), expected);
      assert.equal(resumed.iterations, first.iterations);
      [first, resumed].forEach((optimizer) => optimizer.dispose());
      tf.dispose(start);
      straight.dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it('change no tensor that shares memory with a weight', () => {
    const given = Float32Array.of(1, 2, 3);
    const initial = tf.tensor1d(given);
    const weight = tf.variable(initial);
    const optimizer = new Adam({ learningRate: 0.5 });
    const gradient = tf.tensor1d([1, -1, 2]);
    const held: tf.Tensor[] = [];
    const values: number[][] = [];
    for (let step = 0; step < 4; step++) {
      held.push(weight.clone(), weight.reshape([3, 1]));
      values.push([...weight.dataSync()], [...weight.dataSync()]);
      optimizer.applyGradients({ [weight.name]: gradient });
    }
    assert.deepEqual([...given], [1, 2, 3], 'the array that the weight was made of');
    assert.deepEqual([...initial.dataSync()], [1, 2, 3]);
    assert.deepEqual([...gradient.dataSync()], [1, -1, 2]);
    held.forEach((tensor, index) => assert.deepEqual([...tensor.dataSync()], values[index]));
    optimizer.dispose();
    tf.dispose([initial, weight, gradient, ...held]);
  });

  it('do not write to the array that a weight was made of', () => {
    // TensorFlow uses an array's own memory where it begins at a multiple of 64 bytes: one of these does.
    const length = 1000;
    const arrays = Array.from(
      { length: 16 },
      (_, offset) => new Float32Array(new ArrayBuffer(4 * (length + 16)), 4 * offset, length),
    );
    const weights = tf.tidy(() => arrays.map((values) => tf.variable(tf.tensor1d(values))));
    const optimizer = new SGD({ learningRate: 1 });
    const gradient = tf.ones([length]);
    for (let step = 0; step < 2; step++) {
      optimizer.applyGradients(weights.map(({ name }) => ({ name, tensor: gradient })));
    }
    weights.forEach((weight) => assert.equal(weight.dataSync()[0], -2));
    arrays.forEach((values) => assert.ok(values.every((value) => value === 0)));
    tf.dispose([...weights, gradient]);
    optimizer.dispose();
  });

  it('change what a weight was assigned, and not the tensor that was assigned', () => {
    const weight = tf.variable(tf.zeros([2]));
    const optimizer = new SGD({ learningRate: 1 });
    const gradient = tf.ones([2]);
    optimizer.applyGradients({ [weight.name]: gradient });
    const other = tf.tensor1d([5, 6]);
    weight.assign(other);
    optimizer.applyGradients({ [weight.name]: gradient });
    optimizer.applyGradients({ [weight.name]: gradient });
    assert.deepEqual([...weight.dataSync()], [3, 4]);
    assert.deepEqual([...other.dataSync()], [5, 6]);
    tf.dispose([weight, gradient, other]);
    optimizer.dispose();
  });

  it('correct the moments of a weight by its own steps, as PyTorch does for one that was frozen', () => {
    const [early, late] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
    const optimizer = new Adam({ learningRate: 0.1 });
    const gradient = tf.scalar(3);
    for (let step = 0; step < 5; step++) optimizer.applyGradients({ [early.name]: gradient });
    optimizer.applyGradients({ [late.name]: gradient });
    assert.ok(Math.abs(late.dataSync()[0] + 0.1) < 1e-6, 'a first step is one rate long');
    tf.dispose([early, late, gradient]);
    optimizer.dispose();
  });

  it('know weights by name, whatever their order, and skip those without a gradient', () => {
    const [a, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
    const optimizer = new SGD({ learningRate: 1, momentum: 0.5 });
    const [one, two] = [tf.scalar(1), tf.scalar(2)];
    optimizer.applyGradients([
      { name: a.name, tensor: one },
      { name: b.name, tensor: two },
    ]);
    optimizer.applyGradients({ [b.name]: two, [a.name]: one });
    optimizer.applyGradients({ [b.name]: two });
    assert.deepEqual([a.dataSync()[0], b.dataSync()[0]], [-2.5, -8.5]);
    tf.dispose([a, b, one, two]);
    optimizer.dispose();
  });

  it('refuse gradients that fit no variable, and change nothing', () => {
    const weight = tf.variable(tf.zeros([2]));
    const optimizer = new SGD({ learningRate: 1 });
    const [fitting, other] = [tf.ones([2]), tf.ones([3])];
    const before = tf.memory().numTensors;
    assert.throws(
      () =>
        optimizer.applyGradients([
          { name: weight.name, tensor: fitting },
          { name: weight.name, tensor: other },
        ]),
      /segcourse\.SGD: got a gradient of shape \[3\] for '.*'; expected \[2\]/,
    );
    assert.throws(
      () => optimizer.applyGradients({ nobody: fitting }),
      /got a gradient for 'nobody'; expected the name/,
    );
    assert.deepEqual([...weight.dataSync()], [0, 0]);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([weight, fitting, other]);
    optimizer.dispose();
  });
});

describe('optimizers', () => {
  it('refuse the weights of another kind, and weights that their state does not know', async () => {
    const each = problem();
    const sgd = new SGD({ learningRate: 0.1, momentum: 0.9 });
    sgd.minimize(each.loss);
    const weights = await sgd.getWeights();
    const adam = new Adam();
    await assert.rejects(
      adam.setWeights(weights),
      /segcourse\.Adam\.setWeights: got momentum, steps for '.*'; expected m, steps, v/,
    );
    const other = new SGD({ learningRate: 0.1, momentum: 0.9 });
    await other.setWeights(weights);
    const stranger = problem();
    assert.throws(() => other.minimize(stranger.loss), /of which the restored state knows nothing/);
    tf.dispose(weights.map(({ tensor }) => tensor));
    [sgd, adam, other].forEach((optimizer) => optimizer.dispose());
    [each, stranger].forEach((made) => made.dispose());
  });

  it('refuse numbers that make no sense', () => {
    const wrong: [() => unknown, RegExp][] = [
      [() => new SGD({ learningRate: -1 }), /SGD: got learningRate -1; expected a number of at least 0/],
      [() => new SGD({ learningRate: 1, momentum: 1 }), /SGD: got momentum 1; expected at least 0 and less/],
      [() => new SGD({ learningRate: 1, nesterov: true }), /SGD: got nesterov with momentum 0/],
      [() => new SGD({ learningRate: 1, weightDecay: NaN }), /SGD: got weightDecay NaN/],
      [() => new Adam({ beta2: 1 }), /Adam: got beta2 1/],
      [() => new AdamW({ epsilon: -1e-8 }), /AdamW: got epsilon -1e-8/],
      [() => new AdamW({ decayed: 'biases' as 'all' }), /AdamW: got decayed 'biases'; expected 'all'/],
    ];
    wrong.forEach(([make, message]) =>
      assert.throws(make, (error: Error) => error instanceof RangeError && message.test(error.message)),
    );
  });

  it('train a compiled tfjs model', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    const optimizer = new AdamW({ learningRate: 0.1, weightDecay: 0 });
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const [x, y] = [tf.tensor2d([0, 0, 1, 0, 0, 1, 1, 1], [4, 2]), tf.tensor2d([1, 3, 0, 2], [4, 1])];
    const { history } = await model.fit(x, y, { epochs: 100, batchSize: 4, verbose: 0 });
    assert.ok((history.loss.at(-1) as number) < 0.01 * (history.loss[0] as number));
    tf.dispose([x, y]);
    model.dispose();
    optimizer.dispose();
  });

  it('setLearningRate reaches the optimizers of tfjs and ours', () => {
    const all = [
      tf.train.sgd(1),
      tf.train.momentum(1, 0.9),
      tf.train.rmsprop(1),
      tf.train.adagrad(1),
      tf.train.adam(1),
      new SGD({ learningRate: 1 }),
      new Adam({ learningRate: 1 }),
    ];
    for (const optimizer of all) {
      const move = (rate: number) => {
        const weight = tf.variable(tf.scalar(0));
        setLearningRate(optimizer, rate);
        optimizer.minimize(() => tf.mul(weight, 2) as tf.Scalar, false, [weight]);
        const [moved] = weight.dataSync();
        weight.dispose();
        return moved;
      };
      assert.equal(move(0), 0, optimizer.getClassName());
      assert.notEqual(move(0.25), 0, optimizer.getClassName());
      assert.throws(() => setLearningRate(optimizer, NaN), /got rate NaN/);
      optimizer.dispose();
    }
  });
});
