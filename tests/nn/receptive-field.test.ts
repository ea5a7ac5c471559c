import assert from 'node:assert/strict';
import { DownsamplingPath, UpsamplingPath } from '../../lib/nn/paths';
import { UpSampling } from '../../lib/nn/layers/up-sampling';
import { AdaptiveAveragePooling, CropLike, ResizeLike } from '../../lib/nn/models/resampling-layers';
import { receptiveField } from '../../lib/nn/receptive-field';
import { tf } from '../../lib/runtime';
import { assertNoLeak } from '../gradients';

const { layers } = tf;
type Map = tf.SymbolicTensor;

/** A model of all-positive weights: what an output depends on cannot cancel. */
function model(size: number[], build: (image: Map) => Map): tf.LayersModel {
  const image = tf.input({ shape: [...size, 1] });
  const built = tf.model({ inputs: image, outputs: build(image) });
  tf.tidy(() =>
    built.setWeights(
      built.weights.map(({ shape }) =>
        shape.length > 1 ? tf.ones(shape as number[]) : tf.zeros(shape as number[]),
      ),
    ),
  );
  return built;
}

const chain = (image: Map, ...steps: tf.layers.Layer[]) =>
  steps.reduce((x, layer) => layer.apply(x) as Map, image);

/** For each position of the output along an axis the first and last pixel that changes it, by a line of ones at each. */
function measured(network: tf.LayersModel, axis: number): { first: number; last: number }[] {
  const size = network.inputs[0].shape.slice(1, -1) as number[];
  return tf.tidy(() => {
    const lines = tf
      .range(0, size[axis])
      .expandDims(1)
      .equal(tf.range(0, size[axis]).expandDims(0))
      .toFloat();
    const shape = size.map((side, index) => (index === axis ? side : 1));
    const images = tf.mul(lines.reshape([-1, ...shape, 1]), tf.ones([1, ...size, 1]));
    const response = network.predict(images) as tf.Tensor; // [pixels, ...sides, C]
    const others = response.shape.map((_, index) => index).filter((index) => index > 0 && index !== axis + 1);
    const sees = response.max(others).transpose().arraySync() as number[][]; // [positions, pixels]
    return sees.map((row) => {
      const seen = [...row.keys()].filter((pixel) => row[pixel] > 0);
      return { first: seen[0] ?? Infinity, last: seen.at(-1) ?? -Infinity };
    });
  });
}

/** Asserts that every position sees what `receptiveField` says, as far as it lies in the image. */
function assertMeasured(size: number[], build: (image: Map) => Map): void {
  const network = model(size, build);
  const field = receptiveField(network)!;
  size.forEach((pixels, axis) => {
    const seen = measured(network, axis);
    seen.forEach((span, position) => {
      const place = size.map(() => position);
      const { first, last } = field.at(place)[axis];
      const inside = { first: Math.max(0, first), last: Math.min(pixels - 1, last) };
      assert.deepEqual(inside.first > inside.last ? { first: Infinity, last: -Infinity } : inside, span);
    });
    const widths = seen.filter(({ first, last }) => first > 0 && last < pixels - 1);
    for (const { first, last } of widths) assert.ok(last - first + 1 <= field.size[axis]);
  });
  network.dispose();
}

const conv = (kernelSize: number, rest: object = {}) =>
  layers.conv2d({ filters: 1, kernelSize, padding: 'same', ...rest });
const transposed = (kernelSize: number, strides: number, padding: 'same' | 'valid' = 'same') =>
  layers.conv2dTranspose({ filters: 1, kernelSize, strides, padding });
const pool = () => layers.maxPooling2d({ poolSize: 2, strides: 2 });

describe('receptiveField beside what an impulse changes', () => {
  it('of convolutions with strides, dilation and either padding', () => {
    assertMeasured([24, 16], (image) => chain(image, conv(5), pool(), conv(3, { dilationRate: 2 }), conv(3)));
    assertMeasured([24, 24], (image) =>
      chain(image, conv(3, { strides: 2 }), conv(4), conv(3, { strides: 2 })),
    );
    assertMeasured([26, 17], (image) =>
      chain(image, conv(3, { padding: 'valid', strides: 3 }), conv(3, { padding: 'valid' })),
    );
    assertMeasured([12, 30], (image) => chain(image, layers.depthwiseConv2d({ kernelSize: [1, 7] }), pool()));
  });

  it('of transposed convolutions, whose neighbours see windows of different sizes', () => {
    assertMeasured([16, 16], (image) => chain(image, conv(3), pool(), transposed(4, 2), conv(3)));
    assertMeasured([16, 16], (image) =>
      chain(image, pool(), pool(), transposed(3, 2), transposed(3, 2), conv(3)),
    );
    assertMeasured([12, 12], (image) => chain(image, pool(), transposed(5, 3, 'valid')));
  });

  it('of transposed convolutions that leave positions which see nothing', () => {
    assertMeasured([9, 9], (image) => chain(image, conv(3), transposed(1, 2)));
    assertMeasured([9, 9], (image) => chain(image, conv(3), transposed(2, 3)));
  });

  it('of interpolation, padding and cropping', () => {
    assertMeasured([16, 12], (image) => chain(image, pool(), layers.upSampling2d({ size: [2, 3] }), conv(3)));
    assertMeasured([16, 12], (image) =>
      chain(image, pool(), conv(3), layers.upSampling2d({ interpolation: 'bilinear' })),
    );
    assertMeasured([16, 12], (image) =>
      chain(image, pool(), conv(3), new UpSampling({ size: [2, 4], interpolation: 'linear' }), conv(3)),
    );
    assertMeasured([14, 14], (image) =>
      chain(
        image,
        layers.zeroPadding2d({ padding: [[3, 2], [1, 4]] }), // prettier-ignore
        conv(3, { padding: 'valid' }),
        layers.cropping2D({ cropping: [[1, 2], [4, 1]] }), // prettier-ignore
        pool(),
      ),
    );
  });

  it('of branches, the widest together', () => {
    assertMeasured([16, 16], (image) => {
      const sides = [conv(7), conv(3, { dilationRate: 3 }), transposed(1, 1)].map(
        (layer) => layer.apply(image) as Map,
      );
      return layers.add().apply(sides) as Map;
    });
    assertMeasured([32, 32], (image) => {
      const common = { normalization: 'none' as const, baseChannels: 2, numBlocks: 3 };
      const { output, skips } = new DownsamplingPath({ ...common, inputChannels: 1 }).apply(image);
      return new UpsamplingPath(common).apply(output, skips) as Map;
    });
  });

  it('of branches that were resized to an odd size, cut or pooled to bins', () => {
    const roundUp = () => layers.maxPooling2d({ poolSize: 2, strides: 2, padding: 'same' });
    assertMeasured([21, 13], (image) => {
      const skip = chain(image, roundUp());
      const deep = chain(skip, roundUp(), conv(3), transposed(4, 2));
      const resized = new ResizeLike({}).apply([deep, skip]) as Map;
      return chain(layers.add().apply([resized, conv(5).apply(skip) as Map]) as Map, transposed(4, 2));
    });
    assertMeasured([12, 16], (image) => {
      const small = chain(image, conv(3, { padding: 'valid' }), conv(3, { padding: 'valid' }));
      return layers.add().apply([new CropLike({ offset: 2 }).apply([image, small]) as Map, small]) as Map;
    });
    assertMeasured([10, 14], (image) => chain(image, conv(3), new AdaptiveAveragePooling({ size: 7 })));
  });

  it('of volumes', () => {
    const kernel = (dilationRate: number, strides = 1) =>
      layers.conv3d({ filters: 1, kernelSize: [3, 1, 2], padding: 'same', dilationRate, strides });
    assertMeasured([12, 8, 10], (image) =>
      chain(
        image,
        kernel(2),
        layers.maxPooling3d({ poolSize: [2, 2, 1], strides: [2, 2, 1] }),
        kernel(1),
        layers.conv3dTranspose({ filters: 1, kernelSize: 4, strides: [2, 2, 1], padding: 'same' }),
      ),
    );
  });
});

describe('receptiveField', () => {
  it('gives size, stride and padding of VGG16 as Araujo et al. (2019) publish them', () => {
    const image = tf.input({ shape: [null, null, 1] });
    let x: Map = image;
    [2, 2, 3, 3, 3].forEach((convolutions, block) => {
      for (let index = 0; index < convolutions; index++) x = conv(3).apply(x) as Map;
      x = layers.maxPooling2d({ poolSize: 2, strides: 2, name: `pool${block + 1}` }).apply(x) as Map;
    });
    const network = tf.model({ inputs: image, outputs: x });
    assertNoLeak(() => {
      const { size, stride, start, centre } = receptiveField(network, { inputSize: [224, 224] })!;
      assert.deepEqual(
        [size, stride, start],
        [
          [212, 212],
          [32, 32],
          [-90, -90],
        ],
      );
      assert.deepEqual(centre, [15.5, 15.5]);
    });
    const { size } = receptiveField(network, { inputSize: [64, 96], layer: 'pool3' })!;
    assert.deepEqual(size, [44, 44]);
    network.dispose();
  });

  it('is the whole image behind global pooling, even where that joins a small window', () => {
    const network = model([8, 8], (image) => {
      const squeezed = chain(image, layers.globalAveragePooling2d({}), layers.dense({ units: 1 }));
      return chain(layers.multiply().apply([image, squeezed]) as Map, conv(3));
    });
    const { size, stride, at } = receptiveField(network)!;
    assert.deepEqual([size, stride], [[Infinity, Infinity], [0, 0]]); // prettier-ignore
    assert.deepEqual(at([0, 0])[1], { first: -Infinity, last: Infinity });
    network.dispose();
  });

  it('is not known behind a layer that may move pixels anywhere', () => {
    const network = model([8, 8], (image) =>
      chain(image, layers.reshape({ targetShape: [4, 16, 1] }), conv(3)),
    );
    assert.equal(receptiveField(network), undefined);
    network.dispose();
  });

  it('follows models inside models', () => {
    const inner = tf.sequential({
      name: 'inner',
      layers: [layers.conv2d({ filters: 1, kernelSize: 5, name: 'a', inputShape: [null, null, 1] })],
    });
    const image = tf.input({ shape: [20, 20, 1] });
    const outer = tf.model({ inputs: image, outputs: inner.apply(inner.apply(image)) as Map });
    assert.deepEqual(receptiveField(outer)!.size, [9, 9]);
    assert.deepEqual(receptiveField(outer, { layer: 'inner/a' })!.size, [5, 5]);
    outer.dispose();
  });

  it('names the layers to choose from', () => {
    const network = model([8, 8], (image) => chain(image, conv(3, { name: 'only' })));
    assert.throws(
      () => receptiveField(network, { layer: 'conv' }),
      /got layer 'conv'; expected one of '.*', 'only'/,
    );
    network.dispose();
  });
});
