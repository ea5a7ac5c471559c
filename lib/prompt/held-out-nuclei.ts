import { ensureDataset } from '../datasets/ensure';
import { nucleiKind, type Nuclei } from '../datasets/nuclei';
import { readTabTable } from '../datasets/tab-table';
import { promptSplit } from './training-scenes';

/**
 * Places in `nuclei.images` of the images that `promptNetwork` has never seen, about a fifth; of synthetic ones all, if
 * their seed is not 0.
 */
export async function heldOutNuclei({ source, images }: Nuclei): Promise<number[]> {
  if (source === 'synthetic') return images.map((_, at) => at);
  const { paths } = await ensureDataset('nuclei', { files: ['index.tsv'] });
  const rows = readTabTable(paths['index.tsv'], ['id', 'width', 'height', 'mode']);
  const { validation } = promptSplit({ count: rows.length, kinds: rows.map(nucleiKind) });
  const ids = new Set(validation.map((row) => rows[row].id));
  return images.flatMap(({ id }, at) => (ids.has(id) ? [at] : []));
}
