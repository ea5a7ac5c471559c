/** Seconds after which an old step counts 1/e as much as a new one. */
const MEMORY = 20;

/**
 * Steps per second, exponentially smoothed over time: Σ steps · e^(−age/20 s) ÷ Σ seconds · e^(−age/20 s). A ratio of
 * sums, so a slow first step does not stay in the estimate and uneven updates weigh by their length.
 */
export class RateEstimate {
  private steps = 0;
  private seconds = 0;

  add(steps: number, seconds: number): void {
    const decay = Math.exp(-seconds / MEMORY);
    this.steps = this.steps * decay + steps;
    this.seconds = this.seconds * decay + seconds;
  }

  /** Steps per second; NaN before the first step. */
  get rate(): number {
    return this.seconds > 0 && this.steps > 0 ? this.steps / this.seconds : NaN;
  }
}
