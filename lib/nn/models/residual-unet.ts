import { tf } from '../../runtime';
import {
  chain,
  concatenation,
  convolutionUnit,
  FeatureMap,
  Finish,
  finish,
  merge,
  perAxis,
  Size,
  transposedConvolution,
} from '../layers';
import { NetworkOptions, networkOptions, NetworkSettings } from '../network-options';
import { ResidualUnit } from '../residual-unit';
import { Architecture, SegmentationModel } from '../segmentation-model';

export interface ResidualUNetOptions extends Omit<NetworkOptions, 'numConvolutions' | 'upsampling'> {
  /** Convolutions of each residual unit on the way down; 0 for one plain convolution instead. Default 2. */
  numResidualUnits?: number;
  /** Kernel of the convolutions, for all axes or for each. Default 3. */
  kernelSize?: Size;
  /** Kernel of the transposed convolutions, for all axes or for each. Default 3. */
  upKernelSize?: Size;
}

/**
 * The U-Net of residual units of Kerfoot et al. 2018 ("Left-Ventricle Quantification Using Residual U-Net"). Each level
 * steps down as it begins, the first one too, so that the whole network works below the image's size; level i of n + 1:
 *
 * e_0 = R(image), e_i = R(e_{i−1}), e_n = R(e_{n−1}) without a stride; d_{n−1} = U([e_{n−1}, e_n]), d_i = U([e_i, d_{i+1}])
 *
 * R being a `ResidualUnit` with the level's strides, U a transposed convolution with the same strides and a residual unit
 * of one convolution; logits = d_{−1}, the last U, whose residual unit is bare.
 *
 * Shape: [B, H, W, inputChannels] → [B, H, W, numClasses]; 3-D likewise. Defaults: 16 channels doubling over 4 steps,
 * instance normalisation without weights, PReLU.
 *
 * Equal to MONAI's `UNet` with `num_res_units` = `numResidualUnits` (its default is 0).
 *
 * @throws RangeError for counts below 1 or unknown options when it is built; when it is applied, for image sides
 * that the strides do not divide or a wrong number of channels
 */
export class ResidualUNet extends SegmentationModel {
  constructor(options: ResidualUNetOptions = {}) {
    super(architecture(options));
  }
}

interface Settings extends NetworkSettings {
  numResidualUnits: number;
  kernelSize: number[];
  upKernelSize: number[];
}

function architecture(options: ResidualUNetOptions): Architecture {
  const name = 'ResidualUNet';
  const settings = complete(name, options);
  const { dimensions, inputChannels, numClasses, channels, strides } = settings;
  const sides = new Array<null>(dimensions).fill(null);
  const image = tf.input({ shape: [...sides, inputChannels], name: 'image' });

  const encoded: FeatureMap[] = [];
  channels.forEach((outputChannels, level) => {
    const place = {
      inputChannels: channels[level - 1] ?? inputChannels,
      outputChannels,
      strides: strides[level] ?? 1, // the lowest level keeps the size
      name: `encoder${level}`,
    };
    encoded.push(down(settings, encoded[level - 1] ?? image, place)); // [B, H/2ⁱ⁺¹, W/2ⁱ⁺¹, channels[i]]
  });
  let decoded = encoded[strides.length];
  for (let level = strides.length - 1; level >= 0; level--) {
    const below = level === strides.length - 1 ? channels[level + 1] : channels[level];
    const joined = merge(concatenation(`decoder${level}_concatenate`), [encoded[level], decoded]);
    decoded = up(settings, joined, {
      inputChannels: channels[level] + below,
      outputChannels: channels[level - 1] ?? numClasses,
      strides: strides[level],
      name: `decoder${level}`,
      isLast: level === 0,
    }); // [B, H/2ⁱ, W/2ⁱ, channels[i − 1]]
  }
  return { name, image, outputs: decoded, strides, remedy: 'use fewer levels' };
}

function complete(owner: string, options: ResidualUNetOptions): Settings {
  const { numResidualUnits = 2, kernelSize = 3, upKernelSize = 3, ...network } = options;
  const settings = networkOptions(
    owner,
    { normalization: { name: 'instance', affine: false }, activation: 'prelu', ...network },
    { baseChannels: 16, numBlocks: 4, upsampling: 'transposed' },
  );
  if (!Number.isSafeInteger(numResidualUnits) || numResidualUnits < 0) {
    throw new RangeError(
      `${owner}: got numResidualUnits ${numResidualUnits}; expected an integer of at least 0`,
    );
  }
  return {
    ...settings,
    numResidualUnits,
    kernelSize: perAxis(owner, 'kernelSize', kernelSize, settings.dimensions),
    upKernelSize: perAxis(owner, 'upKernelSize', upKernelSize, settings.dimensions),
  };
}

interface Place {
  inputChannels: number;
  outputChannels: number;
  strides: Size;
  name: string;
}

/** One level of the encoder, which begins by its stride. */
function down(settings: Settings, x: FeatureMap, place: Place): FeatureMap {
  const { kernelSize, numResidualUnits } = settings;
  const options = { ...common(settings), ...place, kernelSize };
  return numResidualUnits === 0
    ? chain(convolutionUnit({ ...options, name: `${place.name}_conv1` }), x)
    : new ResidualUnit({ ...options, numConvolutions: numResidualUnits }).apply(x);
}

/** One level of the decoder: a transposed convolution, then a residual unit of one convolution. */
function up(
  settings: Settings,
  x: FeatureMap,
  { isLast, ...place }: Place & { isLast: boolean },
): FeatureMap {
  const { kernelSize, upKernelSize, dimensions, numResidualUnits } = settings;
  const name = `${place.name}_up`;
  const transposed = transposedConvolution({ dimensions, ...place, kernelSize: upKernelSize, name });
  const finished = finish({ ...common(settings), name });
  if (numResidualUnits === 0) return chain(isLast ? transposed : [...transposed, ...finished], x);
  const unit = new ResidualUnit({
    ...common(settings),
    inputChannels: place.outputChannels,
    outputChannels: place.outputChannels,
    kernelSize,
    numConvolutions: 1,
    lastIsBare: isLast,
    name: place.name,
  });
  return unit.apply(chain([...transposed, ...finished], x));
}

const common = ({
  dimensions,
  normalization,
  activation,
  dropout,
}: Settings): Finish & Pick<Settings, 'dimensions'> => ({
  dimensions,
  normalization,
  activation,
  dropout,
});
