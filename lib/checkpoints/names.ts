import { NameMapping } from './name-mapping';

type Names = Record<string, string | null>;

/** Indices of torchvision's `features` at which VGG16's blocks have their convolutions; ReLU and pooling lie between. */
const VGG16_CONVOLUTIONS = [
  [0, 2],
  [5, 7],
  [10, 12, 14],
  [17, 19, 21],
  [24, 26, 28],
];

function vgg16Features(): Names {
  const names: Names = {};
  VGG16_CONVOLUTIONS.forEach((indices, block) =>
    indices.forEach((index, step) => {
      names[`features.${index}`] = `conv${block + 1}_${step + 1}`;
    }),
  );
  return names;
}

/** torchvision's `vgg16` → VGG16. Its first linear layer becomes the convolution 7 × 7 over the map that it sees. */
export const VGG16_NAMES: NameMapping = {
  ...vgg16Features(),
  'classifier.0': 'fc6',
  'classifier.3': 'fc7',
  'classifier.6': 'fc8',
};

/**
 * torchvision's `vgg16` → FCN: the same without the classes of ImageNet. With `strict: false`, since the score layers
 * and the transposed convolutions stay as they are.
 */
export const VGG16_TO_FCN_NAMES: NameMapping = { ...VGG16_NAMES, 'classifier.6': null };

/**
 * `FCN8s` of pytorch-fcn (`fcn8s_vgg16_pascal.pth`, `fcn8s_from_caffe.pth`; `FCN16s`, `FCN32s` likewise) → FCN. It names
 * its modules as the authors' Caffe network does, and so do our layers; the weights are for `alignment: 'crop'`, and
 * 32s's only transposed convolution is our upscore32.
 */
export const FCN_NAMES: NameMapping = (module) => (module === 'upscore' ? 'upscore32' : module);

/**
 * A U-Net in PyTorch → BasicUNet, the network of `tests/bench/isbi_torch.py`: `down.<level>`, `up.<step>` and
 * `merge.<step>` are sequences of convolution, batch norm and ReLU, steps counted from the bottleneck; `logits` is the last
 * convolution.
 *
 * @param options of the BasicUNet
 */
export function basicUNetNames(options: { numBlocks?: number; numConvolutions?: number } = {}): NameMapping {
  const { numBlocks = 2, numConvolutions = 2 } = options;
  const names: Names = { logits: 'output_logits' };
  const add = (sequence: string, position: number, layer: string) => {
    names[`${sequence}.${3 * position}`] = layer;
    names[`${sequence}.${3 * position + 1}`] = `${layer}_bn`;
  };
  const convolutions = (sequence: string, block: string) => {
    for (let index = 0; index < numConvolutions; index++) add(sequence, index, `${block}_conv${index + 1}`);
  };
  for (let level = 0; level <= numBlocks; level++) {
    convolutions(
      `down.${level}`,
      level === 0 ? 'input' : level === numBlocks ? 'bottleneck' : `down${level}`,
    );
  }
  for (let step = 0; step < numBlocks; step++) {
    const level = numBlocks - step;
    add(`up.${step}`, 0, level === numBlocks ? 'bottleneck_up' : `up${level}_up`);
    convolutions(`merge.${step}`, level === 1 ? 'output' : `up${level - 1}`);
  }
  return names;
}
