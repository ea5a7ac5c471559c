import assert from 'node:assert/strict';
import { ResidualUNet } from '../../lib/nn/models/residual-unet';
import { UNet, UNetOptions } from '../../lib/nn/models/unet';
import { VNet } from '../../lib/nn/models/vnet';
import type { SegmentationModel } from '../../lib/nn/segmentation-model';
import { tf } from '../../lib/runtime';
import { golden } from '../golden';
import { assertClose } from '../gradients';
import { fillUNet, hashedMap } from './hashed-unets';
import { stored, trainableParameters } from './monai-weights';

interface Case {
  evaluation: number[][];
  training: number[][];
  loss: number;
  gradients: { first: number[]; up: number[]; middle: number[] };
  parameters: number;
}

interface Golden {
  BasicUNet: Record<'images' | 'batch' | 'volumes', Case>;
  UNet: Record<'plain images' | 'plain volumes' | 'units, images' | 'units, volumes', Case>;
  VNet: Record<'images' | 'volumes', Case>;
  PlainConvUNet: Case;
  standardParameters: {
    BasicUNet: { '2d': number; '3d': number };
    'BasicUNet wide': number;
    UNet: { '0': number; '2': number };
    'VNet 2d': number;
  };
}

const reference = golden<Golden>('monai-unets');
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const leaky = { name: 'leakyRelu', slope: 0.1 } as const;

/** MONAI's BasicUNet with features (a, b, c, d, e, f). */
const basic = (a: number, b: number, c: number, d: number, e: number, f: number): UNetOptions => ({
  channels: [a, b, c, d, e],
  upsampledChannels: [b, ...[c, d, e].map((width) => Math.floor(width / 2))],
  decoderChannels: [f, b, c, d],
  normalization: 'instance',
  activation: leaky,
});

/** The convolutions of a UNet of five levels in MONAI's order. */
const BASIC_ORDER = [
  ...range(5).flatMap((level) => [1, 2].map((step) => `encoder${level}_conv${step}`)),
  ...[3, 2, 1, 0].flatMap((level) => ['up', 'conv1', 'conv2'].map((step) => `decoder${level}_${step}`)),
  'logits',
];
const RESIDUAL_ORDER = [
  ...range(4).flatMap((level) => ['conv1', 'conv2', 'shortcut'].map((step) => `encoder${level}_${step}`)),
  ...[2, 1, 0].flatMap((level) => ['up', 'conv1'].map((step) => `decoder${level}_${step}`)),
];
const VNET_ORDER = [
  'encoder0_conv1',
  ...[1, 2, 3, 2].flatMap((count, step) => [
    `encoder${step + 1}_down`,
    ...range(count).map((index) => `encoder${step + 1}_conv${index + 1}`),
  ]),
  ...[2, 2, 1, 1].flatMap((count, step) => [
    `decoder${3 - step}_up`,
    ...range(count).map((index) => `decoder${3 - step}_conv${index + 1}`),
  ]),
  'output_conv1',
  'logits',
];
/** nnU-Net lists the decoder's convolutions, then its transposed ones, then its heads, all from the lowest level up. */
const NNUNET_ORDER = [
  ...range(3).flatMap((level) => [1, 2].map((step) => `encoder${level}_conv${step}`)),
  ...[1, 0].flatMap((level) => [1, 2].map((step) => `decoder${level}_conv${step}`)),
  ...['decoder1_up', 'decoder0_up', 'logits1', 'logits'],
];

interface Twin {
  title: string;
  expected: Case;
  build: () => SegmentationModel;
  order: string[];
  /** Of the images: [B, ..., C]. */
  shape: number[];
  /** Convolutions whose gradients are stored. */
  kernels: { first: string; up: string; middle: string };
}

const basicKernels = { first: 'encoder0_conv1', up: 'decoder0_up', middle: 'encoder2_conv2' };
const plainKernels = { first: 'encoder0_conv1', up: 'decoder0_up', middle: 'encoder1_conv1' };
const unitKernels = { first: 'encoder0_conv1', up: 'decoder0_up', middle: 'encoder1_shortcut' };
const vnetKernels = { first: 'encoder0_conv1', up: 'decoder0_up', middle: 'encoder3_conv3' };
const four = { inputChannels: 2, numClasses: 3, channels: [3, 4, 6, 5] };

const TWINS: Twin[] = [
  {
    title: "UNet beside MONAI's BasicUNet: images",
    expected: reference.BasicUNet.images,
    build: () => new UNet({ inputChannels: 2, numClasses: 3, ...basic(3, 4, 6, 8, 10, 5) }),
    order: BASIC_ORDER,
    shape: [2, 32, 48, 2],
    kernels: basicKernels,
  },
  {
    title: "UNet beside MONAI's BasicUNet: batch normalisation and ReLU",
    expected: reference.BasicUNet.batch,
    build: () =>
      new UNet({
        inputChannels: 2,
        numClasses: 3,
        ...basic(3, 4, 6, 8, 10, 5),
        normalization: 'batch',
        activation: 'relu',
      }),
    order: BASIC_ORDER,
    shape: [2, 32, 48, 2],
    kernels: basicKernels,
  },
  {
    title: "UNet beside MONAI's BasicUNet: volumes, GELU",
    expected: reference.BasicUNet.volumes,
    build: () =>
      new UNet({
        dimensions: 3,
        inputChannels: 1,
        numClasses: 2,
        ...basic(2, 2, 4, 4, 4, 3),
        activation: 'gelu',
      }),
    order: BASIC_ORDER,
    shape: [1, 32, 16, 32, 1],
    kernels: basicKernels,
  },
  {
    title: "UNet beside nnU-Net's PlainConvUNet: anisotropic volumes, deep supervision",
    expected: reference.PlainConvUNet,
    build: () =>
      new UNet({
        dimensions: 3,
        inputChannels: 2,
        numClasses: 3,
        channels: [3, 5, 6],
        kernelSizes: [[1, 3, 3], 3, 3],
        strides: [[1, 2, 2], 2],
        downsampling: 'stridedConvolution',
        normalization: 'instance',
        activation: 'leakyRelu',
        deepSupervision: true,
      }),
    order: NNUNET_ORDER,
    shape: [2, 4, 8, 12, 2],
    kernels: { first: 'encoder0_conv1', up: 'decoder0_up', middle: 'decoder1_conv2' },
  },
  {
    title: "ResidualUNet beside MONAI's UNet: no residual units, images",
    expected: reference.UNet['plain images'],
    build: () => new ResidualUNet({ ...four, numResidualUnits: 0 }),
    order: RESIDUAL_ORDER,
    shape: [2, 16, 24, 2],
    kernels: plainKernels,
  },
  {
    title:
      "ResidualUNet beside MONAI's UNet: no residual units, anisotropic volumes, batch normalisation, ELU",
    expected: reference.UNet['plain volumes'],
    build: () =>
      new ResidualUNet({
        ...four,
        dimensions: 3,
        numResidualUnits: 0,
        strides: [[1, 2, 2], 2, 1],
        normalization: 'batch',
        activation: 'elu',
      }),
    order: RESIDUAL_ORDER,
    shape: [1, 4, 8, 12, 2],
    kernels: plainKernels,
  },
  {
    title: "ResidualUNet beside MONAI's UNet: two residual units, images",
    expected: reference.UNet['units, images'],
    build: () => new ResidualUNet(four),
    order: RESIDUAL_ORDER,
    shape: [2, 16, 24, 2],
    kernels: unitKernels,
  },
  {
    title: "ResidualUNet beside MONAI's UNet: two residual units, volumes, kernels and strides of their own",
    expected: reference.UNet['units, volumes'],
    build: () =>
      new ResidualUNet({
        ...four,
        dimensions: 3,
        strides: [2, 1, 2],
        kernelSize: [1, 3, 3],
        upKernelSize: [3, 3, 5],
      }),
    order: RESIDUAL_ORDER,
    shape: [1, 8, 8, 12, 2],
    kernels: unitKernels,
  },
  {
    title: "VNet beside MONAI's: images of two channels",
    expected: reference.VNet.images,
    build: () => new VNet({ dimensions: 2, inputChannels: 2, numClasses: 3, baseChannels: 4, dropout: 0 }),
    order: VNET_ORDER,
    shape: [2, 32, 48, 2],
    kernels: vnetKernels,
  },
  {
    title: "VNet beside MONAI's: volumes",
    expected: reference.VNet.volumes,
    build: () => new VNet({ numClasses: 2, baseChannels: 2, dropout: 0 }),
    order: VNET_ORDER,
    shape: [2, 16, 32, 16, 1],
    kernels: vnetKernels,
  },
];

describe('U-Nets beside their references', () => {
  for (const { title, expected, build, order, shape, kernels } of TWINS) {
    it(`${title}: parameters, outputs, loss and gradients`, () => {
      const model = build();
      assert.equal(trainableParameters(model), expected.parameters);
      const names = new Set(model.layers.map(({ name }) => name));
      fillUNet(
        model,
        order.filter((name) => names.has(name)),
      );
      tf.tidy(() => {
        const images = hashedMap(1000, shape);
        const evaluation = [model.predict(images)].flat();
        assert.equal(evaluation.length, expected.evaluation.length);
        evaluation.forEach((output, head) => assertClose(stored(output), expected.evaluation[head], 1e-4));
        const { value, grads } = tf.variableGrads(() => {
          const outputs = [model.apply(images, { training: true })].flat() as tf.Tensor[];
          outputs.forEach((output, head) => assertClose(stored(output), expected.training[head], 1e-4));
          const losses = outputs.map((output, head) =>
            tf.losses.meanSquaredError(hashedMap(2000 + head, output.shape), output),
          );
          return tf.addN(losses) as tf.Scalar;
        });
        assertClose(value, expected.loss, 1e-5);
        for (const [place, name] of Object.entries(kernels)) {
          const kernel = model.getLayer(name).trainableWeights[0].read() as tf.Variable;
          const wanted = expected.gradients[place as keyof Case['gradients']];
          assertClose(stored(grads[kernel.name]), wanted, 1e-5);
        }
      });
      model.dispose();
    });
  }

  it("have as many parameters as MONAI's at their standard sizes", () => {
    const {
      BasicUNet,
      'BasicUNet wide': wide,
      UNet: residual,
      'VNet 2d': vnet,
    } = reference.standardParameters;
    const two = { inputChannels: 1, numClasses: 2 };
    const standard = { ...two, ...basic(32, 32, 64, 128, 256, 32) };
    const subjects: [() => SegmentationModel, number][] = [
      [() => new UNet(standard), BasicUNet['2d']],
      [() => new UNet({ ...standard, dimensions: 3 }), BasicUNet['3d']],
      [() => new UNet({ ...two, ...basic(64, 128, 256, 512, 1024, 128) }), wide],
      [() => new ResidualUNet({ ...two, numResidualUnits: 0 }), residual['0']],
      [() => new ResidualUNet(two), residual['2']],
      [() => new VNet({ dimensions: 2 }), vnet],
    ];
    for (const [build, count] of subjects) {
      const model = build();
      assert.equal(trainableParameters(model), count);
      model.dispose();
    }
  });
});
