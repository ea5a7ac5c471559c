import type { DataProgress } from '../datasets/data-progress';
import { progressBar, type ProgressBar, type ProgressOptions } from './progress-bar';

const LABELS: Record<DataProgress['stage'], string> = { download: 'Downloading', read: 'Reading' };
const MEGABYTE = 1e6;

/**
 * What loaders take as `onProgress`: a bar for the download, if anything is missing, and one for reading.
 *
 * ```ts
 * const data = await loadNuclei({ onProgress: dataProgress('nuclei') });
 * ```
 */
export function dataProgress(name: string, options: ProgressOptions = {}): (progress: DataProgress) => void {
  const bars = new Map<DataProgress['stage'], ProgressBar>();
  return ({ stage, done, total, files }) => {
    const size = stage === 'download' ? MEGABYTE : 1;
    const steps = Math.ceil(total / size);
    const unit = stage === 'download' ? 'megabyte' : 'step';
    const bar = bars.get(stage) ?? progressBar(steps, `${LABELS[stage]} ${name}`, { unit, ...options });
    bars.set(stage, bar);
    bar.update(
      done === total ? steps : Math.floor(done / size),
      files && `${files.done} of ${files.total} files`,
    );
  };
}
