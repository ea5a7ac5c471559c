import type { DicomSlice } from './slices';

export interface SeriesProgress {
  /** Headers of all files are read first, then the pixels of the slices that were chosen. */
  stage: 'headers' | 'pixels';
  done: number;
  total: number;
}

export interface ReadDicomSeriesOptions {
  /**
   * Which series, where the files are of several: its SeriesInstanceUID, or 'largest' for the one of most slices. Without
   * it, several series are an error that lists them.
   */
  series?: string;
  /** Which slices of the series; all by default. Also the way to one of several volumes in a series. */
  select?: (slice: DicomSlice) => boolean;
  /** Missing slices and uneven distances: an error (the default), or a warning and an affine of the mean distance. */
  gaps?: 'error' | 'warn';
  /** Slices at one place: an error (the default), or the first or the last of them by instance number, and a warning. */
  duplicates?: 'error' | 'first' | 'last';
  /** Stored value → slope × value + intercept of its own slice, in CT Hounsfield units; true by default. */
  rescale?: boolean;
  /** MONOCHROME1, where 0 is white: turned round within the bits stored (the default), or kept. */
  monochrome1?: 'invert' | 'keep';
  /** A value for pixels that the files mark as padding (0028,0120); they keep theirs by default. */
  padding?: number;
  onProgress?: (progress: SeriesProgress) => void;
  /** Files that are read at the same time; 8 by default. */
  concurrency?: number;
  /** The most bytes that the volume may take; 2 GiB by default. */
  maxBytes?: number;
}

/** @throws RangeError for an option that is none */
export function checkSeriesOptions(options: ReadDicomSeriesOptions): void {
  const among = (name: keyof ReadDicomSeriesOptions, allowed: string[]) => {
    const value = options[name];
    if (value === undefined || allowed.includes(String(value))) return;
    throw new RangeError(
      `readDicomSeries: got ${name} '${String(value)}'; expected one of ${allowed.join(', ')}`,
    );
  };
  among('gaps', ['error', 'warn']);
  among('duplicates', ['error', 'first', 'last']);
  among('monochrome1', ['invert', 'keep']);
  const { concurrency = 8 } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`readDicomSeries: got concurrency ${concurrency}; expected an integer from 1`);
  }
}
