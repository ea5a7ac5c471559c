import { requireNotNegative } from './optimizers/options';

export interface EarlyStoppingOptions {
  /** How many epochs in a row may bring nothing better. */
  patience: number;
  /** Better is only what is lower by more than this; 0 by default. */
  minDelta?: number;
}

/**
 * Ends a run that no longer gets better.
 *
 * ```ts
 * const stopping = new EarlyStopping({ patience: 20 });
 * for (let epoch = 1; epoch <= epochs && !stopping.stopped; epoch++) { …; stopping.offer(validationLoss); }
 * ```
 *
 * Its state follows from the scores alone: a resumed run offers those of its history again.
 */
export class EarlyStopping {
  /** Epochs in a row that brought nothing better. */
  waited = 0;
  #best = Infinity;
  readonly #patience: number;
  readonly #minDelta: number;

  /** @throws RangeError for a patience that is no positive integer, or a minDelta below 0 */
  constructor({ patience, minDelta = 0 }: EarlyStoppingOptions) {
    if (!Number.isSafeInteger(patience) || patience < 1) {
      throw new RangeError(`EarlyStopping: got patience ${patience}; expected an integer of at least 1`);
    }
    requireNotNegative('EarlyStopping', 'minDelta', minDelta);
    this.#patience = patience;
    this.#minDelta = minDelta;
  }

  get stopped(): boolean {
    return this.waited >= this.#patience;
  }

  /** Takes an epoch's score, of which lower is better; says whether the run should end. */
  offer(score: number): boolean {
    if (score < this.#best - this.#minDelta) {
      this.#best = score;
      this.waited = 0;
    } else {
      this.waited++;
    }
    return this.stopped;
  }
}
