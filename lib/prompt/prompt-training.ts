import { ensureDataset } from '../datasets/ensure';
import { realOrSynthetic, type SourceOptions } from '../datasets/source';
import { TRAINING_PLAN } from './train-network';

/**
 * Which nuclei `promptNetwork` learns from, and what its training is kept by. Reads no image.
 *
 * @param owner with which errors begin
 * @throws RangeError for an unknown source
 */
export async function promptTraining(owner: string, source: SourceOptions['source'] = 'auto') {
  const nuclei = await realOrSynthetic(
    owner,
    source,
    () => ensureDataset('nuclei', { files: ['index.tsv'] }).then(() => 'real' as const),
    () => 'synthetic' as const,
  );
  return { nuclei, kept: { name: 'prompt-network', settings: { ...TRAINING_PLAN, nuclei } } };
}
