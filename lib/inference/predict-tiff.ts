import type { Samples } from '../io/image';
import { openTiff, type TiffFile } from '../io/tiff-file';
import { TiffRows } from '../io/tiff-rows';
import { requireTile, TiffWriter, type WriteTiffOptions } from '../io/tiff-write';
import { labelsOf, requireLabelOptions, type LabelOptions } from './labels';
import type { Predict } from './predict';
import type { SlidingWindowOptions } from './window-options';
import { windowWalk, type PredictedRows } from './window-walk';

export interface PredictTiffOptions extends SlidingWindowOptions, LabelOptions, WriteTiffOptions {
  /** Which page of the file; default 0. */
  page?: number;
  /** What is written: 'labels' in bytes (see `predictedLabels`), the default, or the network's 'values', 32-bit floats. */
  output?: 'labels' | 'values';
}

/** Side of the tiles that are written. */
const TILE = 256;

/**
 * Predicts a page of a TIFF file of any size and writes the result as a TIFF file: `slidingWindow` from file to file. Read,
 * and kept, are only rows that the present windows reach: 20,000 × 20,000 pixels take no more memory than 20,000 × 600.
 * The network gets samples as they are stored (0 … 255 for bytes).
 *
 * ```ts
 * const predict = (batch: tf.Tensor) => tf.sigmoid(model.predict(tf.div(batch, 255)) as tf.Tensor);
 * await predictTiff('slide.tif', 'nuclei.tif', predict, { window: [512, 512], overlap: 0.25 });
 * ```
 *
 * The result is written beside its place and renamed at the end; an error, an interrupt or `signal` leaves nothing of it.
 * A file of a few large strips is read anew for each row of windows: store large images in tiles.
 *
 * @throws RangeError for options that do not fit, before any work starts; Error for a file that is no such TIFF; the
 *   signal's reason
 */
export async function predictTiff(
  input: string,
  output: string,
  predict: Predict,
  options: PredictTiffOptions,
): Promise<void> {
  requireLabelOptions('predictTiff', options);
  requireTile('predictTiff', options.tile);
  const kind = options.output ?? 'labels';
  if (kind !== 'labels' && kind !== 'values') {
    throw new RangeError(`predictTiff: got output '${String(kind)}'; expected 'labels' or 'values'`);
  }
  const file = await openTiff(input);
  try {
    const walk = windowWalk('predictTiff', rowsOf(file, options.page ?? 0), options);
    const writer = await TiffWriter.create(output);
    try {
      await writeRows(writer, walk.predict(predict), walk.shape, kind, options);
    } catch (error) {
      await writer.abort();
      throw error;
    }
    await writer.finish();
  } finally {
    await file.close();
  }
}

function rowsOf(file: TiffFile, page: number) {
  if (!Number.isInteger(page) || page < 0 || page >= file.pages.length) {
    throw new RangeError(
      `predictTiff: got page ${page}; expected an integer from 0 to ${file.pages.length - 1}`,
    );
  }
  const { height, width, channels } = file.pages[page];
  const rows = async (row: number, count: number): Promise<Samples> =>
    (await file.readRegion(page, { row, column: 0, height: count, width })).data;
  return { shape: [height, width], channels, rows };
}

async function writeRows(
  writer: TiffWriter,
  parts: AsyncIterable<PredictedRows>,
  [height, width]: readonly number[],
  kind: 'labels' | 'values',
  options: PredictTiffOptions,
): Promise<void> {
  const { compression, tile = TILE } = options;
  const size = { height, width, compression, tile };
  let write: ((part: PredictedRows) => Promise<void>) | undefined;
  for await (const part of parts) {
    if (write === undefined && kind === 'labels') {
      const rows = new TiffRows(writer, { ...size, type: Uint8Array });
      write = ({ values, classes }) => rows.write(labelsOf('predictTiff', values, classes, options));
    } else if (write === undefined) {
      const rows = new TiffRows(writer, { ...size, type: Float32Array, channels: part.classes });
      write = ({ values }) => rows.write(values);
    }
    await write!(part);
  }
}
