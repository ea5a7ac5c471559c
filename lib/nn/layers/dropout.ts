import { tf } from '../../runtime';
import type { Dimensions } from './geometry';

/**
 * Share of the values that training sets to zero, in [0, 1); the others grow by 1 / (1 − rate). With `spatial`, whole
 * channels of an image go at once (Tompson et al. 2015): neighbouring pixels are so alike that single ones are not
 * missed.
 */
export type Dropout = number | { rate: number; spatial?: boolean };

/** @throws RangeError for a rate outside [0, 1) */
export function requireDropout(owner: string, dropout: Dropout): void {
  const { rate } = settings(dropout);
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`${owner}: got dropout ${rate}; expected a rate of at least 0 and below 1`);
  }
}

/** No layer for a rate of 0, else stock dropout: the same shape, the identity outside of training. */
export function dropout(options: {
  dropout: Dropout;
  dimensions?: Dimensions;
  name: string;
}): tf.layers.Layer[] {
  const { dimensions = 2, name } = options;
  const { rate, spatial } = settings(options.dropout);
  if (rate === 0) return [];
  const ones = new Array<number>(dimensions).fill(1);
  const noiseShape = spatial ? ([null, ...ones, null] as number[]) : undefined; // null: the input's own size
  return [tf.layers.dropout({ name, rate, noiseShape })];
}

function settings(dropout: Dropout): { rate: number; spatial: boolean } {
  return typeof dropout === 'number'
    ? { rate: dropout, spatial: false }
    : { rate: dropout.rate, spatial: dropout.spatial ?? false };
}
