import { kernelBridge } from '../kernel/bridge';
import { tf } from '../runtime';
import { restoreWeights, snapshotWeights, WeightSnapshot } from './weights';

/**
 * Remembers the weights with the lowest score (usually the validation loss) of a training run.
 *
 * It listens for the notebook's stop button and for `signal`: then `stopped` turns true, for the loop to end at its
 * next turn, and the best weights go back into the model at once. `close` ends the listening.
 */
export class BestWeights {
  /** Epoch of the best weights; 0 before the first offer. */
  epoch = 0;
  score = Infinity;
  stopped = false;
  private weights?: WeightSnapshot;
  private readonly stopListening?: () => void;

  constructor(
    private readonly model: tf.LayersModel,
    private readonly signal?: AbortSignal,
  ) {
    this.stopListening = kernelBridge()?.onInterrupt(this.stop);
    signal?.addEventListener('abort', this.stop);
    if (signal?.aborted) this.stopped = true;
  }

  /** Keeps the model's present weights if the score is the lowest so far; says whether it was. */
  offer(epoch: number, score: number): boolean {
    if (!(score <= this.score)) return false;
    Object.assign(this, { epoch, score, weights: snapshotWeights(this.model) });
    return true;
  }

  /** Puts the best weights into the model; before the first offer the model stays as it is. */
  restore(): void {
    if (this.weights) restoreWeights(this.model, this.weights);
  }

  /** The best weights, or the present ones before the first offer. */
  snapshot(): WeightSnapshot {
    return this.weights ?? snapshotWeights(this.model);
  }

  /** Takes over what an earlier run found best. */
  resume(epoch: number, score: number, weights: WeightSnapshot): void {
    Object.assign(this, { epoch, score, weights });
  }

  close(): void {
    this.stopListening?.();
    this.signal?.removeEventListener('abort', this.stop);
  }

  private readonly stop = () => {
    this.stopped = true;
    this.restore();
  };
}
