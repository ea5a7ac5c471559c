import assert from 'node:assert/strict';
import { tf } from '../../lib/runtime';
import { assertClose, assertNoLeak } from '../gradients';

type Tensor = import('@tensorflow/tfjs-core').Tensor;
type Scalar = import('@tensorflow/tfjs-core').Scalar;

describe('memory in the backward pass', () => {
  it('does not grow with the number of layers', () => {
    /** Most bytes alive in the backward pass beyond those at the end of the forward pass. */
    const extra = (layers: number): number => {
      const x = tf.ones([1000]);
      let [forward, peak] = [0, 0];
      const watch = tf.customGrad((v: unknown) => {
        forward = tf.memory().numBytes;
        return { value: (v as Tensor).clone(), gradFunc: (dy: Tensor) => dy.clone() };
      });
      const probe = tf.customGrad((v: unknown) => ({
        value: (v as Tensor).clone(),
        gradFunc: (dy: Tensor) => {
          peak = Math.max(peak, tf.memory().numBytes);
          return dy.clone();
        },
      }));
      tf.tidy(() =>
        tf.grad((v) => {
          let y = v;
          for (let layer = 0; layer < layers; layer++) y = probe(tf.sin(y));
          return tf.sum(watch(y));
        })(x),
      );
      x.dispose();
      return peak - forward;
    };
    assert.ok(extra(40) - extra(10) < 8 * 4000, `got ${extra(10)} bytes for 10 layers, ${extra(40)} for 40`);
  });

  it('keeps nothing of a forward or backward pass that fails', () => {
    const x = tf.ones([4]);
    const fail = (): never => {
      throw new Error('stop');
    };
    const failing = tf.customGrad((v: unknown) => ({ value: (v as Tensor).clone(), gradFunc: fail }));
    const before = tf.memory().numTensors;
    assert.throws(() => tf.grad((v) => tf.sum(failing(tf.sin(v)) as Tensor))(x), /stop/);
    assert.throws(() => tf.grad((v) => (tf.sin(v).square(), fail()))(x), /stop/);
    assert.equal(tf.memory().numTensors, before);
    x.dispose();
  });

  it('a gradient that several inputs share survives', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const add = tf.customGrad((a: unknown, b: unknown) => ({
          value: tf.add(a as Tensor, b as Tensor),
          gradFunc: (dy: Tensor) => [dy, dy],
        }));
        const f = (a: Tensor, b: Tensor): Scalar => tf.sum(tf.square(add(tf.sin(a), tf.exp(b))));
        const [a, b] = [tf.tensor1d([0.3, -1]), tf.tensor1d([0.5, 0.1])];
        const [da, db] = tf.grads(f)([a, b]);
        const twice = [Math.sin(0.3) + Math.exp(0.5), Math.sin(-1) + Math.exp(0.1)].map((sum) => 2 * sum);
        assertClose(da, [twice[0] * Math.cos(0.3), twice[1] * Math.cos(-1)], 1e-5);
        assertClose(db, [twice[0] * Math.exp(0.5), twice[1] * Math.exp(0.1)], 1e-5);
      }),
    );
  });

  it('a saved or foreign tensor given as a gradient survives', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const constant = tf.tensor1d([5, 6]);
        const odd = tf.customGrad((a: unknown, b: unknown, save: unknown) => {
          (save as (tensors: Tensor[]) => void)([a as Tensor]);
          return {
            value: tf.mul(a as Tensor, b as Tensor),
            gradFunc: (_dy: Tensor, saved: Tensor[]) => [constant, saved[0]],
          };
        });
        const [da, db] = tf.grads((a: Tensor, b: Tensor) => tf.sum(odd(tf.mul(a, 2), tf.mul(b, 3))))([
          tf.tensor1d([1, 2]),
          tf.tensor1d([3, 4]),
        ]);
        assertClose(da, [10, 12], 1e-6);
        assertClose(db, [6, 12], 1e-6);
        assertClose(constant, [5, 6], 0);
      }),
    );
  });

  it("the caller's dy survives", () => {
    tf.tidy(() => {
      const dy = tf.tensor1d([1, 10]);
      assertClose(tf.grad((x) => tf.square(x))(tf.tensor1d([2, 3]), dy), [4, 60], 1e-6);
      assertClose(dy, [1, 10], 0);
    });
  });

  it('gradients of gradients', () => {
    assertNoLeak(() =>
      tf.tidy(() => {
        const third = tf.grad(tf.grad(tf.grad((x) => tf.sum(tf.pow(x, 4)))));
        assertClose(third(tf.tensor1d([2, -1])), [48, -24], 1e-4);
        const relu = tf.grad((x) => tf.sum(tf.square(tf.grad((v) => tf.sum(tf.square(tf.relu(v))))(x))));
        assertClose(relu(tf.tensor1d([2, -1, 0.5])), [16, 0, 4], 1e-5);
      }),
    );
  });

  it('an error inside leaves the next gradient intact', () => {
    const broken = tf.customGrad((x: unknown) => ({
      value: tf.square(x as Tensor),
      gradFunc: () => {
        throw new Error('no gradient');
      },
    }));
    tf.tidy(() => {
      const x = tf.tensor1d([3]);
      assert.throws(() => tf.grad((v) => tf.sum(broken(tf.sin(v))))(x), /no gradient/);
      assertClose(tf.grad((v) => tf.sum(tf.square(v)))(x), [6], 1e-6);
    });
  });

  it('relu: 1 where x > 0, else 0', () => {
    tf.tidy(() => {
      const dx = tf.grad((x) => tf.relu(x))(tf.tensor1d([-2, 0, 3]), tf.tensor1d([5, 6, 7]));
      assertClose(dx, [0, 0, 7], 0);
    });
  });
});
