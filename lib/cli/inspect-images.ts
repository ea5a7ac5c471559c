import type { Image, Samples } from '../io/image';
import { readPicture } from '../io/picture';
import { openTiff, type TiffFile, type TiffPage } from '../io/tiff-file';
import { readVideo } from '../io/video';
import { readVideoHeader } from '../io/video-header';
import type { FileStart } from '../io/file-start';
import { typeName, type Inspection, type Preview } from './inspection';
import { summarise, type Part } from './value-summary';

type Told = Omit<Inspection, 'file' | 'bytes' | 'format'>;

/** The colour type of a PNG whose pixels are indices of a table (PNG specification, section 11.2.2). */
const [COLOUR_TYPE_OFFSET, PALETTE] = [25, 3];

export async function inspectPng(path: string, { raw }: FileStart): Promise<Told> {
  const palette = raw[COLOUR_TYPE_OFFSET] === PALETTE;
  const image = await readPicture(path, { palette: palette ? 'indices' : 'colours' });
  const told = await inspectPlane(image);
  return palette ? { ...told, details: { palette: 'values are indices of colours' } } : told;
}

export async function inspectJpeg(path: string): Promise<Told> {
  return inspectPlane(await readPicture(path));
}

async function inspectPlane(image: Image): Promise<Told> {
  const { data, shape, channels } = image;
  const [height, width] = shape;
  return {
    shape,
    channels,
    type: typeName(data),
    details: {},
    values: await summarise(() => [{ data, width, channels }]),
    warnings: [],
    preview: { data, height, width, channels, aspect: 1 },
  };
}

/** A page is walked over in strips of about so many samples. */
const STRIP = 2 ** 24;
/** The preview of a huge page takes every second, third, … pixel. */
const LARGEST_PREVIEW = 1024;

export async function inspectTiff(path: string): Promise<Told> {
  const file = await openTiff(path);
  try {
    const all = file.pages.map((page, number) => ({ page, number }));
    const full = all.filter(({ page }) => !page.reduced);
    const pages = full.length > 0 ? full : all;
    const chosen = pages[Math.floor(pages.length / 2)];
    const preview = previewOf(chosen.page);
    if (pages.length > 1) preview.part = `page ${chosen.number + 1} of ${file.pages.length}`;
    let type = '';
    const values = await summarise(async function* () {
      for (const { page, number } of pages) {
        for await (const { row, image } of strips(file, page, number)) {
          type = typeName(image.data);
          if (number === chosen.number) fillPreview(preview, page, row, image);
          yield { data: image.data, width: page.width, channels: page.channels } satisfies Part;
        }
      }
    });
    const [{ page: first }] = pages;
    const uneven = pages.filter(({ page }) => page.height !== first.height || page.width !== first.width);
    const plane = [first.height, first.width];
    return {
      shape: pages.length > 1 && uneven.length === 0 ? [pages.length, ...plane] : plane,
      channels: first.channels,
      type,
      details: {
        pages: file.pages.length,
        compression: first.compression,
        'bits of a sample': first.bits,
        ...(first.tileWidth < first.width ? { tiles: `${first.tileHeight} × ${first.tileWidth}` } : {}),
        ...(first.palette ? { palette: 'values are indices of colours' } : {}),
        ...(first.minIsWhite ? { 'white is': 0 } : {}),
      },
      values,
      warnings: uneven.slice(0, 3).map(({ page, number }) => {
        return `page ${number + 1} is ${page.height} × ${page.width}, the first ${plane.join(' × ')}`;
      }),
      preview,
    };
  } finally {
    await file.close();
  }
}

async function* strips(
  file: TiffFile,
  { height, width, channels, tileHeight }: TiffPage,
  number: number,
): AsyncGenerator<{ row: number; image: Image }> {
  const tiles = Math.max(1, Math.floor(STRIP / (width * channels * tileHeight)));
  for (let row = 0; row < height; row += tiles * tileHeight) {
    const part = { row, column: 0, width, height: Math.min(tiles * tileHeight, height - row) };
    yield { row, image: await file.readRegion(number, part) };
  }
}

function previewOf({ height, width, channels }: TiffPage): Preview {
  const step = Math.ceil(Math.max(height, width) / LARGEST_PREVIEW);
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const data = new Float64Array(rows * columns * channels);
  return { data, height: rows, width: columns, channels, aspect: 1 };
}

function fillPreview(
  preview: Preview,
  { height, width, channels }: TiffPage,
  start: number,
  strip: Image,
): void {
  const step = Math.ceil(Math.max(height, width) / LARGEST_PREVIEW);
  for (let row = Math.ceil(start / step) * step; row < start + strip.shape[0]; row += step) {
    for (let column = 0; column < preview.width; column++) {
      const from = ((row - start) * width + column * step) * channels;
      const to = ((row / step) * preview.width + column) * channels;
      for (let channel = 0; channel < channels; channel++)
        preview.data[to + channel] = strip.data[from + channel];
    }
  }
}

/** So many frames are looked at. */
const FRAMES = 8;

export async function inspectVideo(path: string): Promise<Told> {
  const { height, width, frames, fps, duration, codec, pixelFormat } = await readVideoHeader(path);
  const looked = Math.min(frames, FRAMES);
  const seen: Samples[] = [];
  const rate = duration > 0 ? looked / duration : fps;
  for await (const { data } of await readVideo(path, { fps: Math.min(rate, fps), tolerant: true }))
    seen.push(data);
  const middle = Math.floor(seen.length / 2);
  return {
    shape: [frames, height, width],
    channels: 3,
    type: 'uint8',
    details: {
      'frames a second': Number(fps.toFixed(3)),
      duration: `${duration.toFixed(2)} s`,
      codec: `${codec}, ${pixelFormat}`,
      'values of': `${seen.length} frames`,
    },
    values: await summarise(() => seen.map((data) => ({ data, width, channels: 3 }))),
    warnings: [],
    preview: {
      data: seen[middle],
      height,
      width,
      channels: 3,
      aspect: 1,
      part: `frame at ${middle}/${seen.length}`,
    },
  };
}
