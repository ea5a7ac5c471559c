import { gunzipSync } from 'node:zlib';
import { tiffInMemory } from '../../lib/io/tiff-file';
import { golden } from '../golden';

/** Small TIFF files of every layout and compression, as tifffile wrote them. */
export function tiffFiles(): Uint8Array[] {
  const { cases } = golden<{ cases: { name: string; file: string }[] }>('tiff');
  return cases.map(({ file }) => new Uint8Array(gunzipSync(Buffer.from(file, 'base64'))));
}

/** Reads every page: what a reader does with a file that it does not know. */
export async function readAllPages(bytes: Uint8Array): Promise<void> {
  const file = await tiffInMemory(bytes, 'mutant.tif', { maxBytes: 2 ** 24 });
  for (let page = 0; page < file.pages.length; page++) {
    const { data, shape, channels } = await file.readPage(page);
    if (data.length !== shape[0] * shape[1] * channels)
      throw new TypeError(`${data.length} samples of [${shape}]`);
  }
}

export const TIFF_ERROR = /^openTiff: mutant\.tif: .+: got .+; expected ./s;
