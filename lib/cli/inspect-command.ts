import { encodePng } from '../display/png';
import { writeFileWhole } from '../io/write-file';
import { parsed } from './arguments';
import { inspect } from './inspect';
import { report } from './inspect-report';
import type { Inspection } from './inspection';
import { showsColours, UsageError, type Surroundings } from './terminal';
import { halfBlocks, thumbnail } from './thumbnail';

export const HELP = `segcourse inspect <file or folder> … [--json] [--thumbnail <out.png>] [--no-picture]

Tells what a file is, by its content: format, size, type, spacing, orientation, values, labels, problems.
TIFF, PNG, JPEG, DICOM (a file, or a folder with a series), NIfTI, MGH, NumPy, safetensors, PyTorch, video.

  --json                 the same as JSON: an object, or a list for several files
  --thumbnail <out.png>  writes a small picture of the only file: its middle slice, page or frame
  --no-picture           no picture in a terminal that shows 24-bit colours
`;

/** Pixels of the longer side of a thumbnail that is written. */
const THUMBNAIL = 256;
/** Characters that a picture in the terminal takes at most. */
const [TERMINAL_COLUMNS, TERMINAL_LINES] = [64, 24];

/** @returns the exit code: 1 where a file could not be read; the others are told all the same */
export async function inspectCommand(args: string[], surroundings: Surroundings): Promise<number> {
  const { out, errors } = surroundings;
  const { values, positionals } = parsed('inspect', args, {
    json: { type: 'boolean' },
    thumbnail: { type: 'string' },
    'no-picture': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    out.write(HELP);
    return 0;
  }
  if (positionals.length === 0)
    throw new UsageError('inspect: got no file; expected one or more files or folders');
  if (values.thumbnail !== undefined && positionals.length > 1) {
    throw new UsageError(`inspect: got --thumbnail and ${positionals.length} files; expected one file`);
  }
  const told: Inspection[] = [];
  for (const path of positionals) {
    try {
      const inspection = await inspect(path);
      told.push(inspection);
      if (values.thumbnail !== undefined) await writeThumbnail(values.thumbnail, inspection);
      if (!values.json) out.write(`${report(inspection)}\n`);
      if (!values.json && !values['no-picture'] && showsColours(surroundings)) {
        out.write(await terminalPicture(inspection, surroundings));
      }
    } catch (error) {
      errors.write(`segcourse inspect: ${(error as Error).message}\n`);
    }
  }
  if (values.json) {
    const plain = told.map(({ preview: _, ...rest }) => rest);
    out.write(`${JSON.stringify(positionals.length === 1 ? (plain[0] ?? null) : plain, null, 2)}\n`);
  }
  return told.length === positionals.length ? 0 : 1;
}

async function writeThumbnail(file: string, { preview, values, file: source }: Inspection): Promise<void> {
  if (!preview)
    throw new Error(`${source}: got nothing to draw; expected an image, a volume or a video for --thumbnail`);
  const limits = { height: THUMBNAIL, width: THUMBNAIL };
  writeFileWhole(file, await encodePng(await thumbnail(preview, values?.labels !== undefined, limits)));
}

async function terminalPicture({ preview, values }: Inspection, { out }: Surroundings): Promise<string> {
  if (!preview) return '';
  const width = Math.min(TERMINAL_COLUMNS, (out.columns ?? 80) - 1);
  const height = 2 * Math.min(TERMINAL_LINES, (out.rows ?? 24) - 1);
  const raster = await thumbnail(preview, values?.labels !== undefined, { height, width });
  return `${halfBlocks(raster)}\n${preview.part ? `${preview.part}\n` : ''}`;
}
