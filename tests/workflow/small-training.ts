import { openRawDataset } from '../../lib/workflow/raw-dataset';
import { planFolder } from './plan-folder';
import { trainDataset, type TrainOptions } from '../../lib/workflow/train';

/** Three epochs of three steps of a narrow network. */
export async function smallTraining(dataset: string, results: string, options: TrainOptions = {}) {
  const raw = await openRawDataset(dataset);
  const plan = await planFolder(raw);
  const flat = plan.configurations['2d'];
  plan.configurations['2d'] = { ...flat, features: flat.features.map((count) => Math.min(16, count / 4)) };
  return trainDataset(raw, plan, results, { epochs: 3, iterations: 3, workers: 0, ...options });
}
