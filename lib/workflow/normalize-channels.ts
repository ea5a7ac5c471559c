import type { Image } from '../io/image';
import type { IntensityProperties } from '../planning/fingerprint';
import type { NormalizationScheme } from '../planning/normalization-scheme';
import { channelOf, requireFiniteSamples, valuesInside, type Floats } from '../transforms/intensity/planes';
import { extentOf, momentsOf } from '../transforms/intensity/statistics';

/** What deviations and ranges count at least as, so that a constant image becomes 0. */
const LEAST = 1e-8;

export interface ChannelNormalization {
  scheme: NormalizationScheme;
  /** Whether mean and deviation are those of the voxels that are not 0 alone. */
  insideMask: boolean;
}

/**
 * Normalises each channel in place as nnU-Net's schemes do:
 *
 * - CTNormalization: limited to the data set's 0.5th and 99.5th percentile of the foreground, minus its mean, over its
 *   deviation
 * - ZScoreNormalization: minus the image's own mean, over its deviation; with `insideMask`, those of the voxels inside,
 *   which alone are changed
 * - RescaleTo01Normalization: to the range 0 to 1; RGBTo01Normalization: over 255; NoNormalization: as it is
 *
 * @param inside 1 where a voxel counts for `insideMask`
 * @throws RangeError for values that are not finite, and for RGB that is not 0 to 255
 */
export function normalizeChannels(
  owner: string,
  { data, channels }: Image<Float32Array>,
  schemes: readonly ChannelNormalization[],
  intensities: readonly IntensityProperties[],
  inside: Uint8Array,
): void {
  if (schemes.length !== channels || intensities.length !== channels) {
    throw new RangeError(
      `${owner}: got ${channels} channels; expected ${schemes.length}, as the plan has schemes, and ` +
        `${intensities.length} intensity properties`,
    );
  }
  schemes.forEach(({ scheme, insideMask }, channel) => {
    const plane = channelOf({ data, shape: [data.length / channels], channels }, channel);
    requireFiniteSamples(owner, plane);
    const values = insideMask ? valuesInside(plane, inside) : plane;
    const change = CHANGES[scheme](owner, values, intensities[channel]);
    for (let voxel = 0, at = channel; voxel < plane.length; voxel++, at += channels) {
      if (!insideMask || inside[voxel]) data[at] = change(plane[voxel]);
    }
  });
}

type Change = (value: number) => number;

const CHANGES: Record<
  NormalizationScheme,
  (owner: string, values: Floats, intensities: IntensityProperties) => Change
> = {
  CTNormalization: (_, __, { mean, std, percentile005, percentile995 }) => {
    const scale = Math.max(std, LEAST);
    return (value) => (Math.min(Math.max(value, percentile005), percentile995) - mean) / scale;
  },
  ZScoreNormalization: (_, values) => {
    if (values.length === 0) return (value) => value;
    const { mean, deviation } = momentsOf([values]);
    const scale = Math.max(deviation, LEAST);
    return (value) => (value - mean) / scale;
  },
  NoNormalization: () => (value) => value,
  RescaleTo01Normalization: (_, values) => {
    const [low, high] = extentOf([values]);
    const scale = Math.max(high - low, LEAST);
    return (value) => (value - low) / scale;
  },
  RGBTo01Normalization: (owner, values) => {
    const [low, high] = extentOf([values]);
    if (low < 0 || high > 255) {
      throw new RangeError(
        `${owner}: got values from ${low} to ${high} in a channel called rgb_to_0_1; expected 0 to 255`,
      );
    }
    return (value) => value / 255;
  },
};
