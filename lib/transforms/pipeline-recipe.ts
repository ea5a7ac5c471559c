import { gaussianBlur, lowerResolution } from './intensity/blur';
import { randomBrightness, randomContrast } from './intensity/brightness';
import { randomGamma } from './intensity/gamma';
import { randomNoise } from './intensity/noise';
import { uniform } from './intensity/random-numbers';
import { compose, type Pipeline } from './pipeline';
import { centreCrop, eachChannel, imageTransform, randomFlip, randomMovement } from './pipeline-transforms';

/** nnU-Net's `ANISO_THRESHOLD`. */
const ANISOTROPIC = 3;
/** Of a picture's sides, above which it is not turned all round. */
const ELONGATED = 1.5;

export interface NnUNetAugmentationOptions {
  /** Sizes of what the network sees, slowest axis first: [h, w] or [d, h, w]. They say how far images are turned. */
  shape: readonly number[];
  /** Axes that are flipped; default all. None where left and right must stay apart. */
  flipAxes?: readonly number[];
  /** Whether images are larger than `shape`, and cut to it about the middle after turning and scaling; default false. */
  crop?: boolean;
}

/**
 * nnU-Net's default augmentation (nnunetv2 2.8, `nnUNetTrainer.get_training_transforms`): turning (probability 0.2) and
 * scaling (0.2, by 0.7 to 1.4) in one linear resampling, noise (0.1), blur (0.2), brightness (0.15), contrast (0.15), low
 * resolution (0.25), gamma of the negative (0.1), gamma (0.3), flips. For images normalised to mean 0 and deviation 1.
 *
 * Pictures are turned by up to 180°, elongated ones by 15°, volumes by 30° about each axis; volumes with less than a third
 * as many slices as rows or columns are turned by up to 180° and scaled within their slices only.
 *
 * nnU-Net interpolates each label of a mask and takes the greatest; here masks take the nearest label. It cuts patches
 * first, larger ones than the network sees, of which `crop` keeps the middle; here whole images are changed, or whatever is
 * handed over.
 *
 * @throws RangeError for other than 2 or 3 sizes
 */
export function nnUNetAugmentation({ shape, flipAxes, crop = false }: NnUNetAugmentationOptions): Pipeline {
  const dimensions = shape.length;
  if (
    (dimensions !== 2 && dimensions !== 3) ||
    shape.some((size) => !Number.isSafeInteger(size) || size < 1)
  ) {
    throw new RangeError(
      `nnUNetAugmentation: got shape [${shape.join(', ')}]; expected positive integers [h, w] or [d, h, w]`,
    );
  }
  const axes = shape.map((_, axis) => axis);
  const inSlices = dimensions === 3 && Math.max(...shape) / shape[0] > ANISOTROPIC;
  const elongated = dimensions === 2 && Math.max(...shape) / Math.min(...shape) > ELONGATED;
  const turn = dimensions === 3 && !inSlices ? 30 : elongated ? 15 : 180;
  const range = [-turn, turn] as const;
  const movement = {
    rotation: inSlices ? [range, [0, 0] as const, [0, 0] as const] : range,
    rotationProbability: 0.2,
    scaling: [0.7, 1.4] as const,
    scalingProbability: 0.2,
    scalingAxes: inSlices ? [1, 2] : axes,
  };
  return compose([
    randomMovement(movement),
    ...(crop ? [centreCrop({ shape })] : []),
    { transform: noise(), probability: 0.1 },
    { transform: blur(), probability: 0.2 },
    { transform: brightness(), probability: 0.15 },
    { transform: contrast(), probability: 0.15 },
    { transform: lowResolution(inSlices), probability: 0.25 },
    { transform: gamma(1), probability: 0.1 },
    { transform: gamma(0), probability: 0.3 },
    randomFlip({ axes: flipAxes ?? axes }),
  ]);
}

const noise = () => imageTransform('noise', { deviation: [0, 0.1] as const }, randomNoise);

const blur = () =>
  imageTransform('blur', { sigma: [0.5, 1] as const, channelProbability: 0.5 }, (image, options, random) =>
    eachChannel(image, options.channelProbability, random, (channel) =>
      gaussianBlur(
        channel,
        channel.shape.map(() => uniform(options.sigma, random)),
      ),
    ),
  );

const brightness = () =>
  imageTransform('brightness', { factor: [0.75, 1.25] as const }, (image, options, random) =>
    eachChannel(image, 1, random, (channel) => randomBrightness(channel, options, random)),
  );

const contrast = () =>
  imageTransform('contrast', { factor: [0.75, 1.25] as const, keepRange: true }, (image, options, random) =>
    eachChannel(image, 1, random, (channel) => randomContrast(channel, options, random)),
  );

const lowResolution = (inSlices: boolean) =>
  imageTransform(
    'lowResolution',
    { scale: [0.5, 1] as const, channelProbability: 0.5, inSlices },
    (image, options, random) =>
      eachChannel(image, options.channelProbability, random, (channel) => {
        const scale = uniform(options.scale, random);
        return lowerResolution(
          channel,
          channel.shape.map((_, axis) => (inSlices && axis === 0 ? 1 : scale)),
        );
      }),
  );

const gamma = (invertProbability: number) =>
  imageTransform(
    'gamma',
    { gamma: [0.7, 1.5] as const, keepStatistics: true, invertProbability },
    (image, options, random) =>
      eachChannel(image, 1, random, (channel) => randomGamma(channel, options, random)),
  );
