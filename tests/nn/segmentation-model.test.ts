import assert from 'node:assert/strict';
import { chain, convolution, maxPooling } from '../../lib/nn/layers';
import { SegmentationModel } from '../../lib/nn/segmentation-model';
import { tf } from '../../lib/runtime';
import { assertNoLeak } from '../gradients';

/** A model of one pooling of its own size for each axis, with two outputs. */
function modelOf(strides: readonly number[]): SegmentationModel {
  const dimensions = strides.length as 2 | 3;
  const image = tf.input({ shape: [...strides.map(() => null), 1] });
  const first = chain(convolution({ dimensions, inputChannels: 1, outputChannels: 2, name: 'first' }), image);
  const small = maxPooling({ dimensions, size: strides, name: 'pool' }).apply(first as tf.SymbolicTensor);
  return new SegmentationModel({
    name: 'Net',
    image,
    outputs: [first, small as tf.SymbolicTensor],
    strides: [strides],
    remedy: 'pool less',
  });
}

describe('SegmentationModel', () => {
  it('looks at the images before it is applied, predicts, is fitted or evaluated', async () => {
    const model = modelOf([4, 2]);
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [odd, good] = [tf.zeros([1, 8, 7, 1]), tf.zeros([1, 8, 6, 1])];
    const targets = [tf.zeros([1, 8, 7, 2]), tf.zeros([1, 2, 3, 2])];
    const fitting = [tf.zeros([1, 8, 6, 2]), tf.zeros([1, 2, 3, 2])];
    const wanted = /^RangeError: Net: width 7 is not divisible by 2 \(1 pooling\); pad to 8 or pool less$/;
    assert.throws(() => model.apply(odd), wanted);
    assert.throws(() => model.apply(odd, { training: true }), wanted);
    assert.throws(() => model.predict(odd), wanted);
    assert.throws(() => model.predictOnBatch(odd), wanted);
    assert.throws(() => model.evaluate(odd, targets), wanted);
    await assert.rejects(model.fit(odd, targets), wanted);
    await assert.rejects(model.trainOnBatch(odd, targets), wanted);
    await assert.rejects(model.fit(good, fitting, { validationData: [odd, targets] }), wanted);
    const dataset = tf.data.array([{ xs: odd, ys: { first: targets[0], pool: targets[1] } }]);
    await assert.rejects(model.fitDataset(dataset, { epochs: 1, verbose: 0 }), wanted);
    tf.dispose([odd, good, targets, fitting]);
    model.dispose();
  });

  it('looks at each axis by itself and leaves nothing behind when it refuses', () => {
    const model = modelOf([1, 2, 4]);
    const refuse = (shape: number[], wanted: RegExp) =>
      assertNoLeak(() => {
        const images = tf.zeros(shape);
        assert.throws(() => model.predict(images), wanted);
        images.dispose();
      });
    refuse([1, 3, 4, 6, 1], /width 6 is not divisible by 4 \(1 pooling\); pad to 8/);
    refuse([1, 3, 5, 8, 1], /height 5 is not divisible by 2/);
    refuse([1, 0, 4, 8, 1], /depth 0 is not divisible by 1 \(0 poolings\); pad to 1/);
    refuse([1, 4, 8, 1], /Net: got images of shape \[1,4,8,1\]; expected \[batch, depth, height, width, 1\]/);
    refuse([1, 3, 4, 8, 3], /got images of shape \[1,3,4,8,3\]/);
    assert.deepEqual(model.divisors, [1, 2, 4]);
    const [full, small] = tf.tidy(() => model.predict(tf.zeros([1, 3, 4, 8, 1])) as tf.Tensor[]);
    assert.deepEqual(
      [full.shape, small.shape],
      [
        [1, 3, 4, 8, 2],
        [1, 3, 2, 2, 2],
      ],
    );
    tf.dispose([full, small]);
    model.dispose();
  });
});
