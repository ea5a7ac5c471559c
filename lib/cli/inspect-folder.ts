import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatOf } from '../io/file-format';
import { readStart } from '../io/file-start';
import { inspectSeries } from './inspect-dicom';
import type { Inspection } from './inspection';

/** More files than this are not looked at. */
const MOST_FILES = 100_000;
const UNKNOWN = 'unknown';

/** What a folder and its subfolders hold; DICOM slices as the volume of the largest series. Links are not followed. */
export async function inspectFolder(folder: string): Promise<Inspection> {
  const found = new Map<string, { path: string; bytes: number }[]>();
  let count = 0;
  let bytes = 0;
  for await (const path of filesOf(folder)) {
    if (++count > MOST_FILES) break;
    const { size } = await stat(path);
    const name = formatOf(await readStart(path)) ?? UNKNOWN;
    found.set(name, [...(found.get(name) ?? []), { path, bytes: size }]);
    bytes += size;
  }
  const contents = [...found]
    .map(([format, files]) => ({
      format,
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    }))
    .sort((a, b) => b.files - a.files);
  const told: Inspection = {
    file: folder,
    bytes,
    format: 'folder',
    details: { files: Math.min(count, MOST_FILES) },
    contents,
    warnings: [
      ...(count === 0 ? ['no files'] : []),
      ...(count > MOST_FILES ? [`only the first ${MOST_FILES} files were looked at`] : []),
    ],
  };
  const slices = found.get('DICOM') ?? [];
  if (slices.length < 2) return told;
  try {
    const series = await inspectSeries(slices.map(({ path }) => path));
    return {
      ...told,
      ...series,
      details: { ...told.details, ...series.details },
      warnings: [...told.warnings, ...series.warnings],
    };
  } catch (error) {
    return { ...told, warnings: [...told.warnings, (error as Error).message] };
  }
}

async function* filesOf(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory()) yield* filesOf(path);
  }
}
