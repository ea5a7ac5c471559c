import assert from 'node:assert/strict';
import {
  transposedConvolutionOverview,
  transposedConvolutionSteps,
} from '../../lib/display/transposed-diagram';
import {
  contributions,
  correlate,
  outputSize,
  spread,
  turned,
  type Grid,
} from '../../lib/display/transposed-steps';
import { tf } from '../../lib/runtime';
import { renderSvg } from './helpers';

const counting = (side: number, factor: number): Grid =>
  Array.from({ length: side }, (_, row) =>
    Array.from({ length: side }, (_, column) => ((row * side + column) * factor) % 7),
  );

/** The layer itself, cut by the padding on each side. */
function layer(input: Grid, kernel: Grid, stride: number, padding: number): number[][] {
  return tf.tidy(() => {
    const [h, k] = [input.length, kernel.length];
    const whole = (h - 1) * stride + k;
    const full = tf
      .conv2dTranspose(
        tf.tensor4d(input.flat(), [1, h, h, 1]),
        tf.tensor4d(kernel.flat(), [k, k, 1, 1]),
        [1, whole, whole, 1],
        stride,
        'valid',
      )
      .reshape([whole, whole]) as tf.Tensor2D;
    const side = whole - 2 * padding;
    return full.slice([padding, padding], [side, side]).arraySync();
  });
}

describe('display/transposed-steps', () => {
  for (const [side, kernelSide, stride, padding] of [
    [3, 3, 2, 1],
    [3, 3, 2, 0],
    [5, 3, 2, 2],
    [4, 4, 2, 1],
    [3, 2, 3, 0],
    [1, 5, 1, 2],
  ]) {
    it(`interlace, pad, convolve is what the layer does: input ${side}, kernel ${kernelSide}, stride ${stride}, padding ${padding}`, () => {
      const shape = { inputSize: side, kernelSize: kernelSide, stride, padding };
      const [input, kernel] = [counting(side, 3), counting(kernelSide, 5)];
      const output = correlate(spread(shape, input), turned(kernel));
      const expected = layer(input, kernel, stride, padding);
      assert.deepEqual(output, expected);
      assert.equal(outputSize(shape), expected.length);
      const ones = (size: number) => counting(size, 0).map((row) => row.map(() => 1));
      assert.deepEqual(contributions(shape), layer(ones(side), ones(kernelSide), stride, padding));
    });
  }
});

describe('display/transposed-diagram', () => {
  it('has a frame for each step and each output pixel, and says the sum', async () => {
    const frames = transposedConvolutionSteps(
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
      { stride: 2, padding: 1 },
    );
    assert.deepEqual(
      frames.slice(0, 4).map(({ caption }) => caption),
      [
        'The input, 2 × 2.',
        '1. Interlace: 1 zero between neighbours, 3 × 3.',
        '2. Pad: 3 − 1 − 1 = 1 zero on each side, 5 × 5.',
        '3. Convolve, row 0, column 0: 1·5 = 5',
      ],
    );
    // The middle of the output takes each of the four input pixels with another corner of the kernel.
    assert.equal(frames[3 + 4].caption, '3. Convolve, row 1, column 1: 1·9 + 2·7 + 3·3 + 4·1 = 36');
    assert.equal(frames.length, 3 + 9);
    const sizes = await Promise.all(frames.map(({ picture }) => renderSvg(picture)));
    assert.equal(new Set(sizes.map(({ width, height }) => `${width} × ${height}`)).size, 1);
  });

  it('states the size of the output', async () => {
    const { picture, caption } = transposedConvolutionOverview({
      inputSize: 5,
      kernelSize: 3,
      stride: 2,
      padding: 2,
    });
    assert.match(caption!, /\(5 − 1\)·2 − 2·2 \+ 3 = 7: the input 5 × 5 becomes 7 × 7/);
    await renderSvg(picture);
  });

  it('refuses what is no transposed convolution', () => {
    assert.throws(
      () => transposedConvolutionSteps([[1, 2]], [[1]]),
      /got 1 rows in the input with 2 numbers/,
    );
    assert.throws(
      () => transposedConvolutionSteps([[1]], [[1]], { stride: 0 }),
      /got stride 0; expected an integer/,
    );
    assert.throws(
      () => transposedConvolutionOverview({ inputSize: 3, kernelSize: 2, stride: 1, padding: 2 }),
      /got padding 2 for a kernel of 2; expected 0 to 1/,
    );
    assert.throws(
      () => transposedConvolutionOverview({ inputSize: 1, kernelSize: 5, stride: 1, padding: 3 }),
      /padding 3 leaves no output of an input of 1; expected at most 2/,
    );
  });
});
