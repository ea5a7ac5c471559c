import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Samples, Volume } from '../image';
import type { Refuse } from '../tiff-directory';
import { chooseSeries } from './choose-series';
import { decodePixels, openDicom } from './dicom-pixels';
import { describePixels, limitPixels } from './pixel-description';
import { eachOf } from '../each-of';
import type { DicomFile } from './file-format';
import { FileMemory } from './file-memory';
import { bitShifts, nativeView, type BitShifts } from './native-pixels';
import { readDicomHeader } from './read-dicom';
import { collectWarnings, dicomRefusal, type Warn } from './refusal';
import { checkSeriesOptions, type ReadDicomSeriesOptions } from './series-options';
import { mapValues, storedRange, valueMap, valueType, type ValueMap } from './slice-values';
import { nameSlices, slicesOf, type DicomSlice } from './slices';

const DEFAULT_LIMIT = 2 ** 31;
const OWNER = 'readDicomSeries';

export interface DicomSeries {
  /** Hounsfield units in CT; Int16Array where it holds them exactly, else Float32Array. */
  volume: Volume<Int16Array | Float32Array>;
  /** In the volume's order: along the normal of the slices, for axial ones from the feet to the head. */
  slices: DicomSlice[];
  /** What was left out or is unusual, with the files named. */
  warnings: string[];
}

/**
 * Reads the slices of one series as a volume: sorted by position along their normal, each with its own slope and
 * intercept, the geometry checked.
 *
 * Shape: [slices, rows, columns]; the affine maps to RAS in mm
 *
 * Left out with a warning: files of a folder that are no DICOM images, images without a position, localizers, second
 * copies of an instance. Errors, which options turn into choices: several series, several slices at one place, missing
 * slices and uneven distances. Always errors: slices of different size, spacing or orientation, colours.
 *
 * @param source a folder, searched with its subfolders, or files
 * @throws RangeError for options that are none, Error naming files, what was got and what was expected
 */
export async function readDicomSeries(
  source: string | readonly string[],
  options: ReadDicomSeriesOptions = {},
): Promise<DicomSeries> {
  checkSeriesOptions(options);
  const where = typeof source === 'string' ? source : `${source.length} files`;
  const refuse = dicomRefusal(OWNER, where);
  const { warnings, warn } = collectWarnings();
  const all = await findSlices(source, options, refuse, warn);
  const { slices, affine } = chooseSeries(all, options, refuse, warn);
  const [{ rows, columns }] = slices;
  const maps = slices.map((slice) => valueMap(slice, options));
  const type = valueType(slices, maps);
  const { maxBytes = DEFAULT_LIMIT } = options;
  const bytes = slices.length * rows * columns * type.BYTES_PER_ELEMENT;
  if (bytes > maxBytes) refuse('volume', `${bytes} bytes`, `at most ${maxBytes}; raise maxBytes to read it`);
  requireGray(slices, refuse);
  const data = new type(slices.length * rows * columns);
  await readPixels(slices, maps, data, options, warn);
  return { volume: { data, shape: [slices.length, rows, columns], channels: 1, affine }, slices, warnings };
}

function requireGray(slices: readonly DicomSlice[], refuse: Refuse): void {
  const coloured = slices.filter(({ header: { dataSet } }) => (dataSet.number('SamplesPerPixel') ?? 1) !== 1);
  if (coloured.length > 0) {
    refuse(
      'slices',
      `colours in ${nameSlices(coloured)}`,
      'one sample at each pixel; read files with readDicom',
    );
  }
}

/** The slices of all files that have some. A folder may hold other files; those that are named may not. */
async function findSlices(
  source: string | readonly string[],
  { concurrency = 8, onProgress }: ReadDicomSeriesOptions,
  refuse: Refuse,
  warn: Warn,
): Promise<DicomSlice[]> {
  const folder = typeof source === 'string';
  const files = folder ? await filesIn(source) : source;
  if (files.length === 0) refuse('files', 'none', 'at least one DICOM file');
  const found: DicomSlice[][] = files.map(() => []);
  let done = 0;
  await eachOf(files, concurrency, async (file, index) => {
    found[index] = await slicesIn(file, folder, warn);
    onProgress?.({ stage: 'headers', done: ++done, total: files.length });
  });
  const slices = found.flat();
  if (slices.length === 0)
    refuse('files', `no image with a position in ${files.length} files`, 'at least one');
  return slices;
}

async function slicesIn(file: string, lenient: boolean, warn: Warn): Promise<DicomSlice[]> {
  try {
    const { header, warnings } = await readDicomHeader(file);
    const slices = header.rows > 0 ? slicesOf(header, dicomRefusal(OWNER, file)) : [];
    if (slices.length === 0) {
      warn(
        `${file}: ${header.rows > 0 ? 'an image without position, orientation or spacing' : 'no image'}; left out`,
      );
    }
    if (slices.length > 0) warnings.forEach((warning) => warn(`${file}: ${warning}`));
    return slices;
  } catch (error) {
    if (!lenient || !(error instanceof Error)) throw error;
    warn(`left out: ${error.message}`);
    return [];
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Decodes file by file, several of them being read at the same time. */
async function readPixels(
  slices: readonly DicomSlice[],
  maps: readonly ValueMap[],
  data: Int16Array | Float32Array,
  { concurrency = 8, onProgress, maxBytes = DEFAULT_LIMIT }: ReadDicomSeriesOptions,
  warn: Warn,
): Promise<void> {
  const area = slices[0].rows * slices[0].columns;
  const byFile = new Map<string, number[]>();
  slices.forEach(({ file }, index) => byFile.set(file, [...(byFile.get(file) ?? []), index]));
  const memory = new FileMemory();
  let done = 0;
  await eachOf([...byFile], concurrency, async ([file, indices]) => {
    const refuse = dicomRefusal(OWNER, file);
    await memory.read(file, maxBytes, refuse, async (bytes) => {
      const opened = openDicom(bytes, refuse, (warning) => warn(`${file}: ${warning}`));
      const { stored, shifts } = await storedValues(opened, area, maxBytes, refuse, warn);
      for (const index of indices) {
        const slice = slices[index];
        const from = slice.frame * area;
        if (from + area > stored.length)
          refuse('pixels', `${stored.length} values`, `frame ${slice.frame} of ${area}`);
        const values = stored.subarray(from, from + area);
        const target = data.subarray(index * area, (index + 1) * area);
        mapValues(values, target, maps[index], storedRange(slice), shifts);
        onProgress?.({ stage: 'pixels', done: ++done, total: slices.length });
      }
    });
  });
}

/** The stored values of a file's frames; plain ones of 16 bits are not copied, their unused bits not yet cleared. */
async function storedValues(
  opened: DicomFile,
  area: number,
  maxBytes: number,
  refuse: Refuse,
  warn: Warn,
): Promise<{ stored: Samples; shifts: BitShifts }> {
  const pixels = describePixels(opened.dataSet, refuse) ?? refuse('file', 'no pixels', 'those of its header');
  if (pixels.rows * pixels.columns * pixels.channels !== area) {
    refuse('pixels', `${pixels.rows} × ${pixels.columns}`, 'the size of the header read first');
  }
  const plain = opened.syntax?.coding === 'native' && !pixels.element.open;
  const view = plain ? nativeView(opened.source, pixels, refuse) : undefined;
  if (view) return { stored: view, shifts: bitShifts(pixels) };
  limitPixels(pixels, maxBytes, refuse);
  const { data } = await decodePixels(opened, pixels, refuse, warn);
  return { stored: data, shifts: { up: 0, down: 0 } };
}
