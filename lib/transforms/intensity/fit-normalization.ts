import type { Image } from '../../io/image';
import { requireOneOf } from '../../nn/options';
import { requireImage } from '../spatial/samples';
import { scaleImage } from './normalize';
import { fitLandmarks, requireCutoff, standardize, type NyulLandmarks } from './nyul';
import {
  channelOf,
  insideOf,
  mapChannels,
  requireFiniteSamples,
  valuesInside,
  type Floats,
  type InFloats,
  type Interval,
} from './planes';
import {
  fitScaling,
  requireScaling,
  scale,
  SCALING_METHODS,
  type Scaling,
  type ScalingMethod,
  type ScalingOptions,
  type Scope,
} from './scaling';

export interface FitNormalizationOptions extends ScalingOptions {
  /**
   * 'min-max', 'z-score', 'percentile' and 'median-iqr' as the functions `minMax`, `zScore`, `clipPercentiles` and
   * `medianIqr`; 'nnunet-ct': clip at the 0.5th and 99.5th percentile, then (x − μ) / σ, each of the samples inside of
   * the masks before clipping; 'nyul': Nyúl's standardisation of histograms.
   */
  method: ScalingMethod | 'nyul';
  /** Of what the statistics are taken; default 'dataset', the only one of 'nnunet-ct' and 'nyul'. */
  scope?: Scope;
  /** One for each image; statistics are taken where it is not 0. */
  masks?: readonly Image[];
  /** Percentiles that 'nyul' moves to 0 and 100 of the standard scale; default [1, 99]. */
  cutoff?: Interval;
}

/** A fitted normalisation; plain data that survives JSON. */
export interface FittedNormalization extends ScalingOptions {
  method: ScalingMethod | 'nyul';
  scope: Scope;
  /** One for each channel, of a data set. */
  scalings?: Scaling[];
  /** One for each channel, of 'nyul'. */
  landmarks?: NyulLandmarks[];
}

/**
 * Takes the statistics of a normalisation from images, for `applyNormalization` to use on these and any others. Fit on
 * the training set only: what is fitted on the test set leaks from it.
 *
 * A data set's statistics are those of all samples together, so that large images weigh more (nnU-Net draws 10,000
 * samples of each instead). Scopes 'slice' and 'volume' need none; what is returned then only names the method.
 *
 * @throws RangeError for no images, different numbers of channels or masks, an unknown method or scope, and samples that
 *   are NaN or infinite
 */
export function fitNormalization(
  images: readonly Image[],
  options: FitNormalizationOptions,
): FittedNormalization {
  const owner = 'fitNormalization';
  const { method, scope = 'dataset', masks, cutoff = [1, 99] } = options;
  requireOneOf(owner, 'method', method, [...SCALING_METHODS, 'nyul']);
  requireOneOf(owner, 'scope', scope, ['slice', 'volume', 'dataset']);
  requireCutoff(owner, cutoff);
  if (method !== 'nyul') requireScaling(owner, method, options);
  if (scope !== 'dataset' && (method === 'nyul' || method === 'nnunet-ct')) {
    throw new RangeError(`${owner}: got scope '${scope}' for '${method}'; expected 'dataset'`);
  }
  requireSet(owner, images, masks);
  const { range, percentiles } = options;
  const fitted: FittedNormalization = {
    method,
    scope,
    ...(range && { range }),
    ...(percentiles && { percentiles }),
  };
  if (scope !== 'dataset') return fitted;
  const inside = images.map((image, index) => insideOf(owner, image, masks?.[index]));
  const perChannel = <Result>(fit: (parts: Floats[]) => Result) =>
    Array.from({ length: images[0].channels }, (_, channel) =>
      fit(
        images.map((image, index) => {
          const values = valuesInside(channelOf(image, channel), inside[index]);
          requireFiniteSamples(owner, values);
          return values;
        }),
      ),
    );
  return method === 'nyul'
    ? { ...fitted, landmarks: perChannel((parts) => fitLandmarks(owner, parts, cutoff)) }
    : { ...fitted, scalings: perChannel((parts) => fitScaling(method, parts, options)) };
}

/**
 * Normalises an image as fitted.
 *
 * Shape: the image's; float32
 *
 * @param options.mask where the image's own statistics are taken, of scopes 'slice' and 'volume' and of 'nyul'
 * @throws RangeError for another number of channels than fitted, and samples that are NaN or infinite
 */
export function applyNormalization<I extends Image>(
  image: I,
  normalization: FittedNormalization,
  options: { mask?: Image } = {},
): InFloats<I> {
  const owner = 'applyNormalization';
  const { method, scope, scalings, landmarks } = normalization;
  const { mask } = options;
  if (scope !== 'dataset' && method !== 'nyul') {
    return scaleImage(owner, image, method, { ...normalization, scope, mask });
  }
  const fitted = (scalings ?? landmarks)?.length;
  if (fitted !== image.channels) {
    throw new RangeError(
      `${owner}: got an image of ${image.channels} channels; expected ${fitted ?? 'statistics'}, as fitted`,
    );
  }
  const inside = insideOf(owner, image, mask);
  return mapChannels(owner, image, (plane, channel) => {
    requireFiniteSamples(owner, plane);
    if (scalings) scale(plane, scalings[channel]);
    else if (landmarks) standardize(plane, valuesInside(plane, inside), landmarks[channel]);
    return plane;
  });
}

function requireSet(owner: string, images: readonly Image[], masks: readonly Image[] | undefined): void {
  if (images.length === 0)
    throw new RangeError(`${owner}: got no images; expected those of the training set`);
  images.forEach((image) => requireImage(owner, image));
  const other = images.find(({ channels }) => channels !== images[0].channels);
  if (other) {
    throw new RangeError(
      `${owner}: got images of ${images[0].channels} and ${other.channels} channels; expected one number of channels`,
    );
  }
  if (masks && masks.length !== images.length) {
    throw new RangeError(
      `${owner}: got ${masks.length} masks for ${images.length} images; expected one for each`,
    );
  }
}
