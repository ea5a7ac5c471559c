import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { tf } from '../../lib/runtime';

/** [shape, mean, standard deviation, type, seed] */
const DRAWS: [number[], number, number, 'float32' | 'int32' | undefined, number][] = [
  [[1], 0, 1, undefined, 7],
  [[2, 3, 5], 0, 0.05, 'float32', 1],
  [[1000], -3, 2.5, undefined, 123456],
  [[999, 7], 0, 1, 'float32', 0.25],
  [[50], 2, 30, 'int32', 3],
  [[0, 4], 0, 1, undefined, 3],
  [[], 0, 1, undefined, 9],
];

describe('runtime: random normal numbers', () => {
  it('are stock tfjs’s, to the last bit', () => {
    const program = `
      const tf = require('@tensorflow/tfjs-core');
      require('@tensorflow/tfjs-backend-cpu');
      const draws = ${JSON.stringify(DRAWS)}.map(([shape, mean, deviation, dtype, seed]) => {
        const drawn = tf.randomNormal(shape, mean, deviation, dtype ?? undefined, seed);
        return { shape: drawn.shape, dtype: drawn.dtype, values: Array.from(drawn.dataSync()) };
      });
      process.stdout.write(JSON.stringify(draws));`;
    const stock = JSON.parse(
      execFileSync(process.execPath, ['-e', program], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as object[];
    const ours = DRAWS.map(([shape, mean, deviation, dtype, seed]) =>
      tf.tidy(() => {
        const drawn = tf.randomNormal(shape, mean, deviation, dtype, seed);
        return { shape: drawn.shape, dtype: drawn.dtype, values: Array.from(drawn.dataSync()) };
      }),
    );
    assert.deepEqual(ours, stock);
  });

  it('differ from call to call without a seed', () => {
    const [one, other] = [1, 2].map(() => tf.tidy(() => Array.from(tf.randomNormal([4]).dataSync())));
    assert.notDeepEqual(one, other);
  });

  it('are refused as in stock tfjs', () => {
    assert.throws(() => tf.randomNormal([-1]), /must have a shape comprised of positive integers/);
    assert.throws(() => tf.randomNormal([2], 0, 1, 'bool' as never), /Unsupported data type bool/);
  });
});
