import { memoryBytes, openRandomBytes, type RandomBytes } from './bytes';
import type { ImageStack, Pixels } from './image-stack';
import { refusal } from './tiff-directory';
import { readTiffFile, type TiffOptions } from './tiff-file';

const DEFAULT_LIMIT = 2 ** 31;

const PIXEL_TYPES = { U8: Uint8Array, U16: Uint16Array, F32: Float32Array } as const;

export interface ReadTiffOptions extends TiffOptions {
  /** The most bytes that the file and its decoded pages may take each; 2 GiB by default. */
  maxBytes?: number;
}

/**
 * Reads all pages of a grey TIFF file whose pages are of one size: 8 or 16-bit integers or 32-bit floats, packed and laid
 * out in any way that openTiff reads. For colour, other types, pages of several sizes or parts of large pages: openTiff.
 *
 * Shape: [pages, height, width]; Uint8Array (0…255), Uint16Array (0…65535) or Float32Array, larger is brighter
 *
 * @throws Error naming file, offset or tag, what was got and what was expected, before any page is decoded, when the file
 *   is not such a TIFF, its offsets and counts do not fit its bytes, its pages differ in size, or it exceeds `maxBytes`
 */
export async function readTiff(path: string, options: ReadTiffOptions = {}): Promise<ImageStack> {
  const source = await openRandomBytes(path);
  try {
    return await readStack(source, path, options);
  } finally {
    await source.close();
  }
}

/**
 * The same from bytes in memory.
 *
 * @param name what errors call the file
 */
export function decodeTiff(
  bytes: Uint8Array,
  name: string,
  options: ReadTiffOptions = {},
): Promise<ImageStack> {
  return readStack(memoryBytes(bytes), name, options);
}

async function readStack(
  source: RandomBytes,
  name: string,
  { maxBytes = DEFAULT_LIMIT }: ReadTiffOptions,
): Promise<ImageStack> {
  const refuse = refusal('readTiff', name);
  if (source.size > maxBytes)
    refuse('file', `${source.size} bytes`, `at most ${maxBytes}; raise maxBytes to read it`);
  const file = await readTiffFile(source, name, 'readTiff', { maxBytes });
  const [{ width, height, type, channels }] = file.pages;
  if (channels !== 1) refuse('page 0', `${channels} channels`, 'one (grey); read it with openTiff');
  if (!(type in PIXEL_TYPES))
    refuse('page 0', `samples of type ${type}`, 'U8, U16 or F32; read it with openTiff');
  file.pages.forEach((page, index) => {
    const [got, expected] = [page, file.pages[0]].map(
      (one) => `${one.height}×${one.width} of ${one.channels} channel, type ${one.type}`,
    );
    if (got !== expected) refuse(`page ${index}`, got, `${expected} like page 0`);
  });
  const { pixels } = file.storedBytes;
  if (pixels > source.size)
    refuse(
      'strips',
      `${pixels} bytes in all`,
      `at most the file's ${source.size}, strips that do not overlap`,
    );
  const area = height * width;
  const pages = file.pages.length;
  const pixelType = PIXEL_TYPES[type as keyof typeof PIXEL_TYPES];
  const decoded = pages * area * pixelType.BYTES_PER_ELEMENT;
  if (decoded > maxBytes)
    refuse('pages', `${decoded} bytes of pixels`, `at most ${maxBytes}; raise maxBytes to read it`);

  let data: Pixels | undefined;
  for (let page = 0; page < pages; page++) {
    const image = await file.readPage(page);
    data ??= new pixelType(pages * area);
    data.set(image.data, page * area);
  }
  return { data: data!, pages, height, width };
}
