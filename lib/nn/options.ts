import {
  Activation,
  activationName,
  ACTIVATIONS,
  Normalization,
  normalizationName,
  NORMALIZATIONS,
} from './layers';

/** Options that every block and every path takes. */
export interface BlockOptions {
  /** Convolutions in a row; 2 in Ronneberger et al. (2015). */
  numConvolutions?: number;
  normalization?: Normalization;
  activation?: Activation;
  /** Prefix of the layer names; for a path, of its blocks' names (`p` makes `p_input`, `p_down1`, …), none by default. */
  name?: string;
}

/** Options of the course's own blocks, whose activations `tf.layers.activation` takes as they are. */
export interface BasicBlockOptions extends BlockOptions {
  activation?: Extract<
    Activation,
    'relu' | 'elu' | 'selu' | 'sigmoid' | 'softplus' | 'swish' | 'tanh' | 'linear'
  >;
}

export interface ConvolutionDefaults {
  numConvolutions: number;
  normalization: Normalization;
  activation: Activation;
}

/** Fills in the defaults of the common options and checks them. */
export function blockOptions(owner: string, options: BlockOptions): ConvolutionDefaults {
  const { numConvolutions = 2, normalization = 'batch', activation = 'relu' } = options;
  requireCounts(owner, { numConvolutions });
  requireOneOf(owner, 'normalization', normalizationName(normalization), NORMALIZATIONS);
  requireOneOf(owner, 'activation', activationName(activation), ACTIVATIONS);
  return { numConvolutions, normalization, activation };
}

/** @throws RangeError naming the first value that is not an integer ≥ 1 */
export function requireCounts(owner: string, values: Record<string, number>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${owner}: got ${name} ${value}; expected an integer of at least 1`);
    }
  }
}

/** @throws RangeError that lists the valid values, for any other */
export function requireOneOf(owner: string, name: string, value: string, valid: readonly string[]): void {
  if (!valid.includes(value)) {
    throw new RangeError(`${owner}: got ${name} '${value}'; expected one of '${valid.join("', '")}'`);
  }
}
