import { datasetFingerprint } from '../../lib/planning/fingerprint';
import { planDataset, type DatasetPlan } from '../../lib/planning/plan';
import { planningDataset } from '../../lib/workflow/planning-dataset';
import type { RawDataset } from '../../lib/workflow/raw-dataset';
import { readCase } from '../../lib/workflow/read-case';

/** The plan of a small data set. */
export async function planFolder({ cases, dataset }: RawDataset): Promise<DatasetPlan> {
  const read = await Promise.all(cases.map((one) => readCase(one, dataset.channels.length)));
  const fingerprint = await datasetFingerprint(
    read.map(({ image, labels, spacing }) => ({ image, mask: labels!, spacing })),
  );
  return planDataset(fingerprint, planningDataset(dataset));
}
