import { loadWeights } from '../checkpoints/load-weights';
import { FCN_NAMES } from '../checkpoints/names';
import { readWeights } from '../checkpoints/read-weights';
import { DataError } from '../datasets/data-error';
import { ownFile } from '../datasets/local-file';
import { VOC_CLASSES } from '../datasets/voc-classes';
import type { Image } from '../io/image';
import { FCN } from '../nn/models/fcn';
import { tf } from '../runtime';
import { DeepLab } from './deeplab';

/** A network that gives each pixel one of VOC's 21 classes. */
export interface VocSegmenter {
  name: string;
  /** Whose weights, under which licence. */
  provenance: string;
  /** RGB, 0…255 → labels 0…20, both [height, width]. */
  segment(image: Image<Uint8Array>): Image<Uint8Array>;
  dispose(): void;
}

/** Where the authors' weights are looked for, below the data folder and the mirror. */
const FCN_FILE = 'weights/fcn8s_vgg16_pascal.pth';
const BGR_MEAN = [104.00698793, 116.66876762, 122.67891434];

/**
 * A pretrained network for VOC's classes: FCN-8s, where `weights/fcn8s_vgg16_pascal.pth` lies in the data folder or the
 * mirror, else DeepLab, which is downloaded. Undefined where neither can be had.
 *
 * @throws DataError `damaged` for a file that is not what the manifest says; Error for an FCN-8s file that is none
 */
export async function pretrainedVocSegmenter(): Promise<VocSegmenter | undefined> {
  const file = ownFile(FCN_FILE);
  if (file !== undefined) return fcn8sFromFile(file);
  try {
    const deepLab = await DeepLab.load();
    return segmenter({
      name: 'DeepLab v3 on MobileNetV2',
      provenance: 'Chen et al. 2018, as in CODAIT’s max-image-segmenter 0.3.0, Apache-2.0',
      logits: (image) => deepLab.logits(image),
      dispose: () => deepLab.dispose(),
    });
  } catch (error) {
    if (!(error instanceof DataError) || error.problem === 'damaged') throw error;
    return undefined;
  }
}

/**
 * FCN-8s with the weights of a file of pytorch-fcn's `FCN8s`, as wide as the file's. Its images are blue, green, red, less
 * the means of its training.
 *
 * @throws Error for a file without such weights, or of another number of classes
 */
export function fcn8sFromFile(file: string, numClasses: number = VOC_CLASSES.length): VocSegmenter {
  const { arrays } = readWeights(file);
  const rows = (name: string): number => {
    const shape = arrays[name]?.shape;
    if (shape && shape.length > 0) return shape[0];
    throw new Error(`fcn8sFromFile: ${file}: got no ${name}; expected the weights of pytorch-fcn's FCN8s`);
  };
  const stored = rows('score_fr.weight');
  if (stored !== numClasses) {
    throw new Error(`fcn8sFromFile: ${file}: got ${stored} classes; expected ${numClasses}`);
  }
  const model = new FCN({
    baseChannels: rows('conv1_1.weight'),
    fullyConnectedChannels: rows('fc6.weight'),
    numClasses,
    alignment: 'crop',
    initialWeights: 'zeros',
  });
  loadWeights(model, arrays, { mapping: FCN_NAMES });
  return segmenter({
    name: 'FCN-8s on VGG16',
    provenance: `Long et al. 2015, weights of ${file}`,
    logits: (image) => model.predict(image.toFloat().reverse(-1).sub(BGR_MEAN)) as tf.Tensor4D,
    dispose: () => void model.dispose(),
  });
}

/** The class of the highest logit at each pixel; `logits` takes [1, H, W, 3], 0…255, and gives [1, H, W, classes]. */
export function segmenter(network: {
  name: string;
  provenance: string;
  logits: (image: tf.Tensor4D) => tf.Tensor4D;
  dispose(): void;
}): VocSegmenter {
  return {
    ...network,
    segment({ data, shape, channels }) {
      if (channels !== 3 || shape.length !== 2) {
        throw new RangeError(
          `${network.name}: got an image of ${shape.join(' × ')} with ${channels} channels; expected [height, width], RGB`,
        );
      }
      const labels = tf.tidy(() => {
        const image = tf.tensor4d(Int32Array.from(data), [1, shape[0], shape[1], 3], 'int32');
        return network.logits(image).argMax(-1).dataSync();
      });
      return { data: Uint8Array.from(labels), shape, channels: 1 };
    },
  };
}
