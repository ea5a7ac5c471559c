/** What is known after an epoch; losses are averages over images, seconds the time since the epoch began. */
export interface EpochRecord {
  epoch: number;
  trainLoss: number;
  validationLoss?: number;
  seconds: number;
}

/** What decides which epoch was best: the validation loss, or without a validation set the training loss. */
export const scoreOf = ({ trainLoss, validationLoss }: EpochRecord) => validationLoss ?? trainLoss;

/** True for a list of records of the epochs 1, 2, 3 … with finite losses. */
export function areEpochRecords(value: unknown): value is EpochRecord[] {
  return (
    Array.isArray(value) &&
    value.every((record: Partial<EpochRecord> | null, index) => {
      const { epoch, trainLoss, validationLoss = 0, seconds } = record ?? {};
      return epoch === index + 1 && [trainLoss, validationLoss, seconds].every(Number.isFinite);
    })
  );
}
