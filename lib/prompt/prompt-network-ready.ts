import { randomState, restoreRandomState, setSeed } from '../runtime';
import { trainedRecord, type TrainedRecord } from '../train/train-once';
import { buildPromptNetwork } from './network';
import type { PromptNetworkOptions } from './prompt-network';
import { promptTraining } from './prompt-training';
import { TRAINING_PLAN } from './train-network';

/**
 * Whether `promptNetwork` has its weights here: when and in how many seconds they were trained, or undefined where the same
 * call would train them.
 *
 * @throws RangeError for an unknown source
 */
export async function promptNetworkReady({ source }: Pick<PromptNetworkOptions, 'source'> = {}): Promise<
  TrainedRecord | undefined
> {
  const { kept } = await promptTraining('promptNetworkReady', source);
  const random = randomState();
  setSeed(TRAINING_PLAN.seed);
  const { whole } = buildPromptNetwork();
  try {
    return trainedRecord(whole, kept);
  } finally {
    whole.dispose();
    restoreRandomState(random);
  }
}
