import { tf } from '../../runtime';
import { convolutionUnits } from '../convolution-units';
import { chain, concatenation, convolution, FeatureMap, maxPooling, merge, upsampling } from '../layers';
import { NetworkOptions, networkOptions, NetworkSettings } from '../network-options';
import { requireCounts } from '../options';
import { Architecture, SegmentationModel } from '../segmentation-model';

export interface UNetPlusPlusOptions extends NetworkOptions {
  /** Channels of the last node, X⁰ⁿ. Default: those of the other nodes at the image's size. */
  lastChannels?: number;
  /** Logits of all nodes at the image's size instead of the last one's alone. Default false. */
  deepSupervision?: boolean;
}

/** Node X^{i,j}: level i from the image's size down, column j from the encoder to the right. */
const nodeName = (level: number, column: number) => `node${level}_${column}`;

/**
 * U-Net++ (Zhou et al. 2018): between encoder and decoder of a U-Net stand nodes, each fed by all nodes to its left and
 * by the one below them,
 *
 * X^{i,0} = C(pool(X^{i−1,0})), X^{i,j} = C([X^{i,0}, …, X^{i,j−1}, up(X^{i+1,j−1})])  (eq. 1)
 *
 * C being two convolutions 3 × 3 and up a transposed convolution, which halves the channels below the first level and
 * keeps them at it. With n poolings the nodes X^{0,1} … X^{0,n} have the image's size; with `deepSupervision` each has
 * a 1 × 1 convolution to logits of its own, to be trained by the mean of their losses (`deepSupervisionLoss` with equal
 * `levelWeights`).
 *
 * Shape: [B, H, W, inputChannels] → [B, H, W, numClasses], with deep supervision n of them, the shallowest first; 3-D
 * likewise. Defaults: the paper's 32 channels doubling over 4 poolings; batch normalisation, ReLU.
 *
 * Equal to MONAI's `BasicUNetPlusPlus` (upsample 'deconv') for 4 poolings; its own defaults are
 * `{ channels: [32, 32, 64, 128, 256], lastChannels: 32, normalization: 'instance', activation: { name: 'leakyRelu',
 * slope: 0.1 } }`. Without deep supervision MONAI carries the other heads along unused; here they do not exist. By
 * default all layers of the 2-D network are stock TensorFlow.js.
 *
 * @throws RangeError for counts below 1 or unknown options when it is built; when it is applied, for image sides
 * that the poolings do not divide or a wrong number of channels
 */
export class UNetPlusPlus extends SegmentationModel {
  private readonly steps: readonly (readonly number[])[];

  constructor(options: UNetPlusPlusOptions = {}) {
    const design = architecture(options);
    super(design);
    this.steps = design.strides;
  }

  /**
   * The network cut back to the nodes that head `column` needs (Zhou et al. 2018, fig. 3c): less work for a coarser
   * answer, and fewer poolings that must divide an image's sides. It shares this network's weights and goes with it:
   * dispose of the whole network only.
   *
   * Shape: [B, H, W, inputChannels] → [B, H, W, numClasses]
   *
   * @param column 1 … n, from the shallowest head to the last
   * @throws RangeError for another column, and for a network built without deep supervision
   */
  pruned(column: number): SegmentationModel {
    const heads = this.steps.length;
    if (this.outputs.length !== heads) {
      throw new RangeError(
        'UNetPlusPlus: got pruned() of a network with its last head alone; expected one with all heads: ' +
          'build it with deepSupervision: true',
      );
    }
    if (!Number.isSafeInteger(column) || column < 1 || column > heads) {
      throw new RangeError(`UNetPlusPlus: got column ${column}; expected an integer from 1 to ${heads}`);
    }
    return new SegmentationModel({
      name: `${this.name}_L${column}`,
      image: this.inputs[0],
      outputs: this.outputs[column - 1],
      strides: this.steps.slice(0, column),
      remedy: 'use fewer blocks',
    });
  }
}

function architecture(options: UNetPlusPlusOptions): Architecture {
  const name = 'UNetPlusPlus';
  const defaults = { baseChannels: 32, numBlocks: 4, upsampling: 'transposed' as const };
  const settings = networkOptions(name, options, defaults);
  const { lastChannels = settings.channels[0], deepSupervision = false } = options;
  requireCounts(name, { lastChannels });
  const { dimensions, inputChannels, numClasses, channels, strides } = settings;
  const sides = new Array<null>(dimensions).fill(null);
  const image = tf.input({ shape: [...sides, inputChannels], name: 'image' });
  const [top] = nodes(settings, image, lastChannels);
  const depth = strides.length;
  const heads = top.slice(1).map((node, index) => {
    const column = index + 1;
    if (column < depth && !deepSupervision) return [];
    const inner = column === depth ? lastChannels : channels[0];
    const logits = convolution({
      dimensions,
      inputChannels: inner,
      outputChannels: numClasses,
      kernelSize: 1,
      name: `logits${column}`,
    });
    return [chain(logits, node)];
  });
  return { name, image, outputs: heads.flat(), strides, remedy: 'use fewer blocks' };
}

/** The grid of nodes, one list for each level, from the encoder's node to the right. */
function nodes(settings: NetworkSettings, image: FeatureMap, lastChannels: number): FeatureMap[][] {
  const { dimensions, inputChannels, channels, strides } = settings;
  const depth = strides.length;
  const convolutions = (inner: number, outputChannels: number, name: string) =>
    convolutionUnits({ ...settings, inputChannels: inner, outputChannels, strides: 1, name });

  const grid: FeatureMap[][] = [
    [chain(convolutions(inputChannels, channels[0], nodeName(0, 0)), image)], // [B, H, W, channels[0]]
  ];
  for (let level = 1; level <= depth; level++) {
    const name = nodeName(level, 0);
    const pool = maxPooling({ dimensions, size: strides[level - 1], name: `${name}_pool` });
    const layers = [pool, ...convolutions(channels[level - 1], channels[level], name)];
    grid.push([chain(layers, grid[level - 1][0])]); // [B, H/2ⁱ, W/2ⁱ, channels[i]]
  }
  for (let column = 1; column <= depth; column++) {
    for (let level = 0; level <= depth - column; level++) {
      const name = nodeName(level, column);
      const below = channels[level + 1];
      const enlarged = level === 0 ? below : Math.max(1, Math.floor(below / 2));
      const up = upsampling({
        dimensions,
        inputChannels: below,
        outputChannels: enlarged,
        strides: strides[level],
        upsampling: settings.upsampling,
        name: `${name}_up`,
      });
      const left = grid[level];
      const joined = merge(concatenation(`${name}_concatenate`), [
        ...left,
        chain(up, grid[level + 1][column - 1]),
      ]); // [B, H/2ⁱ, W/2ⁱ, j · channels[i] + enlarged]
      const output = column === depth ? lastChannels : channels[level];
      left.push(chain(convolutions(column * channels[level] + enlarged, output, name), joined));
    }
  }
  return grid;
}
