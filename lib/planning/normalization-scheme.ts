import { type Decision } from './decision';
import type { Fingerprint } from './fingerprint';

export const NORMALIZATION_SCHEMES = [
  'CTNormalization',
  'ZScoreNormalization',
  'NoNormalization',
  'RescaleTo01Normalization',
  'RGBTo01Normalization',
] as const;

/** How a channel is normalised; the names are nnU-Net's. */
export type NormalizationScheme = (typeof NORMALIZATION_SCHEMES)[number];

const SCHEMES: Readonly<Record<string, NormalizationScheme>> = {
  ct: 'CTNormalization',
  nonorm: 'NoNormalization',
  zscore: 'ZScoreNormalization',
  rescale_to_0_1: 'RescaleTo01Normalization',
  rgb_to_0_1: 'RGBTo01Normalization',
};

/** What cropping must leave for statistics over the whole image. */
const LARGEST_CROP = 3 / 4;

export interface PlannedNormalization {
  scheme: NormalizationScheme;
  /** Whether mean and deviation are those of the voxels that are not 0 alone. */
  insideMask: boolean;
  decision: Decision;
}

/**
 * How each channel is normalised, by its name: 'CT' by the foreground's percentiles, mean and deviation of the whole
 * data set, since Hounsfield units mean the same in every image; a few reserved names as they say; everything else,
 * such as MRI, each image by its own mean and deviation, of the voxels that are not 0 where cropping to these takes a
 * quarter away in the median.
 *
 * @param channels names as in nnU-Net's dataset.json
 */
export function planNormalization(
  channels: readonly string[],
  { relativeSizeAfterCropping }: Pick<Fingerprint, 'relativeSizeAfterCropping'>,
): PlannedNormalization[] {
  return channels.map((name, channel) => {
    const scheme = SCHEMES[name.toLowerCase()] ?? 'ZScoreNormalization';
    const insideMask = relativeSizeAfterCropping < LARGEST_CROP && scheme === 'ZScoreNormalization';
    const reason = reasonOf(scheme, name, insideMask, relativeSizeAfterCropping);
    const data = { channel, name, relativeSizeAfterCropping, insideMask };
    return {
      scheme,
      insideMask,
      decision: { subject: `normalisation of channel ${channel}`, value: scheme, reason, data },
    };
  });
}

function reasonOf(scheme: NormalizationScheme, name: string, insideMask: boolean, left: number): string {
  if (scheme === 'CTNormalization') {
    return `'${name}': Hounsfield units mean the same in every image, so one clipping and scaling serves the data set`;
  }
  if (scheme !== 'ZScoreNormalization') return `'${name}' asks for it`;
  const where = insideMask
    ? `of what is not 0: cropping leaves ${(100 * left).toFixed(0)} % of the image, less than 75 %`
    : `of all of it: cropping leaves ${(100 * left).toFixed(0)} % of the image`;
  return `'${name}' has no scale of its own: each image by its mean and deviation, ${where}`;
}
