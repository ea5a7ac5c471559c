import type { Samples } from '../image';
import type { DicomDataSet } from './data-set';
import type { Refuse } from '../tiff-directory';
import type { PixelDescription } from './pixel-description';

/** Colours one plane after the other → colour by pixel, frame by frame. */
export function interleave<T extends Samples>(planes: T, area: number, channels: number): T {
  const samples = new (planes.constructor as new (length: number) => T)(planes.length);
  const frame = area * channels;
  for (let start = 0; start < planes.length; start += frame) {
    for (let channel = 0; channel < channels; channel++) {
      let from = start + channel * area;
      for (let to = start + channel; to < start + frame; to += channels) samples[to] = planes[from++];
    }
  }
  return samples;
}

/**
 * YCbCr of full range → RGB, in place: R = Y + 1.402 (Cr − ½), G = Y − 0.114 · 1.772 / 0.587 (Cb − ½) − 0.299 · 1.402 /
 * 0.587 (Cr − ½), B = Y + 1.772 (Cb − ½), where ½ is 128 of 8 bits; rounded and clipped as pydicom does.
 *
 * Source: DICOM PS3.3 C.7.6.3.1.2 and ITU-R BT.601.
 */
export function ybrToRgb(samples: Samples, bits: number): void {
  const half = 2 ** (bits - 1);
  const top = 2 ** bits - 1;
  const clip = (value: number) => Math.max(0, Math.min(top, Math.floor(value + 0.5)));
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const luma = samples[at];
    const blue = samples[at + 1] - half;
    const red = samples[at + 2] - half;
    samples[at] = clip(luma + 1.402 * red);
    samples[at + 1] = clip(luma - ((0.114 * 1.772) / 0.587) * blue - ((0.299 * 1.402) / 0.587) * red);
    samples[at + 2] = clip(luma + 1.772 * blue);
  }
}

/** Three columns of a PALETTE COLOR image: the colours of the values from `first` on. */
export interface Palette {
  /** The value that the first entry belongs to; values before it take that entry too, values after the last the last. */
  first: number;
  /** Bits of an entry: 8 or 16. */
  bits: number;
  red: Uint16Array;
  green: Uint16Array;
  blue: Uint16Array;
}

/** Undefined where the file has no palette. Source: DICOM PS3.3 C.7.6.3.1.5 and .6. */
export function readPalette(
  dataSet: DicomDataSet,
  { signed }: Pick<PixelDescription, 'signed'>,
  refuse: Refuse,
): Palette | undefined {
  if (!dataSet.has('RedPaletteColorLookupTableData')) return undefined;
  const [storedCount, storedFirst, bits] = dataSet.numbers('RedPaletteColorLookupTableDescriptor', 3);
  const count = storedCount === 0 ? 65536 : storedCount;
  if (!(count > 0) || !(bits === 8 || bits === 16)) {
    refuse(
      dataSet.place('RedPaletteColorLookupTableDescriptor'),
      dataSet.texts('RedPaletteColorLookupTableDescriptor').join('\\') || 'none',
      'three numbers: entries, first value, 8 or 16 bits',
    );
  }
  const column = (keyword: `${'Red' | 'Green' | 'Blue'}PaletteColorLookupTableData`) => {
    const bytes = dataSet.bytes(keyword);
    const words = dataSet.numbers(keyword, count);
    // Entries of 8 bits are packed in pairs, or stand one in a word.
    const packed = bits === 8 && bytes !== undefined && bytes.length < 2 * count;
    const entries = packed ? [...bytes.subarray(0, count)] : words;
    if (entries.length < count) refuse(dataSet.place(keyword), `${entries.length} entries`, String(count));
    return Uint16Array.from(entries);
  };
  return {
    first: signed ? (storedFirst << 16) >> 16 : storedFirst,
    bits,
    red: column('RedPaletteColorLookupTableData'),
    green: column('GreenPaletteColorLookupTableData'),
    blue: column('BluePaletteColorLookupTableData'),
  };
}

/** The colours of palette indices, colour by pixel: Uint8Array for entries of 8 bits, Uint16Array for 16. */
export function applyPalette(indices: Samples, palette: Palette): Uint8Array | Uint16Array {
  const { first, bits, red, green, blue } = palette;
  const colours = bits === 8 ? new Uint8Array(3 * indices.length) : new Uint16Array(3 * indices.length);
  const last = red.length - 1;
  for (let index = 0, to = 0; index < indices.length; index++) {
    const entry = Math.max(0, Math.min(last, indices[index] - first));
    colours[to++] = red[entry];
    colours[to++] = green[entry];
    colours[to++] = blue[entry];
  }
  return colours;
}
