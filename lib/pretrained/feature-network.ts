import { DataError } from '../datasets/data-error';
import { localFile } from '../datasets/local-file';
import type { DatasetEntry } from '../datasets/manifest';
import { SqueezeNet } from '../nn/models/squeezenet';
import { VGG16 } from '../nn/models/vgg16';
import type { SegmentationModel } from '../nn/segmentation-model';
import { setSeed, tf } from '../runtime';
import { pretrainedSqueezeNet } from './squeezenet';
import { vgg16FromFile } from './vgg16';

/** A network that turns images into vectors. */
export interface FeatureNetwork {
  /** Which network, whose weights, under which licence. */
  name: string;
  provenance: string;
  /** Side of the images that it takes. */
  size: number;
  /** The last feature map, such as VGG16's pool5. */
  model: SegmentationModel;
  /** Images [B, size, size, 3], red, green, blue, 0…1 → last feature map [B, h, w, C]. */
  featureMaps(images: tf.Tensor4D): tf.Tensor4D;
  /** The same network with weights drawn at random: what it was before it was trained. */
  untrained(seed: number): FeatureNetwork;
}

const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const CAFFE_MEAN = [104.00698793, 116.66876762, 122.67891434];

/**
 * A network that ImageNet has trained: VGG16, where torchvision's `vgg16-397923af.pth` lies in the data folder or the
 * mirror (below `weights/`), else SqueezeNet, which is downloaded. Undefined where neither can be had.
 *
 * @throws DataError `damaged` for a file that is not what the manifest says
 */
export async function pretrainedFeatures(manifest?: DatasetEntry[]): Promise<FeatureNetwork | undefined> {
  const file = await localFile('vgg16-imagenet', manifest);
  if (file !== undefined) {
    const provenance = 'torchvision’s VGG16_Weights.IMAGENET1K_V1, BSD-3-Clause';
    return vggFeatures(vgg16FromFile(file, ['pool5']), 'VGG16, trained on ImageNet', provenance);
  }
  try {
    const provenance = 'Iandola et al. 2016, packed by Han et al. (SqueezeNet-Deep-Compression), BSD';
    const model = await pretrainedSqueezeNet(['fire9']);
    return squeezeNetFeatures(model, 'SqueezeNet 1.0, trained on ImageNet', provenance);
  } catch (error) {
    if (!(error instanceof DataError) || error.problem === 'damaged') throw error;
    return undefined;
  }
}

/** VGG16 with pool5 as its only output; images become (x − mean) / deviation of ImageNet's. */
export function vggFeatures(model: VGG16, name: string, provenance: string): FeatureNetwork {
  const baseChannels = model.getLayer('conv1_1').getWeights()[0].shape[3]!;
  return {
    name,
    provenance,
    size: 224,
    model,
    featureMaps: (images) =>
      tf.tidy(() => model.predict(images.sub(IMAGENET.mean).div(IMAGENET.deviation)) as tf.Tensor4D),
    untrained(seed) {
      setSeed(seed);
      const fresh = new VGG16({ baseChannels, outputs: ['pool5'] });
      return vggFeatures(fresh, 'VGG16, untrained', `random weights, seed ${seed}`);
    },
  };
}

function squeezeNetFeatures(model: SqueezeNet, name: string, provenance: string): FeatureNetwork {
  return {
    name,
    provenance,
    size: 227,
    model,
    featureMaps: (images) =>
      tf.tidy(() => model.predict(images.mul(255).reverse(-1).sub(CAFFE_MEAN)) as tf.Tensor4D),
    untrained(seed) {
      setSeed(seed);
      const fresh = new SqueezeNet({ outputs: ['fire9'] });
      return squeezeNetFeatures(fresh, 'SqueezeNet, untrained', `random weights, seed ${seed}`);
    },
  };
}
