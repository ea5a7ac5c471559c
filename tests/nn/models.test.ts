import assert from 'node:assert/strict';
import { AttentionUNet } from '../../lib/nn/models/attention-unet';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { FCN } from '../../lib/nn/models/fcn';
import { MobileUNet } from '../../lib/nn/models/mobile-unet';
import { ResidualUNet } from '../../lib/nn/models/residual-unet';
import { UNet } from '../../lib/nn/models/unet';
import { UNetPlusPlus } from '../../lib/nn/models/unet-plus-plus';
import { VNet } from '../../lib/nn/models/vnet';
import { receptiveField } from '../../lib/nn/receptive-field';
import type { SegmentationModel } from '../../lib/nn/segmentation-model';
import { setSeed, tf } from '../../lib/runtime';
import { variables } from '../../lib/train/weights';
import { assertNoLeak } from '../gradients';
import { waves } from './monai-weights';
import { sine } from './sine';

/** A network of the library, small. */
interface Subject {
  name: string;
  build: () => SegmentationModel;
  /** Sides of an image that it takes. */
  sides: number[];
  /** The same without normalisation over the image, which would carry an impulse everywhere. */
  local?: () => SegmentationModel;
}

const small = { inputChannels: 1, baseChannels: 4, numBlocks: 2 };
const volume = { dimensions: 3 as const, ...small };
const fcn = { inputChannels: 1, numClasses: 1, baseChannels: 2, fullyConnectedChannels: 8 };
const strided = { downsampling: 'stridedConvolution', residual: true, activation: 'leakyRelu' } as const;
const unnormalized = { normalization: 'none', merging: { normalization: 'none' } } as const;

const SUBJECTS: Subject[] = [
  { name: 'BasicUNet', build: () => new BasicUNet(small), sides: [16, 24] },
  { name: 'UNet', build: () => new UNet(small), sides: [16, 24] },
  {
    name: 'UNet, residual volumes, strided convolutions',
    build: () => new UNet({ ...volume, ...strided, normalization: 'instance' }),
    local: () => new UNet({ ...volume, ...strided }),
    sides: [8, 8, 12],
  },
  {
    name: 'ResidualUNet',
    build: () => new ResidualUNet(small),
    local: () => new ResidualUNet({ ...small, normalization: 'batch' }),
    sides: [16, 24],
  },
  {
    name: 'VNet',
    build: () =>
      new VNet({
        inputChannels: 1,
        baseChannels: 4,
        encoderConvolutions: [1, 2],
        decoderConvolutions: [1, 2],
      }),
    sides: [8, 8, 12],
  },
  { name: 'UNetPlusPlus', build: () => new UNetPlusPlus(small), sides: [16, 24] },
  {
    name: 'UNetPlusPlus, deeply supervised volumes by interpolation',
    build: () =>
      new UNetPlusPlus({
        ...volume,
        deepSupervision: true,
        upsampling: 'resize',
        normalization: 'instance',
        activation: 'gelu',
      }),
    local: () => new UNetPlusPlus({ ...volume, deepSupervision: true, upsampling: 'resize' }),
    sides: [8, 8, 12],
  },
  {
    name: 'UNetPlusPlus, group normalisation, strides of its own',
    build: () =>
      new UNetPlusPlus({
        inputChannels: 1,
        channels: [4, 8, 8],
        strides: [[1, 2], 3],
        normalization: { name: 'group', groups: 2 },
        dropout: 0.1,
      }),
    local: () => new UNetPlusPlus({ inputChannels: 1, channels: [4, 8, 8], strides: [[1, 2], 3] }),
    sides: [9, 18],
  },
  {
    name: 'AttentionUNet',
    build: () => new AttentionUNet(small),
    local: () => new AttentionUNet({ ...small, ...unnormalized }),
    sides: [16, 24],
  },
  {
    name: 'AttentionUNet, volumes',
    build: () => new AttentionUNet(volume),
    local: () => new AttentionUNet({ ...volume, ...unnormalized }),
    sides: [8, 8, 12],
  },
  { name: 'FCN-8s', build: () => new FCN(fcn), sides: [33, 70] },
  {
    name: "FCN-32s, cropped in the authors' way",
    build: () => new FCN({ ...fcn, variant: '32s', alignment: 'crop' }),
    sides: [33, 70],
  },
  {
    name: 'MobileUNet',
    build: () => new MobileUNet({ inputChannels: 1, widthFactor: 0.25 }),
    sides: [32, 64],
  },
];

const images = (sides: readonly number[], batch = 2) => waves([batch, ...sides, 1], 0.3);

/** Moves kernels away from where they start: behind the zeros of a score layer nothing is seen. */
function disturb(model: SegmentationModel): void {
  tf.tidy(() => {
    for (const [index, kernel] of variables(model).entries()) {
      if (kernel.rank > 1) kernel.assign(kernel.add(sine(index, kernel.shape).div(20)));
    }
  });
}

const squaredErrors = (outputs: tf.Tensor | tf.Tensor[]) =>
  tf.addN(
    [outputs].flat().map((output) => tf.losses.meanSquaredError(waves(output.shape, 0.1), output)),
  ) as tf.Scalar;

/** Layers that a constant passes unchanged, apart from the border. */
const PASSING = ['Cropping', 'Dropout', 'UpSampling', 'UpSampling2D'];

/** Whether a normalisation takes away what the layer's bias adds: all that it sees is that constant more. */
function isNormalizedAway(layer: tf.layers.Layer): boolean {
  const [next, ...others] = layer.outboundNodes.map((node) => node.outboundLayer);
  if (next === undefined || others.length > 0) return false;
  if (PASSING.includes(next.getClassName())) return isNormalizedAway(next);
  const groups = (next as tf.layers.Layer & { groups?: number }).groups;
  return next.getClassName() === 'BatchNormalization' || groups === -1;
}

describe('every network', () => {
  for (const { name, build, sides, local = build } of SUBJECTS) {
    describe(name, () => {
      let model: SegmentationModel;

      beforeEach(() => {
        setSeed(3);
        model = build();
      });
      afterEach(() => void model.dispose());

      it("returns logits of the image's size, whatever the size, and leaves nothing else behind", () => {
        const larger = sides.map((side, axis) => side + model.divisors[axis]);
        for (const size of [sides, larger, [...model.divisors]]) {
          assertNoLeak(() => {
            const x = images(size);
            const outputs = [model.predict(x)].flat();
            for (const { shape } of outputs) assert.deepEqual(shape, [2, ...size, 1]);
            tf.dispose([x, outputs]);
          });
        }
      });

      it('names the next valid size for each side', () => {
        sides.forEach((side, axis) => {
          const divisor = model.divisors[axis];
          if (divisor === 1) return;
          const wrong = sides.map((length, other) => (other === axis ? length + 1 : length));
          const wanted = new RegExp(
            `${model.name}: \\w+ ${side + 1} is not divisible by ${divisor} .*; pad to ${side + divisor}( |$)`,
          );
          assertNoLeak(() => {
            const x = images(wrong);
            assert.throws(() => model.predict(x), wanted);
            x.dispose();
          });
        });
      });

      it('gives every trainable weight a finite gradient that is not zero', () => {
        const fixed = new Set(
          model.layers
            .filter(isNormalizedAway)
            .flatMap((layer) => layer.trainableWeights)
            .filter(({ originalName }) => /bias/.test(originalName)),
        );
        tf.tidy(() => {
          disturb(model);
          const x = images(sides);
          const { grads } = tf.variableGrads(
            () => squaredErrors(model.apply(x, { training: true }) as tf.Tensor | tf.Tensor[]),
            variables(model, true),
          );
          for (const weight of model.trainableWeights) {
            const gradient = grads[(weight.read() as tf.Variable).name];
            const largest = gradient.abs().max().dataSync()[0];
            assert.ok(Number.isFinite(largest), `${weight.originalName}: ${largest}`);
            assert.ok(largest > 0 || fixed.has(weight), `${weight.originalName}: no gradient`);
          }
          assert.ok(fixed.size < model.trainableWeights.length / 2, 'too many weights excused');
        });
      });

      it('leaves nothing behind when it takes a training step, and changes', () => {
        const optimizer = tf.train.sgd(0.1);
        const x = images(sides);
        const step = () =>
          optimizer
            .minimize(
              () => squaredErrors(model.apply(x, { training: true }) as tf.Tensor | tf.Tensor[]),
              true,
            )!
            .dispose();
        const before = variables(model, true)[0].dataSync().slice();
        step();
        assertNoLeak(step);
        assert.notDeepEqual(variables(model, true)[0].dataSync(), before);
        optimizer.dispose();
        x.dispose();
      });

      it('starts from the same weights for the same seed, and from others for another', () => {
        const values = (network: SegmentationModel) => variables(network).map((weight) => weight.dataSync());
        const [same, other] = [3, 4].map((seed) => {
          setSeed(seed);
          return build();
        });
        assert.deepEqual(values(same), values(model));
        assert.notDeepEqual(values(other), values(model));
        [same, other].forEach((network) => network.dispose());
      });

      it('carries an impulse as far as its receptive field and no further', () => {
        setSeed(3);
        const network = local();
        disturb(network);
        const axis = sides.length - 1;
        const long = sides.map((side, index) => (index === axis ? 8 * side : side));
        const place = long.map((side) => Math.floor(side / 2));
        const impulse = tf.buffer([1, ...long, 1]);
        impulse.set(1, 0, ...place, 0);
        const response = tf.tidy(() => {
          const [last] = [network.predict(impulse.toTensor())].flat().slice(-1);
          const [silence] = [network.predict(tf.zeros([1, ...long, 1]))].flat().slice(-1);
          const difference = last.sub(silence).abs();
          return difference.max(
            difference.shape.map((_, index) => index).filter((index) => index !== axis + 1),
          );
        });
        const values = response.dataSync();
        // Fast convolutions (Winograd) leave rounding errors beside the impulse.
        const rounding = 1e-6 * Math.max(...values);
        const reached = [...values.keys()].filter((position) => values[position] > rounding);
        const layer = network.outputs.at(-1)!.sourceLayer.name;
        const field = receptiveField(network, { inputSize: long, layer })!;
        const expected = [...values.keys()].filter((position) => {
          const { first, last } = field.at(long.map(() => position))[axis];
          return first <= place[axis] && place[axis] <= last;
        });
        assert.ok(reached.length > 0 && expected.length < values.length, 'the image is too small');
        assert.ok(reached[0] >= expected[0] && reached.at(-1)! <= expected.at(-1)!, `reached ${reached}`);
        const share = (reached.at(-1)! - reached[0]) / (expected.at(-1)! - expected[0]);
        assert.ok(
          share > 0.8,
          `reached ${reached[0]} to ${reached.at(-1)} of ${expected[0]} to ${expected.at(-1)}`,
        );
        response.dispose();
        network.dispose();
      });
    });
  }
});
