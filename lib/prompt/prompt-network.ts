import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../datasets/data-folder';
import type { OnProgress } from '../datasets/data-progress';
import { loadNuclei } from '../datasets/nuclei';
import type { SourceOptions } from '../datasets/source';
import { withFileLock } from '../io/file-lock';
import { randomState, restoreRandomState, setSeed } from '../runtime';
import { settingsKey } from '../train/settings-key';
import { trainOnce } from '../train/train-once';
import { buildPromptNetwork } from './network';
import { NetworkSegmenter } from './network-segmenter';
import { promptTraining } from './prompt-training';
import { TRAINING_PLAN, trainPromptNetwork, type PromptTrainingProgress } from './train-network';
import { madeUpScenes, nucleiScenes } from './training-scenes';

export interface PromptNetworkOptions {
  /** Nuclei to learn from; 'auto', the default, takes the real ones where they are. */
  source?: SourceOptions['source'];
  /** Trains also where the weights are there. */
  again?: boolean;
  /** Told of the training, every 100 steps. */
  onProgress?: (progress: PromptTrainingProgress) => void;
  /** Told of the data that are read for it. */
  onData?: OnProgress;
}

/**
 * The course's small promptable network, trained: 1.6 million parameters, from nuclei (all but those held out by
 * `promptSplit`) and made-up pictures. The first call trains it, some 20 minutes on two cores, and keeps its weights in the data
 * folder; a call that was stopped goes on where it stopped. Later calls load the weights and verify them.
 *
 * ```ts
 * const model = await promptNetwork();
 * const [nucleus] = await model.segment(image, { points: [{ row: 40, column: 52 }] });
 * ```
 *
 * The streams of `setSeed` stay as they are.
 *
 * @throws RangeError for an unknown source; DataError as `loadNuclei`
 */
export async function promptNetwork(options: PromptNetworkOptions = {}): Promise<NetworkSegmenter> {
  const { source, again, onProgress, onData } = options;
  const { nuclei: chosen, kept } = await promptTraining('promptNetwork', source);
  const random = randomState();
  const folder = join(dataFolder(), 'trained');
  const part = join(folder, `${kept.name}-${settingsKey(kept.settings)}.part.safetensors`);
  try {
    return await withFileLock(join(folder, `${kept.name}.lock`), async () => {
      setSeed(TRAINING_PLAN.seed);
      const network = buildPromptNetwork();
      await trainOnce(network.whole, { ...kept, again }, async () => {
        const nuclei = await loadNuclei({ source: chosen, onProgress: onData });
        const scenes = { own: nucleiScenes(nuclei), others: madeUpScenes(TRAINING_PLAN.seed) };
        return { loss: await trainPromptNetwork(network, scenes, part, TRAINING_PLAN, onProgress) };
      });
      rmSync(part, { force: true });
      return new NetworkSegmenter(network);
    });
  } finally {
    restoreRandomState(random);
  }
}
