import { datasetFingerprint, type Fingerprint, type PlanningCase } from '../planning/fingerprint';
import type { RawDataset } from './raw-dataset';
import { readCase } from './read-case';

/** Foreground voxels of all cases and channels that are kept together: nnU-Net's number, 400 MB. */
const KEPT = 1e8;
/** Of one case: enough for its statistics, however many cases there are, and no more than tell anything new. */
const [LEAST, MOST] = [10_000, 1_000_000];

export interface ExtractOptions {
  onCase?: (done: number, total: number) => void;
  /** Stops between two cases. */
  signal?: AbortSignal;
}

/**
 * The fingerprint of a data set in nnU-Net's raw layout, read case by case: `datasetFingerprint` of its files, equal to
 * nnunetv2's `DatasetFingerprintExtractor` but for the chance in its statistics of intensities.
 *
 * Memory: one case, and 400 MB for the foreground of all at most (with more than 10,000 cases, 40 kB for each channel of
 * each).
 *
 * @throws what `readCase` and `datasetFingerprint` throw; the signal's reason
 */
export async function extractFingerprint(
  { cases, dataset }: Pick<RawDataset, 'cases' | 'dataset'>,
  { onCase, signal }: ExtractOptions = {},
): Promise<Fingerprint> {
  const channels = dataset.channels.length;
  async function* read(): AsyncGenerator<PlanningCase> {
    for (const [index, one] of cases.entries()) {
      signal?.throwIfAborted();
      const { image, labels, spacing } = await readCase(one, channels);
      yield { image, mask: labels!, spacing };
      onCase?.(index + 1, cases.length);
    }
  }
  const voxelsPerCase = Math.floor(Math.min(Math.max(KEPT / (cases.length * channels), LEAST), MOST));
  return datasetFingerprint(read(), { voxelsPerCase });
}
