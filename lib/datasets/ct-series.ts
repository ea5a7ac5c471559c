import { readDicomSeries } from '../io/dicom/read-series';
import type { ReadDicomSeriesOptions } from '../io/dicom/series-options';
import { spacingOf, type Volume } from '../io/image';
import type { OnProgress } from './data-progress';
import { ensureDataset } from './ensure';
import { realOrSynthetic, requireInteger, type SourceOptions } from './source';
import { syntheticCt } from './synthetic/ct';
import { CT_CLASSES } from './synthetic/ct-anatomy';

export interface LoadCtSeriesOptions extends SourceOptions {
  /** A folder of your own with the DICOM files of a series, in place of the course's. */
  folder?: string;
  /** How several series, gaps and duplicates in it are taken; by default they are errors that say what to choose. */
  series?: Omit<ReadDicomSeriesOptions, 'onProgress'>;
  /** Of the synthetic series: side of the slices in pixels; 256 by default. */
  size?: number;
  /** Of the synthetic series: slices through 240 mm; 48 by default. */
  slices?: number;
  /** Surgical clips with streaks in the synthetic series; false by default. */
  metal?: boolean;
}

export interface CtSeries {
  source: 'ct' | 'synthetic';
  /** Shape: [slices, rows, columns], Hounsfield units, from the feet to the head; the affine maps to RAS in mm */
  volume: Volume<Int16Array | Float32Array>;
  /** Distances of slices, rows and columns in mm. */
  spacing: [slices: number, rows: number, columns: number];
  /** Where each slice lies along their normal in mm; z for axial ones. */
  slicePositions: number[];
  /** Of the synthetic series: the tissue at each voxel, an index of `classes`. */
  labels?: Volume<Uint8Array>;
  classes?: typeof CT_CLASSES;
  /** What was left out or is unusual, with the files named. */
  warnings: string[];
  /** One line for the reader: which data these are, and why. */
  notice: string;
}

/**
 * A chest CT in Hounsfield units: 128 axial slices of 512 × 512 pixels of 0.78125 mm, 1 mm apart (patient 0314 of
 * LIDC-IDRI, de-identified; Armato et al. 2011 and 2015, The Cancer Imaging Archive, CC BY 3.0), a series of your own, or a
 * synthetic twin, which has labels, too.
 *
 * @throws RangeError for an option out of its range; Error naming files for a series that is not in order
 * @throws DataError when the real data are wanted and cannot be had, and, also for `auto`, when files on disk are damaged
 */
export async function loadCtSeries(options: LoadCtSeriesOptions = {}): Promise<CtSeries> {
  const { folder, series, source = 'auto', seed = 0, size = 256, slices = 48, metal, onProgress } = options;
  requireInteger('loadCtSeries', 'size', size, 32, 1024);
  requireInteger('loadCtSeries', 'slices', slices, 1, 1024);
  if (folder !== undefined && source !== 'synthetic') {
    const loaded = await read(folder, series, onProgress);
    return { ...loaded, notice: `CT: ${describe(loaded)} from ${folder}.` };
  }
  return realOrSynthetic(
    'loadCtSeries',
    source,
    async () => {
      const { paths, origin } = await ensureDataset('ct', { onProgress });
      const loaded = await read(Object.values(paths), series, onProgress);
      return { ...loaded, notice: `CT: ${describe(loaded)} of LIDC-IDRI-0314, from the ${origin}.` };
    },
    (why) => {
      const made = syntheticCt({ size, slices, metal, seed });
      onProgress?.({ stage: 'read', done: slices, total: slices });
      const notice = `CT: a synthetic chest in place of a patient's (seed ${seed}), ${why}`;
      return { ...made, source: 'synthetic' as const, spacing: spacingOf(made.volume), warnings: [], notice };
    },
  );
}

async function read(
  files: string | readonly string[],
  series: LoadCtSeriesOptions['series'],
  onProgress?: OnProgress,
): Promise<Omit<CtSeries, 'notice'>> {
  const { volume, slices, warnings } = await readDicomSeries(files, {
    ...series,
    // Headers are read first, then pixels: two steps for each slice.
    onProgress: ({ stage, done, total }) =>
      onProgress?.({ stage: 'read', done: stage === 'headers' ? done : total + done, total: 2 * total }),
  });
  const spacing = spacingOf(volume);
  // The affine's RAS axes, x and y turned to DICOM's LPS.
  const [x, y, z] = [-1, -1, 1].map((sign, axis) => (sign * volume.affine[4 * axis]) / spacing[0]);
  const slicePositions = slices.map(({ position }) => x * position[0] + y * position[1] + z * position[2]);
  return { source: 'ct', volume, spacing, slicePositions, warnings };
}

function describe({ volume, spacing }: Pick<CtSeries, 'volume' | 'spacing'>): string {
  return `${volume.shape.join('×')} voxels of ${spacing.map((side) => Number(side.toFixed(5))).join('×')} mm`;
}
