import { tf } from '../../runtime';
import { GroupNormalization } from './group-normalization';

export const NORMALIZATIONS = ['batch', 'instance', 'group', 'none'] as const;

export type NormalizationName = (typeof NORMALIZATIONS)[number];

/**
 * How a block normalises after each convolution; ε is 1e-5 throughout, γ starts at 1 and β at 0:
 * - batch: over the batch and all pixels, running statistics with momentum 0.9 (Ioffe and Szegedy 2015)
 * - instance: each channel of each image by itself (Ulyanov et al. 2016); without `affine`, no γ and β
 * - group: groups of channels of each image (Wu and He 2018), 8 groups by default
 * - none
 */
export type Normalization =
  | NormalizationName
  | { name: 'instance'; affine?: boolean }
  | { name: 'group'; groups?: number; affine?: boolean };

/** The name of a normalisation, whether given alone or with its options. */
export const normalizationName = (normalization: Normalization): NormalizationName =>
  typeof normalization === 'string' ? normalization : normalization.name;

/** No layer for 'none', else one layer: stock batch normalisation or GroupNormalization; the same shape. */
export function normalization(options: { normalization: Normalization; name: string }): tf.layers.Layer[] {
  const { normalization, name } = options;
  const settings: { groups?: number; affine?: boolean } =
    typeof normalization === 'string' ? {} : normalization;
  const { groups = 8, affine = true } = settings;
  const affinity = { scale: affine, center: affine };
  switch (normalizationName(normalization)) {
    case 'none':
      return [];
    case 'batch':
      return [tf.layers.batchNormalization({ name: `${name}_bn`, momentum: 0.9, epsilon: 1e-5 })];
    case 'instance':
      return [new GroupNormalization({ name: `${name}_in`, groups: -1, ...affinity })];
    case 'group':
      return [new GroupNormalization({ name: `${name}_gn`, groups, ...affinity })];
  }
}
