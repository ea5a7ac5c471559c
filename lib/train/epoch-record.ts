/** What is known after an epoch; losses are averages over images, seconds the time since the epoch began. */
export interface EpochRecord {
  epoch: number;
  trainLoss: number;
  validationLoss?: number;
  /** Rate of the epoch's last step. */
  learningRate?: number;
  /** Mean over the epoch's steps, before clipping; only where gradients are clipped by their norm. */
  gradientNorm?: number;
  seconds: number;
}

/** What decides which epoch was best: the validation loss, or without a validation set the training loss. */
export const scoreOf = ({ trainLoss, validationLoss }: EpochRecord) => validationLoss ?? trainLoss;

/** True for a list of records of the epochs 1, 2, 3 … with finite numbers. */
export function areEpochRecords(value: unknown): value is EpochRecord[] {
  return (
    Array.isArray(value) &&
    value.every((record: Partial<EpochRecord> | null, index) => {
      const {
        epoch,
        trainLoss,
        seconds,
        validationLoss = 0,
        learningRate = 0,
        gradientNorm = 0,
      } = record ?? {};
      const numbers = [trainLoss, seconds, validationLoss, learningRate, gradientNorm];
      return epoch === index + 1 && numbers.every(Number.isFinite);
    })
  );
}
