import { requireNotNegative } from './optimizers/options';

/**
 * A learning rate that changes while the training goes on: a function of the position, counted from 0 in steps or in
 * epochs, whichever the loop counts.
 *
 * ```ts
 * const rate = warmUp(cosineRate({ rate: 1e-3, length: 900 }), { length: 100 });
 * for (let step = 0; step < 1000; step++) { setLearningRate(optimizer, rate(step)); … }
 * ```
 */
export type Schedule = (position: number) => number;

/** rate(t) = rate */
export function constantRate(rate: number): Schedule {
  requireNotNegative('constantRate', 'rate', rate);
  return () => rate;
}

/**
 * rate(t) = rate · (1 − t / length)^power, and 0 from `length` on: PyTorch's PolynomialLR, and with power 0.9, the
 * default, nnU-Net's decay by epoch.
 */
export function polynomialRate({ rate, length, power = 0.9 }: PolynomialRateOptions): Schedule {
  requireNotNegative('polynomialRate', 'rate', rate);
  requireLength('polynomialRate', 'length', length);
  requireNotNegative('polynomialRate', 'power', power);
  return (position) => rate * Math.max(0, 1 - position / length) ** power;
}

export interface PolynomialRateOptions {
  rate: number;
  /** Positions until the rate is 0. */
  length: number;
  power?: number;
}

/**
 * rate(t) = minimum + (rate − minimum) · (1 + cos(π·t / length)) / 2, and the minimum from `length` on: PyTorch's
 * CosineAnnealingLR without restarts (Loshchilov and Hutter, 2017, equation 5).
 */
export function cosineRate({ rate, length, minimum = 0 }: CosineRateOptions): Schedule {
  requireNotNegative('cosineRate', 'rate', rate);
  requireLength('cosineRate', 'length', length);
  requireNotNegative('cosineRate', 'minimum', minimum);
  return (position) =>
    minimum + ((rate - minimum) * (1 + Math.cos((Math.PI * Math.min(position, length)) / length))) / 2;
}

export interface CosineRateOptions {
  rate: number;
  /** Positions until the rate is at its minimum. */
  length: number;
  /** 0 by default. */
  minimum?: number;
}

/** rate(t) = rate · factor^⌊t / every⌋: PyTorch's StepLR. */
export function stepRate({ rate, every, factor = 0.1 }: StepRateOptions): Schedule {
  requireNotNegative('stepRate', 'rate', rate);
  requireLength('stepRate', 'every', every);
  requireNotNegative('stepRate', 'factor', factor);
  return (position) => rate * factor ** Math.floor(position / every);
}

export interface StepRateOptions {
  rate: number;
  /** Positions from one step down to the next. */
  every: number;
  /** 0.1 by default. */
  factor?: number;
}

/**
 * A schedule that begins gently: for `length` positions a straight line up to the schedule's first rate, then the
 * schedule from its beginning. PyTorch's SequentialLR of LinearLR and another.
 *
 *     rate(t) = schedule(0) · (from + (1 − from) · t / length)   for t < length
 *               schedule(t − length)                             after
 */
export function warmUp(schedule: Schedule, { length, from = 0.01 }: WarmUpOptions): Schedule {
  requireLength('warmUp', 'length', length);
  requireNotNegative('warmUp', 'from', from);
  return (position) =>
    position < length ? schedule(0) * (from + ((1 - from) * position) / length) : schedule(position - length);
}

export interface WarmUpOptions {
  /** Positions until the schedule begins. */
  length: number;
  /** Share of the schedule's first rate at position 0; 0.01 by default. */
  from?: number;
}

function requireLength(owner: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw new RangeError(`${owner}: got ${name} ${value}; expected a number above 0`);
}
