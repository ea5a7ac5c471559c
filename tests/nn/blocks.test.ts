import assert from 'node:assert/strict';
import {
  BottleneckBlock,
  DownsamplingBlock,
  InputBlock,
  OutputBlock,
  UpsamplingBlock,
} from '../../lib/nn/blocks';
import { DownsamplingPath, UpsamplingPath } from '../../lib/nn/paths';
import { tf } from '../../lib/runtime';

const shapes = (...maps: unknown[]) => maps.map((map) => (map as tf.Tensor).shape);

describe('U-Net blocks', () => {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it('have the shapes of the course', () => {
    const image = tf.ones([2, 16, 24, 3]);
    const input = new InputBlock({ inputChannels: 3, outputChannels: 4 }).apply(image);
    const down = new DownsamplingBlock({ inputChannels: 4, outputChannels: 8 }).apply(input.output);
    const lowest = new BottleneckBlock({ inputChannels: 8, outputChannels: 16 }).apply(down.output);
    const up = new UpsamplingBlock({ inputChannels: 16, outputChannels: 8 }).apply(lowest, down.skip);
    const logits = new OutputBlock({ inputChannels: 8, outputChannels: 4, numClasses: 5 }).apply(
      up,
      input.skip,
    );
    assert.deepEqual(shapes(input.output, input.skip, down.output, down.skip, lowest, up, logits), [
      [2, 16, 24, 4],
      [2, 16, 24, 4],
      [2, 8, 12, 8],
      [2, 8, 12, 8],
      [2, 8, 12, 8],
      [2, 16, 24, 4],
      [2, 16, 24, 5],
    ]);
  });

  it('end in an activation, except the last, whose logits take any sign', () => {
    const noise = tf.randomNormal([1, 8, 8, 4], 0, 1, 'float32', 1);
    const input = new InputBlock({ inputChannels: 4, outputChannels: 4 });
    assert.equal((input.apply(noise).output as tf.Tensor).min().dataSync()[0], 0);
    const output = new OutputBlock({ inputChannels: 8, outputChannels: 4, numClasses: 8 });
    assert.ok((output.apply(noise, noise) as tf.Tensor).min().dataSync()[0] < 0);
  });

  it('take numConvolutions convolutions, without normalisation if asked', () => {
    const block = new InputBlock({
      inputChannels: 1,
      outputChannels: 2,
      numConvolutions: 3,
      normalization: 'none',
    });
    const image = tf.input({ shape: [8, 8, 1] });
    const model = tf.model({ inputs: image, outputs: block.apply(image).output as tf.SymbolicTensor });
    const names = model.layers.map((layer) => layer.getClassName()).slice(1);
    assert.deepEqual(names, ['Conv2D', 'Activation', 'Conv2D', 'Activation', 'Conv2D', 'Activation']);
  });

  it('refuse an odd number of channels that would have to be halved', () => {
    assert.throws(
      () => new UpsamplingBlock({ inputChannels: 6, outputChannels: 3 }),
      /UpsamplingBlock: got outputChannels 3; expected an even number/,
    );
  });
});

describe('U-Net paths', () => {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it('hand over one skip for each block, largest first, and come back to the image size', () => {
    const down = new DownsamplingPath({ inputChannels: 1, baseChannels: 2, numBlocks: 3 });
    const { output, skips } = down.apply(tf.ones([1, 32, 16, 1]));
    assert.deepEqual(shapes(output, ...skips), [
      [1, 8, 4, 8],
      [1, 32, 16, 2],
      [1, 16, 8, 4],
      [1, 8, 4, 8],
    ]);
    const up = new UpsamplingPath({ baseChannels: 2, numBlocks: 3, numClasses: 4 });
    assert.deepEqual((up.apply(output, skips) as tf.Tensor).shape, [1, 32, 16, 4]);
  });

  it('put their name before those of their blocks, so that two networks fit into one model', () => {
    const image = tf.input({ shape: [null, null, 1], name: 'image' });
    const network = (options: { name?: string }) => {
      const common = { baseChannels: 2, ...options };
      const { output, skips } = new DownsamplingPath({ ...common, inputChannels: 1 }).apply(image);
      return new UpsamplingPath(common).apply(output, skips) as tf.SymbolicTensor;
    };
    const model = tf.model({ inputs: image, outputs: [{}, { name: 'p' }, { name: 'q' }].map(network) });
    const blocks = new Set(
      model.layers.map(({ name }) => name.replace(/_(conv|up(?!\d)|pool|concatenate|logits).*/, '')),
    );
    const plain = ['input', 'down1', 'bottleneck', 'up1', 'output'];
    const named = ['p', 'q'].flatMap((path) => plain.map((block) => `${path}_${block}`));
    assert.deepEqual([...blocks].sort(), ['image', ...plain, ...named].sort());
    model.dispose();
  });

  it('refuse a wrong number of skips', () => {
    const { output, skips } = new DownsamplingPath({ inputChannels: 1, baseChannels: 2 }).apply(
      tf.ones([1, 8, 8, 1]),
    );
    const up = new UpsamplingPath({ baseChannels: 2, numBlocks: 3 });
    assert.throws(() => up.apply(output, skips), /got 2 skips; expected 3/);
  });
});
