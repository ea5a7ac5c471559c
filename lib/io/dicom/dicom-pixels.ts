import type { Samples } from '../image';
import type { Refuse } from '../tiff-directory';
import { interleave } from './colour';
import type { DicomDataSet } from './data-set';
import { asRgb, encapsulatedPixels } from './encapsulated-pixels';
import { place } from './elements';
import { readFileFormat, type DicomFile } from './file-format';
import { correctUnusedBits, nativePixels } from './native-pixels';
import { decodedBytes, describePixels, type PixelDescription } from './pixel-description';
import type { Warn } from './refusal';
import { tagOf, tagText } from './tags';
import { readableSyntaxes } from './transfer-syntax';

/** The parts of a file in memory. */
export function openDicom(bytes: Uint8Array, refuse: Refuse, warn: Warn, stopAt?: number): DicomFile {
  const pixelBytes = (dataSet: DicomDataSet) => {
    const pixels = describePixels(dataSet, refuse);
    return pixels ? decodedBytes(pixels) : 0;
  };
  return readFileFormat(bytes, { stopAt, pixelBytes }, refuse, warn);
}

const TRANSFER_SYNTAX = tagText(tagOf('TransferSyntaxUID'));

/** Stored values with unused bits cleared; colours RGB by pixel. */
export async function decodePixels(
  { source, dataSet, syntax, syntaxUid }: DicomFile,
  pixels: PixelDescription,
  refuse: Refuse,
  warn: Warn,
): Promise<{ data: Samples; photometric: string }> {
  if (!syntax) return refuse(TRANSFER_SYNTAX, JSON.stringify(syntaxUid), `one of ${readableSyntaxes()}`);
  // Some files name a compressed syntax and hold plain pixels, or the other way round.
  const native = syntax.coding === 'native';
  if (native && pixels.element.open) {
    refuse(
      place(pixels.element),
      `compressed fragments`,
      `plain pixels: the transfer syntax is ${syntax.name}`,
    );
  }
  if (!native) {
    const decoded = await encapsulatedPixels(source, dataSet, pixels, syntax.coding, refuse, warn);
    if (syntax.coding !== 'jpeg-ls' && syntax.coding !== 'jpeg-2000') correctUnusedBits(decoded.data, pixels);
    return decoded;
  }
  let data = nativePixels(source, pixels, refuse);
  correctUnusedBits(data, pixels);
  const { rows, columns, channels, planar, photometric, bitsStored } = pixels;
  if (planar) data = interleave(data, rows * columns, channels);
  return asRgb(data, photometric, bitsStored);
}
