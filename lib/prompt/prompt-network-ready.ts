import { ensureDataset } from '../datasets/ensure';
import { realOrSynthetic } from '../datasets/source';
import { randomState, restoreRandomState, setSeed } from '../runtime';
import { trainedRecord, type TrainedRecord } from '../train/train-once';
import { buildPromptNetwork } from './network';
import type { PromptNetworkOptions } from './prompt-network';
import { TRAINING_PLAN } from './train-network';

/**
 * Whether `promptNetwork` has its weights here: when and in how many seconds they were trained, or undefined where the same
 * call would train them.
 *
 * @throws RangeError for an unknown source
 */
export async function promptNetworkReady({
  source = 'auto',
}: Pick<PromptNetworkOptions, 'source'> = {}): Promise<TrainedRecord | undefined> {
  const nuclei = await realOrSynthetic(
    'promptNetworkReady',
    source,
    () => ensureDataset('nuclei', { files: ['index.tsv'] }).then(() => 'real' as const),
    () => 'synthetic' as const,
  );
  const random = randomState();
  setSeed(TRAINING_PLAN.seed);
  const { whole } = buildPromptNetwork();
  try {
    return trainedRecord(whole, { name: 'prompt-network', settings: { ...TRAINING_PLAN, nuclei } });
  } finally {
    whole.dispose();
    restoreRandomState(random);
  }
}
