import { DataError } from './data-error';
import type { OnProgress } from './data-progress';

export interface SourceOptions {
  /**
   * `real`: the published data, or an error. `synthetic`: the course's own, made on the spot. `auto`, the default: the
   * real ones where they are or can be downloaded, else the synthetic ones; `notice` tells which and why.
   */
  source?: 'auto' | 'real' | 'synthetic';
  /** Seed of the synthetic data; 0 by default. */
  seed?: number;
  onProgress?: OnProgress;
}

/**
 * The real data or their synthetic twin, as `source` says. Damaged files are never hidden behind synthetic data.
 *
 * @param synthetic is told why it is asked, for its notice
 * @throws RangeError for an unknown source; DataError when the real data are wanted and cannot be had, or are damaged
 */
export async function realOrSynthetic<Real, Synthetic>(
  owner: string,
  source: string,
  real: () => Promise<Real>,
  synthetic: (why: string) => Synthetic | Promise<Synthetic>,
): Promise<Real | Synthetic> {
  if (!['auto', 'real', 'synthetic'].includes(source)) {
    throw new RangeError(`${owner}: got source ${JSON.stringify(source)}; expected auto, real or synthetic`);
  }
  if (source === 'synthetic') return synthetic('as asked for');
  try {
    return await real();
  } catch (error) {
    if (source === 'real' || !(error instanceof DataError) || error.problem === 'damaged') throw error;
    return synthetic(`because the real ones cannot be had: ${error.message}`);
  }
}

/** @throws RangeError for anything but an integer from `least` to `most` */
export function requireInteger(
  owner: string,
  name: string,
  value: number,
  least: number,
  most: number,
): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${owner}: got ${name} ${value}; expected an integer from ${least} to ${most}`);
  }
}
