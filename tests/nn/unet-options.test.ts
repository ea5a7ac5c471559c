import assert from 'node:assert/strict';
import { FeatureMap } from '../../lib/nn/layers';
import { ResidualUNet } from '../../lib/nn/models/residual-unet';
import { UNet } from '../../lib/nn/models/unet';
import { VNet } from '../../lib/nn/models/vnet';
import { ResidualUnit } from '../../lib/nn/residual-unit';
import { setSeed, tf } from '../../lib/runtime';
import { assertClose, assertNoLeak } from '../gradients';
import { predictByPlainTfjs } from './plain-tfjs';
import { savedAndLoaded } from './saved';

const small = { inputChannels: 1, baseChannels: 4, numBlocks: 2 };
const noise = (shape: number[]) => tf.randomNormal(shape, 0, 1, 'float32', 1);
const classes = (model: tf.LayersModel) => new Set(model.layers.map((layer) => layer.getClassName()));

describe('UNet', () => {
  it("names an image's next valid size, axis by axis", () => {
    const model = new UNet({ inputChannels: 1, baseChannels: 2 });
    const thin = new UNet({ ...small, dimensions: 3, strides: [[1, 2, 2], 2] });
    const refuse = (network: UNet, shape: number[], wanted: RegExp) =>
      assertNoLeak(() => {
        const images = tf.zeros(shape);
        assert.throws(() => network.predict(images), wanted);
        assert.throws(() => network.apply(images, { training: true }), wanted);
        images.dispose();
      });
    refuse(
      model,
      [1, 500, 512, 1],
      /^RangeError: UNet: height 500 is not divisible by 16 \(4 poolings\); pad to 512 or use fewer levels$/,
    );
    refuse(thin, [1, 3, 8, 8, 1], /UNet: depth 3 is not divisible by 2 \(1 pooling\); pad to 4/);
    refuse(thin, [1, 2, 8, 6, 1], /UNet: width 6 is not divisible by 4 \(2 poolings\); pad to 8/);
    [model, thin].forEach((network) => network.dispose());
  });

  it('has logits of every level of the decoder under deep supervision, the last the same as without', () => {
    const options = { ...small, numBlocks: 3, numClasses: 2 };
    setSeed(1);
    const deep = new UNet({ ...options, deepSupervision: true });
    setSeed(1);
    const plain = new UNet(options);
    tf.tidy(() => {
      const images = noise([1, 16, 24, 1]);
      const outputs = deep.predict(images) as tf.Tensor[];
      assert.deepEqual(
        outputs.map(({ shape }) => shape),
        [
          [1, 16, 24, 2],
          [1, 8, 12, 2],
          [1, 4, 6, 2],
        ],
      );
      for (const layer of plain.layers) layer.setWeights(deep.getLayer(layer.name).getWeights());
      assertClose(plain.predict(images) as tf.Tensor, outputs[0], 0);
    });
    [deep, plain].forEach((network) => network.dispose());
  });

  it('is made of stock layers where these serve, so that plain TensorFlow.js loads it', async () => {
    const model = new UNet({ ...small, activation: 'elu', dropout: 0.1, residual: true });
    const images = noise([1, 8, 12, 1]);
    const [values] = await predictByPlainTfjs(model, images);
    tf.tidy(() => {
      const expected = model.predict(images) as tf.Tensor;
      assertClose(tf.tensor(values, expected.shape), expected, 1e-4);
    });
    images.dispose();
    model.dispose();
  });

  for (const dimensions of [2, 3] as const) {
    it(`is loaded as it was saved, whatever it is made of, in ${dimensions}-D`, async () => {
      const models = [
        new UNet({ ...small, dimensions, upsampling: 'resize', normalization: 'instance' }),
        new UNet({
          ...small,
          dimensions,
          downsampling: 'stridedConvolution',
          normalization: { name: 'group', groups: 2 },
          activation: 'prelu',
          dropout: { rate: 0.2, spatial: true },
          deepSupervision: true,
        }),
        new ResidualUNet({ ...small, dimensions }),
        new VNet({ ...small, dimensions, encoderConvolutions: [1, 1], decoderConvolutions: [1, 1] }),
      ];
      const images = noise([1, ...[4, 8, 12].slice(0, dimensions), 1]);
      for (const model of models) {
        const loaded = await savedAndLoaded(model);
        tf.tidy(() => {
          const outputs = [model.predict(images)].flat();
          [loaded.predict(images)].flat().forEach((output, index) => assertClose(output, outputs[index], 0));
        });
        loaded.dispose();
        model.dispose();
      }
      images.dispose();
    });
  }

  it('uses the kernels and strides of each level that a plan asks for', () => {
    const model = new UNet({
      dimensions: 3,
      inputChannels: 1,
      channels: [2, 3, 4],
      kernelSizes: [[1, 3, 3], [1, 3, 3], 3],
      strides: [[1, 2, 2], 2],
      downsampling: 'stridedConvolution',
    });
    const kernel = (name: string) => model.getLayer(name).getWeights()[0].shape.slice(0, 3);
    assert.deepEqual(kernel('encoder1_conv1'), [1, 3, 3]);
    assert.deepEqual(kernel('decoder0_conv2'), [1, 3, 3]);
    assert.deepEqual(kernel('encoder2_conv2'), [3, 3, 3]);
    assert.deepEqual(kernel('decoder0_up'), [1, 2, 2]);
    assert.deepEqual(model.divisors, [2, 4, 4]);
    assert.ok(!classes(model).has('MaxPooling3D'));
    model.dispose();
  });

  it('refuses options that make no network', () => {
    const refuse = (options: object, wanted: RegExp) => assert.throws(() => new UNet(options), wanted);
    refuse({ downsampling: 'pooling' }, /UNet: got downsampling 'pooling'; expected one of 'maxPooling', /);
    refuse({ ...small, kernelSizes: [3, 3] }, /UNet: got 2 kernelSizes; expected 3, one for each level/);
    refuse(
      { ...small, kernelSizes: [3, 3, [3]] },
      /UNet: got kernelSizes \[3\]; expected an integer .* or 2 of/,
    );
    refuse(
      { ...small, decoderChannels: [4] },
      /UNet: got 1 decoderChannels; expected 2, one for each step up/,
    );
    refuse(
      { ...small, upsampledChannels: [4, 0] },
      /got upsampledChannels\[1\] 0; expected an integer of at/,
    );
    refuse({ ...small, dimensions: 4 }, /UNet: got dimensions 4; expected 2 or 3/);
    refuse({ ...small, normalization: { name: 'group', groups: 3 } }, /got 3 groups for 4 channels/);
    refuse({ ...small, dropout: 1 }, /UNet: got dropout 1; expected a rate of at least 0 and below 1/);
    refuse({ ...small, numConvolutions: 0 }, /UNet: got numConvolutions 0/);
  });
});

describe('ResidualUnit', () => {
  const unit = (options: { inputChannels: number; strides?: number }) =>
    new ResidualUnit({
      outputChannels: 3,
      numConvolutions: 2,
      normalization: 'none',
      activation: 'relu',
      name: 'unit',
      ...options,
    });
  const modelOf = (residual: ResidualUnit, channels: number) => {
    const image = tf.input({ shape: [null, null, channels] });
    return tf.model({ inputs: image, outputs: residual.apply(image as FeatureMap) as tf.SymbolicTensor });
  };

  it('passes its input on unchanged where its convolutions give nothing', () => {
    const model = modelOf(unit({ inputChannels: 3 }), 3);
    tf.tidy(() => {
      model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight)));
      const x = noise([1, 4, 5, 3]);
      assertClose(model.predict(x) as tf.Tensor, x, 0);
    });
    model.dispose();
  });

  it('has a convolution in its shortcut where channels or sizes change', () => {
    const shortcut = (options: { inputChannels: number; strides?: number }) => {
      const model = modelOf(unit(options), options.inputChannels);
      const layer = model.layers.find(({ name }) => name === 'unit_shortcut');
      const shape = layer?.getWeights()[0].shape;
      model.dispose();
      return shape;
    };
    assert.equal(shortcut({ inputChannels: 3 }), undefined);
    assert.deepEqual(shortcut({ inputChannels: 2 }), [1, 1, 2, 3]);
    assert.deepEqual(shortcut({ inputChannels: 3, strides: 2 }), [3, 3, 3, 3]);
  });
});

describe('ResidualUNet', () => {
  it('refuses a number of residual units that is none', () => {
    assert.throws(
      () => new ResidualUNet({ ...small, numResidualUnits: -1 }),
      /ResidualUNet: got numResidualUnits -1; expected an integer of at least 0/,
    );
  });
});

describe('VNet', () => {
  it('drops channels in training only, by the seed', () => {
    const model = new VNet({ dimensions: 2, baseChannels: 2 });
    tf.tidy(() => {
      const images = noise([2, 32, 32, 1]);
      const train = (seed: number) => {
        setSeed(seed);
        return model.apply(images, { training: true }) as tf.Tensor;
      };
      const first = train(1);
      assertClose(train(1), first, 1e-5);
      assert.ok(tf.max(tf.abs(tf.sub(train(2), first))).dataSync()[0] > 1e-2);
      assertClose(model.predict(images) as tf.Tensor, model.predict(images) as tf.Tensor, 0);
    });
    model.dispose();
  });

  it('drops nothing before the third step, and in every skip', () => {
    const model = new VNet({ dimensions: 2, baseChannels: 2 });
    const places = model.layers
      .filter((layer) => layer.getClassName() === 'Dropout')
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(places, [
      'decoder0_skip_dropout',
      'decoder1_skip_dropout',
      'decoder2_dropout',
      'decoder2_skip_dropout',
      'decoder3_dropout',
      'decoder3_skip_dropout',
      'encoder3_dropout',
      'encoder4_dropout',
    ]);
    model.dispose();
  });

  it('refuses options that make no network', () => {
    const refuse = (options: object, wanted: RegExp) => assert.throws(() => new VNet(options), wanted);
    refuse({ inputChannels: 3 }, /VNet: got 3 inputChannels for 16 baseChannels; expected a divisor/);
    refuse(
      { encoderConvolutions: [1, 2] },
      /VNet: got 4 decoderConvolutions; expected 2, as many as encoderConvolutions/,
    );
    refuse({ decoderConvolutions: [1, 1, 0, 2] }, /VNet: got decoderConvolutions\[2\] 0/);
  });
});
