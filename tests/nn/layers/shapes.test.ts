import assert from 'node:assert/strict';
import {
  chain,
  convolution,
  convolutionUnit,
  dropout,
  resizing,
  transposedConvolution,
  upsampling,
} from '../../../lib/nn/layers';
import { setSeed, tf } from '../../../lib/runtime';
import { assertClose } from '../../gradients';

const channels = { inputChannels: 2, outputChannels: 4 };
const open = (dimensions: number) => tf.input({ shape: [...new Array<null>(dimensions).fill(null), 2] });
const classes = (layers: tf.layers.Layer[]) => layers.map((layer) => layer.getClassName());

describe('layers', () => {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  for (const dimensions of [2, 3] as const) {
    const sides = [4, 6, 8].slice(0, dimensions);
    for (const kernelSize of [1, 2, 3, 5]) {
      it(`${dimensions}-D, kernel ${kernelSize}, stride 2: halves and doubles exactly`, () => {
        const options = { ...channels, dimensions, kernelSize, strides: 2, name: `k${kernelSize}` };
        const x = tf.zeros([1, ...sides, 2]);
        const half = chain(convolution(options), x);
        assert.deepEqual(half.shape, [1, ...sides.map((side) => side / 2), 4]);
        const double = chain(transposedConvolution(options), x);
        assert.deepEqual(double.shape, [1, ...sides.map((side) => side * 2), 4]);
      });
    }

    it(`${dimensions}-D: keep open sizes open, and are loaded as they were saved`, async () => {
      const common = { ...channels, inputChannels: 2, outputChannels: 2, dimensions };
      const layers = [
        ...convolution({ ...common, strides: 2, name: 'down' }),
        ...transposedConvolution({ ...common, kernelSize: 3, name: 'up' }),
        resizing({ dimensions, size: 2, name: 'resize' }),
        resizing({ dimensions, size: 2, interpolation: 'nearest', name: 'nearest' }),
      ];
      const image = open(dimensions);
      const output = chain(layers, image) as tf.SymbolicTensor;
      assert.deepEqual(output.shape, image.shape);
      const model = tf.model({ inputs: image, outputs: output });
      const copy = await tf.models.modelFromJSON(JSON.parse(model.toJSON() as unknown as string));
      copy.setWeights(model.getWeights());
      const x = tf.randomNormal([1, ...sides, 2], 0, 1, 'float32', 1);
      assertClose(copy.predict(x) as tf.Tensor, model.predict(x) as tf.Tensor, 0);
    });
  }

  it('are stock layers wherever there are such', () => {
    const unit = {
      ...channels,
      normalization: 'batch',
      activation: 'gelu',
      dropout: 0.1,
      name: 'a',
    } as const;
    assert.deepEqual(classes(convolutionUnit(unit)), [
      'Conv2D',
      'BatchNormalization',
      'Dropout',
      'Activation',
    ]);
    assert.deepEqual(classes(convolution({ ...unit, strides: 2 })), ['ZeroPadding2D', 'Conv2D']);
    assert.deepEqual(classes(transposedConvolution(unit)), ['Conv2DTranspose']);
    assert.deepEqual(classes(transposedConvolution({ ...unit, dimensions: 3 })), ['Conv3DTranspose']);
    assert.deepEqual(classes([resizing({ interpolation: 'nearest', name: 'a' })]), ['UpSampling2D']);
  });

  it('resize-convolution with a kernel of 1 is the same before and after the resizing', () => {
    const layers = upsampling({ ...channels, upsampling: { name: 'resize', kernelSize: 1 }, name: 'u' });
    assert.deepEqual(classes(layers), ['Conv2D', 'UpSampling']);
    const x = tf.randomNormal([1, 3, 4, 2], 0, 1, 'float32', 2);
    assertClose(chain(layers, x) as tf.Tensor, chain([...layers].reverse(), x) as tf.Tensor, 1e-5);
  });

  it('dropout keeps the mean, follows the seed and does nothing outside of training', () => {
    const [layer] = dropout({ dropout: 0.25, name: 'd' });
    const x = tf.ones([4, 16, 16, 8]);
    const once = () => {
      setSeed(3);
      return layer.apply(x, { training: true }) as tf.Tensor;
    };
    const dropped = once();
    assert.ok(Math.abs(dropped.mean().dataSync()[0] - 1) < 0.05);
    assert.deepEqual([...new Set(dropped.dataSync())].map((value) => value.toFixed(3)).sort(), [
      '0.000',
      '1.333',
    ]);
    assertClose(once(), dropped, 0);
    assert.ok(
      tf
        .notEqual(layer.apply(x, { training: true }) as tf.Tensor, dropped)
        .any()
        .dataSync()[0],
    );
    assertClose(layer.apply(x) as tf.Tensor, x, 0);
  });

  for (const dimensions of [2, 3] as const) {
    it(`spatial dropout in ${dimensions}-D takes whole channels of single images`, () => {
      setSeed(4);
      const [layer] = dropout({ dropout: { rate: 0.5, spatial: true }, dimensions, name: 'd' });
      const sides = [2, 3, 4].slice(0, dimensions);
      const y = layer.apply(tf.ones([8, ...sides, 16]), { training: true }) as tf.Tensor;
      const axes = sides.map((_, axis) => axis + 1);
      assertClose(y.min(axes), y.max(axes), 0);
      const channelsKept = y.max(axes).mean().dataSync()[0] / 2;
      assert.ok(channelsKept > 0.3 && channelsKept < 0.7, `kept ${channelsKept}`);
    });
  }

  it('refuse sizes that fit no axes', () => {
    assert.throws(
      () => convolution({ ...channels, kernelSize: [3, 3, 3], name: 'c' }),
      /c: got kernelSize \[3,3,3\]; expected an integer of at least 1, or 2 of them/,
    );
    assert.throws(() => convolution({ ...channels, strides: 0, name: 'c' }), /c: got strides 0/);
  });
});
