import { ensureDataset } from '../datasets/ensure';
import { readGraphModel } from '../io/graph-model';
import { tf } from '../runtime';

/** Nodes of the graph between which it is run. */
const NODES = {
  image: 'sub_7',
  features: 'MobilenetV2/expanded_conv_16/project/BatchNorm/FusedBatchNorm',
  pooled: 'AvgPool2D/AvgPool',
  surroundings: 'image_pooling/Relu',
  spread: 'ResizeBilinear_1',
  logits: 'logits/semantic/BiasAdd',
};

/** The atrous convolutions put a map's pixels into 4 × 4 groups and its margin: its sides are 4 m + 1, and 8 times finer … */
const GRID = 32;
/** … the image's are 32 m + 1. */
const canvasSide = (side: number) => Math.ceil(Math.max(side - 1, 1) / GRID) * GRID + 1;

/** More is cut by whoever asks. */
const LONGEST_SIDE = 2049;

/**
 * DeepLab v3 on MobileNetV2 for the 21 classes of VOC (Chen et al. 2018), from a TensorFlow.js graph model.
 *
 * The graph was written for 513 × 513 pixels: it pads every image to that. Only its image pooling, the mean of the whole
 * map, has that size in it; all else is convolutions. So it is run in three parts, with a mean of our own between them, on
 * the smallest canvas that holds the image: 320 × 240 costs a third.
 */
export class DeepLab {
  private constructor(readonly graph: tf.GraphModel) {}

  /** @throws DataError where the weights cannot be had or are damaged */
  static async load(): Promise<DeepLab> {
    const { paths } = await ensureDataset('deeplab-voc');
    const names = Object.entries(paths).map(([name, path]) => [name.split('/').at(-1)!, path] as const);
    const files = Object.fromEntries(names);
    return new DeepLab(await readGraphModel(files['model.json'], { shards: files }));
  }

  /**
   * [1, H, W, 3], red, green, blue, 0…255 → logits [1, H, W, 21], enlarged from 1/8 of the size.
   *
   * @throws RangeError for other shapes, and sides above 2049
   */
  logits(image: tf.Tensor4D): tf.Tensor4D {
    const [batch, height, width, channels] = image.shape;
    if (image.rank !== 4 || batch !== 1 || channels !== 3 || Math.max(height, width) > LONGEST_SIDE) {
      throw new RangeError(
        `DeepLab: got an image of shape [${image.shape}]; expected [1, height, width, 3], sides up to ${LONGEST_SIDE}`,
      );
    }
    return tf.tidy(() => {
      const [high, wide] = [canvasSide(height), canvasSide(width)];
      // The padding is the mean gray, 127.5: 0 for the network.
      const scaled = image
        .toFloat()
        .mul(2 / 255)
        .sub(1);
      const canvas = scaled.pad([[0, 0], [0, high - height], [0, wide - width], [0, 0]]); // prettier-ignore
      const features = this.run({ [NODES.image]: canvas }, NODES.features); // [1, h, w, 320]
      const [, h, w] = features.shape;
      const mean = features.mean([1, 2], true);
      const surroundings = this.run({ [NODES.pooled]: mean }, NODES.surroundings); // [1, 1, 1, 256]
      const spread = surroundings.tile([1, h, w, 1]);
      const logits = this.run({ [NODES.features]: features, [NODES.spread]: spread }, NODES.logits);
      const enlarged = tf.image.resizeBilinear(logits, [high, wide], true);
      return enlarged.slice([0, 0, 0, 0], [1, height, width, -1]);
    });
  }

  private run(inputs: Record<string, tf.Tensor>, output: string): tf.Tensor4D {
    return this.graph.execute(inputs, output) as tf.Tensor4D;
  }

  dispose(): void {
    this.graph.dispose();
  }
}
