const MODES = ['binary', 'multilabel', 'multiclass'] as const;
const GROUPS = ['image', 'batch'] as const;
const EMPTY_MASKS = ['smooth', 'skip', 'zero', 'background'] as const;
const WEIGHTINGS = ['square', 'simple', 'uniform'] as const;

/** How the channels of the logits share a pixel. */
export type LossMode = (typeof MODES)[number];
export type EmptyMasks = (typeof EMPTY_MASKS)[number];
export type Weighting = (typeof WEIGHTINGS)[number];

/**
 * The options of all losses: a name means the same in each of them, and each takes those that it has a use for.
 *
 * Labels are masks of the logits' shape [B, H, W, C] or [B, D, H, W, C] with values 0 to 1 (one-hot in mode
 * 'multiclass'), or the class of each pixel, [B, H, W], [B, D, H, W] or with a last axis of 1. Logits are what the
 * network gives before any sigmoid or softmax.
 */
export interface LossOptions {
  /**
   * 'binary': one channel, sigmoid; 'multilabel': a sigmoid for each channel, whose classes may overlap;
   * 'multiclass': softmax, exactly one class a pixel. Default 'binary' for one channel, else 'multiclass'.
   */
  mode?: LossMode;
  /**
   * Pixels with this label do not count, in the value or in the gradient. In masks of the logits' shape it is the
   * value of an element, in one-hot ones the number of a class, in class maps any integer (255 and −1 are usual).
   */
  ignoreIndex?: number;
  /** Weight of each channel in the mean, as many as channels; only their ratios matter. */
  classWeights?: readonly number[];
  /** Weight of pixels whose label is 1, or one for each channel; the others weigh 1. Not in mode 'multiclass'. */
  positiveWeight?: number | readonly number[];
  /** Share ε of each label that is spread evenly over the classes, in [0, 1]; both classes of a sigmoid. Default 0. */
  labelSmoothing?: number;
  /** Whether channel 0 counts in overlaps and distances; default true. */
  includeBackground?: boolean;
  /**
   * What an overlap is counted over: each image and then averaged, or all pixels of the batch at once, which makes
   * masks that are empty in one image harmless. Default 'image'.
   */
  per?: (typeof GROUPS)[number];
  /** Pixels added to numerator and denominator of an overlap, at least 0. Default 1e-6; 1 in `clDiceLoss`. */
  smooth?: number;
  /** Squares predictions and labels in the denominator of an overlap (Milletari et al. 2016). Default false. */
  squared?: boolean;
  /**
   * What the overlap with a mask without pixels counts:
   * - 'smooth': smooth / (predicted pixels + smooth), flat, and so with hardly a gradient, unless smooth is large;
   * - 'skip': nothing; the mean is that of the others, and 0 where there are none;
   * - 'zero': loss 0, as if it had been found;
   * - 'background': the overlap of what is not in the mask, that falls with each pixel predicted.
   *
   * Default 'smooth'.
   */
  emptyMasks?: EmptyMasks;
  /** Weight of false positives in Tversky's index, α in Salehi et al. (2017); default 0.3. */
  falsePositiveWeight?: number;
  /** Weight of false negatives in Tversky's index, β in Salehi et al. (2017); default 0.7. */
  falseNegativeWeight?: number;
  /** Weight of positives in the focal loss, in [0, 1]; 1 − α is that of negatives (class 0). Default: all weigh 1. */
  alpha?: number;
  /** Exponent γ ≥ 0 of what is left to learn, (1 − p)^γ or (1 − overlap)^γ. Default 2; 0.75 in `focalTverskyLoss`. */
  gamma?: number;
  /** Share λ of the first loss in λ·first + (1 − λ)·Dice, in [0, 1]; default 0.5. */
  lambda?: number;
  /** Percentage of the pixels, those with the largest loss, that count; above 0 to 100, default 10. */
  topPercent?: number;
  /** Weight of a class with V true pixels: 'square' 1 / V², 'simple' 1 / V, 'uniform' 1. Default 'square'. */
  weighting?: Weighting;
  /** Distance of neighbouring pixels along each spatial axis, such as [depth, height, width] in mm; default 1 each. */
  spacing?: readonly number[];
  /** Exponent of distances, above 0; default 2. */
  distancePower?: number;
  /** How many erosions the soft skeleton takes, at least 0; as many as half the widest structure. Default 3. */
  iterations?: number;
}

export type LossOption = keyof LossOptions;

interface Rule {
  expected: string;
  holds: (value: unknown) => boolean;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isList = (value: unknown, holds: (entry: number) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => isNumber(entry) && holds(entry));

const oneOf = (names: readonly string[]): Rule => ({
  expected: `one of '${names.join("', '")}'`,
  holds: (value) => names.includes(value as string),
});
const numberThat = (expected: string, holds: (value: number) => boolean): Rule => ({
  expected,
  holds: (value) => isNumber(value) && holds(value),
});
const switched: Rule = { expected: 'true or false', holds: (value) => typeof value === 'boolean' };
const notNegative = numberThat('a number of at least 0', (value) => value >= 0);
const share = numberThat('a number from 0 to 1', (value) => value >= 0 && value <= 1);
const positive = numberThat('a number above 0', (value) => value > 0);

const RULES: Record<LossOption, Rule> = {
  mode: oneOf(MODES),
  ignoreIndex: numberThat('an integer', Number.isSafeInteger),
  classWeights: {
    expected: 'a number of at least 0 for each channel, not all of them 0',
    holds: (value) => isList(value, (entry) => entry >= 0) && (value as number[]).some((entry) => entry > 0),
  },
  positiveWeight: {
    expected: 'a number above 0, or one for each channel',
    holds: (value) => positive.holds(value) || isList(value, (entry) => entry > 0),
  },
  labelSmoothing: share,
  includeBackground: switched,
  per: oneOf(GROUPS),
  smooth: notNegative,
  squared: switched,
  emptyMasks: oneOf(EMPTY_MASKS),
  falsePositiveWeight: notNegative,
  falseNegativeWeight: notNegative,
  alpha: share,
  gamma: notNegative,
  lambda: share,
  topPercent: numberThat('a number above 0, at most 100', (value) => value > 0 && value <= 100),
  weighting: oneOf(WEIGHTINGS),
  spacing: {
    expected: 'a number above 0 for each spatial axis',
    holds: (value) => isList(value, (entry) => entry > 0),
  },
  distancePower: positive,
  iterations: numberThat('an integer of at least 0', (value) => Number.isSafeInteger(value) && value >= 0),
};

/**
 * Checks names and values of a loss's options; undefined counts as left out.
 *
 * @param owner name of the loss, for the message
 * @param valid names that the loss takes
 * @throws RangeError for a name that is not valid, which lists the valid ones, and a value out of its range
 */
export function checkOptions(owner: string, options: LossOptions, valid: readonly LossOption[]): void {
  requireNames(owner, options, valid);
  for (const name of Object.keys(options) as LossOption[]) {
    const { expected, holds } = RULES[name];
    if (options[name] !== undefined && !holds(options[name])) {
      throw new RangeError(`${owner}: got ${name} ${shown(options[name])}; expected ${expected}`);
    }
  }
}

/** @throws RangeError for an option whose name is not valid, listing the valid ones */
export function requireNames(owner: string, options: object, valid: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !valid.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`${owner}: got option '${unknown}'; expected one of '${valid.join("', '")}'`);
  }
}

/**
 * Checks that a list has one entry for each of `count` channels or axes.
 *
 * @throws RangeError for another number of entries
 */
export function requireLength(
  owner: string,
  name: LossOption,
  list: readonly number[],
  count: number,
  what: string,
): void {
  if (list.length !== count) {
    throw new RangeError(
      `${owner}: got ${name} ${shown(list)}; expected ${count} numbers, one for each ${what}`,
    );
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
