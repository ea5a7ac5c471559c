import type { Image } from '../../io/image';
import {
  insideOf,
  mapChannels,
  requireFiniteSamples,
  requireNumber,
  requireInterval,
  sliceLength,
  valuesInside,
  type InFloats,
  type Interval,
} from './planes';
import {
  between,
  fitScaling,
  requireScaling,
  scale,
  type ScalingMethod,
  type ScalingOptions,
} from './scaling';
import { requireOneOf } from '../../nn/options';

export interface StatisticsOptions {
  /** Where the statistics are taken: where this is not 0. All samples are changed, inside and outside. */
  mask?: Image;
  /** Whether each slice of a volume has its own statistics; default 'volume'. */
  scope?: 'slice' | 'volume';
}

export interface MinMaxOptions extends StatisticsOptions {
  /** What the least and greatest sample become; default [0, 1]. */
  range?: Interval;
}

export interface ZScoreOptions extends StatisticsOptions {
  /** What becomes of samples outside of the mask; default 'normalized'. In nnU-Net they stay, so that 0 stays 0. */
  outside?: 'normalized' | 'unchanged';
}

export interface PercentileOptions extends StatisticsOptions {
  /** The percentiles that are the new least and greatest sample; default [0.5, 99.5]. */
  percentiles?: Interval;
  /** What these two become; without it, samples keep their units. */
  range?: Interval;
}

/**
 * (x − min) / (max − min) · (b − a) + a of each channel; a where all samples are equal.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError for samples that are NaN or infinite, an empty mask, and a range that is none
 */
export function minMax<I extends Image>(image: I, options: MinMaxOptions = {}): InFloats<I> {
  return scaleImage('minMax', image, 'min-max', options);
}

/**
 * (x − μ) / σ of each channel, σ = √(Σ(x − μ)² / n); 0 where all samples are equal. As nnU-Net's and MONAI's
 * normalisation; TorchIO divides by n − 1.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError as `minMax`
 */
export function zScore<I extends Image>(image: I, options: ZScoreOptions = {}): InFloats<I> {
  const { outside = 'normalized', mask } = options;
  requireOneOf('zScore', 'outside', outside, ['normalized', 'unchanged']);
  const result = scaleImage('zScore', image, 'z-score', options);
  if (outside === 'unchanged' && mask) {
    const { data, channels } = result;
    for (let index = 0; index < data.length; index++) {
      if (mask.data[Math.floor(index / channels)] === 0) data[index] = image.data[index];
    }
  }
  return result;
}

/**
 * Samples beyond two percentiles of a channel become these (winsorising); then, with a range, as `minMax` between them.
 * Percentiles equal `numpy.percentile`.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError as `minMax`, and for percentiles outside of 0 to 100
 */
export function clipPercentiles<I extends Image>(image: I, options: PercentileOptions = {}): InFloats<I> {
  return scaleImage('clipPercentiles', image, 'percentile', options);
}

/**
 * (x − median) / (75th − 25th percentile) of each channel: a z-score that outliers do not move. Equal to scikit-learn's
 * `RobustScaler`.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError as `minMax`
 */
export function medianIqr<I extends Image>(image: I, options: StatisticsOptions = {}): InFloats<I> {
  return scaleImage('medianIqr', image, 'median-iqr', options);
}

/** A window of Hounsfield units by its middle and its width. */
export interface CtWindow {
  centre: number;
  width: number;
}

/** Usual windows of CT, in Hounsfield units. */
export const CT_WINDOWS = {
  abdomen: { centre: 40, width: 400 },
  angiography: { centre: 300, width: 600 },
  bone: { centre: 400, width: 1800 },
  brain: { centre: 40, width: 80 },
  liver: { centre: 30, width: 150 },
  lung: { centre: -600, width: 1500 },
  mediastinum: { centre: 50, width: 350 },
  stroke: { centre: 32, width: 8 },
  subdural: { centre: 75, width: 215 },
} as const satisfies Record<string, CtWindow>;

export type CtWindowName = keyof typeof CT_WINDOWS;

/**
 * Maps centre − width / 2 to a and centre + width / 2 to b, and what lies beyond them to these.
 *
 * Shape: the image's; float32
 *
 * @param window a preset of `CT_WINDOWS` or Hounsfield units of your own
 * @throws RangeError for an unknown preset, a width that is not positive, and a range that is none
 */
export function ctWindow<I extends Image>(
  image: I,
  window: CtWindowName | CtWindow,
  options: { range?: Interval } = {},
): InFloats<I> {
  const { range = [0, 1] } = options;
  if (typeof window === 'string') requireOneOf('ctWindow', 'window', window, Object.keys(CT_WINDOWS));
  requireInterval('ctWindow', 'range', range);
  const { centre, width } = typeof window === 'string' ? CT_WINDOWS[window] : window;
  requireNumber('ctWindow', 'centre', centre);
  requireNumber('ctWindow', 'width', width, Number.MIN_VALUE);
  const clip: Interval = [centre - width / 2, centre + width / 2];
  const scaling = { clip, ...between(clip, range) };
  return mapChannels('ctWindow', image, (plane) => {
    scale(plane, scaling);
    return plane;
  });
}

/** Each channel, or each slice of each channel, by the scaling that its own statistics ask for. */
export function scaleImage<I extends Image>(
  owner: string,
  image: I,
  method: ScalingMethod,
  options: StatisticsOptions & ScalingOptions,
): InFloats<I> {
  const { mask, scope = 'volume' } = options;
  requireScaling(owner, method, options);
  requireOneOf(owner, 'scope', scope, ['slice', 'volume']);
  const inside = insideOf(owner, image, mask);
  const length = scope === 'slice' ? sliceLength(image.shape) : image.data.length / image.channels;
  return mapChannels(owner, image, (plane) => {
    requireFiniteSamples(owner, plane);
    for (let start = 0; start < plane.length; start += length) {
      const slice = plane.subarray(start, start + length);
      const values = valuesInside(slice, inside?.subarray(start, start + length));
      // A slice that the mask leaves out has no statistics of its own.
      if (values.length > 0) scale(slice, fitScaling(method, [values], options));
      else slice.fill(0);
    }
    return plane;
  });
}
