import { existsSync } from 'node:fs';
import { readCheckpointHistory } from '../train/checkpoint';
import type { ScoreSummary } from './label-scores';
import { readJson } from './raw-dataset';
import { foldFiles, type Fold } from './results';
import type { FoldResult } from './train-fold';

/**
 * What training a fold gave, from its results folder: `trainFolder` returns it once, and nothing for folds that are trained
 * already.
 *
 * @throws Error where that fold is not trained to its end, or a file is damaged
 */
export async function readFold(folder: string, fold: Fold = 0): Promise<FoldResult> {
  const { checkpoint, summary } = foldFiles(folder, fold);
  if (!existsSync(summary)) {
    throw new Error(
      `readFold: got no ${summary}; expected a fold that is trained to its end: train it with trainFolder, or segcourse train`,
    );
  }
  const { metric_per_case, mean, foreground_mean } = (await readJson(summary)) as unknown as ScoreSummary;
  const history = { ...readCheckpointHistory(checkpoint), interrupted: false };
  return { fold, history, summary: { metric_per_case, mean, foreground_mean } };
}
