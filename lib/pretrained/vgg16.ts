import { loadWeights } from '../checkpoints/load-weights';
import { VGG16_NAMES, VGG16_TO_FCN_NAMES } from '../checkpoints/names';
import { readWeights } from '../checkpoints/read-weights';
import { VGG16, type VGG16Output } from '../nn/models/vgg16';

/**
 * VGG16 with the weights of a file of torchvision's `vgg16` (`vgg16-397923af.pth`), as wide as the file's: for images
 * [B, H, W, 3], red, green, blue, 0…1, less the means .485, .456, .406, over the deviations .229, .224, .225.
 *
 * @throws Error for a file without such weights
 */
export function vgg16FromFile(file: string, outputs?: readonly VGG16Output[]): VGG16 {
  const { arrays } = readWeights(file);
  const rows = (name: string): number => {
    const shape = arrays[name]?.shape;
    if (shape && shape.length > 0) return shape[0];
    throw new Error(`vgg16FromFile: ${file}: got no ${name}; expected the weights of torchvision's vgg16`);
  };
  const hasHead = outputs === undefined || outputs.includes('logits');
  const model = new VGG16({
    baseChannels: rows('features.0.weight'),
    ...(hasHead && {
      fullyConnectedChannels: rows('classifier.3.weight'),
      numClasses: rows('classifier.6.weight'),
    }),
    outputs,
    initialWeights: 'zeros',
  });
  const featuresOnly = { ...VGG16_TO_FCN_NAMES, 'classifier.0': null, 'classifier.3': null };
  loadWeights(model, arrays, { mapping: hasHead ? VGG16_NAMES : featuresOnly });
  return model;
}
