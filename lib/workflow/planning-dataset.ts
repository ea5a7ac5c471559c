import type { Fingerprint } from '../planning/fingerprint';
import type { PlanningDataset } from '../planning/plan';
import type { ReaderName } from '../planning/plans-json';
import type { DatasetDescription } from './dataset-json';

/** What the planner takes from dataset.json. As nnU-Net, it counts every name of `labels`: regions and ignored ones too. */
export function planningDataset({ channels, labels, numTraining }: DatasetDescription): PlanningDataset {
  return { channels, classes: Object.keys(labels.names).length, cases: numTraining };
}

/**
 * nnU-Net's name of what reads files of that ending as they are read here. nnU-Net has no reader of JPEG, but its reader of
 * pictures reads it.
 */
export function readerName(
  { fileEnding }: Pick<DatasetDescription, 'fileEnding'>,
  { shapes }: Pick<Fingerprint, 'shapes'>,
): ReaderName {
  const ending = fileEnding.toLowerCase();
  if (ending === '.nii.gz') return 'SimpleITKIO';
  if (ending === '.nii') return 'NibabelIO';
  const flat = shapes.every(([slices]) => slices === 1);
  return ending.startsWith('.tif') && !flat ? 'Tiff3DIO' : 'NaturalImage2DIO';
}
