import type { Samples } from '../image';
import { markerSegments } from '../jpeg-markers';
import type { Refuse } from '../tiff-directory';
import { codestream, type Codestream } from './codestream';
import { interleave, ybrToRgb } from './colour';
import type { DicomDataSet } from './data-set';
import type { Source } from './elements';
import { frameBytes, framePlace } from './fragments';
import { limitFrame } from './frame-limits';
import type { Fail } from './jpeg/bits';
import { decodeExtended } from './jpeg/extended';
import { decodeLossless } from './jpeg/lossless';
import { sampleArray, sampleType } from './native-pixels';
import { sampleCount, type PixelDescription } from './pixel-description';
import type { Warn } from './refusal';
import { decodeRle } from './rle';
import type { PixelCoding } from './transfer-syntax';
import { decodeWasm } from './wasm-codecs';

/** Compressed pixels, decoded frame by frame; colours are RGB, colour by pixel, unused bits are not corrected yet. */
export async function encapsulatedPixels(
  source: Source,
  dataSet: DicomDataSet,
  pixels: PixelDescription,
  coding: PixelCoding,
  refuse: Refuse,
  warn: Warn,
): Promise<{ data: Samples; photometric: string }> {
  const frames = frameBytes(source, dataSet, pixels, refuse, warn);
  const fails = frames.map(
    (_, index): Fail =>
      (got, wanted) =>
        refuse(framePlace(pixels, index), got, wanted),
  );
  // All headers before the first frame is decoded: memory for many frames is set aside for what has a header at least.
  const headers = frames.map((bytes, index) =>
    coding === 'rle' ? undefined : frameHeader(bytes, pixels, fails[index]),
  );
  let data: Samples | undefined;
  let { photometric } = pixels;
  for (const [index, bytes] of frames.entries()) {
    const frame = await decodeFrame(bytes, headers[index], pixels, fails[index], warn);
    photometric = frame.photometric;
    if (frames.length === 1) return frame;
    // What the first frame proves is what all of them take.
    data ??= new (sampleType(pixels))(sampleCount(pixels));
    data.set(frame.data, index * frame.data.length);
  }
  return { data: data!, photometric };
}

function frameHeader(bytes: Uint8Array, pixels: PixelDescription, fail: Fail): Codestream {
  const { rows, columns, channels } = pixels;
  const header = codestream(bytes) ?? fail(`bytes ${hex(bytes)}`, 'a header of JPEG, JPEG-LS or JPEG 2000');
  if (header.rows !== rows || header.columns !== columns || header.components !== channels) {
    fail(
      `a frame of ${header.rows} × ${header.columns} × ${header.components}`,
      `${rows} × ${columns} × ${channels} as the data set says`,
    );
  }
  if (header.precision > Math.max(8, pixels.bitsAllocated) || header.precision > 16) {
    fail(`${header.precision} bits a sample`, `at most ${Math.min(16, pixels.bitsAllocated)}`);
  }
  limitFrame(bytes, header, fail);
  return header;
}

/** @param header undefined for RLE, which has none */
async function decodeFrame(
  bytes: Uint8Array,
  header: Codestream | undefined,
  pixels: PixelDescription,
  fail: Fail,
  warn: Warn,
): Promise<{ data: Samples; photometric: string }> {
  const { rows, columns, channels } = pixels;
  if (!header) {
    if (pixels.bitsAllocated === 1) fail('bits', 'bytes: RLE has no bits');
    const planes = sampleArray(decodeRle(bytes, pixels, fail), pixels);
    const data = channels > 1 ? interleave(planes, rows * columns, channels) : planes;
    return asRgb(data, pixels.photometric, pixels.bitsStored);
  }
  const decoded = await decodeStream(bytes, header, fail);
  const corrected = header.frame === 0x51 || header.frame === 0xf7;
  const data = asSamples(decoded, pixels, corrected ? header.precision : undefined);
  return asRgb(data, streamColour(header, pixels, warn), header.precision);
}

/** By the stream itself, not by the transfer syntax: files have one and name the other. */
async function decodeStream(
  bytes: Uint8Array,
  header: Codestream,
  fail: Fail,
): Promise<Uint8Array | Uint16Array> {
  const { frame, precision, rows, columns, components } = header;
  if (frame === 0xc3) return decodeLossless(bytes, fail);
  if (frame === 0xc1 && precision === 12) return decodeExtended(bytes, fail);
  const lossy = frame === 0xc0 || frame === 0xc1 || frame === 0xc2;
  if (lossy && precision === 8) return (await decodeWasm('jpeg', withoutTransform(bytes), header, fail)).data;
  if (frame !== 0x51 && frame !== 0xf7) {
    fail(`a JPEG of process 0xff${frame.toString(16)}, ${precision} bits`, 'baseline, extended or lossless');
  }
  const codec = frame === 0x51 ? 'jpeg-2000' : 'jpeg-ls';
  const { data, planar } = await decodeWasm(codec, bytes.subarray(header.start), header, fail);
  const samples = precision <= 8 ? data : new Uint16Array(data.buffer as ArrayBuffer);
  return planar ? interleave(samples, rows * columns, components) : samples;
}

/**
 * The JPEG with its colours left as they are coded: its JFIF and Adobe markers are replaced by an Adobe marker without a
 * transform, so that YCbCr becomes RGB in one place, as the data set says.
 */
function withoutTransform(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, 0xd8), ADOBE_WITHOUT_TRANSFORM];
  let rest = 2;
  for (const { marker, start, end } of markerSegments(bytes)) {
    if (marker !== 0xe0 && marker !== 0xee) parts.push(bytes.subarray(start - 4, end));
    rest = end;
  }
  return Buffer.concat([...parts, bytes.subarray(rest)]);
}

const ADOBE_WITHOUT_TRANSFORM = Uint8Array.of(
  0xff,
  0xee,
  0,
  14,
  0x41,
  0x64,
  0x6f,
  0x62,
  0x65,
  0,
  100,
  0,
  0,
  0,
  0,
  0,
);

/** Decoded samples in the type that the data set asks for; the sign of `precision` bits is extended, where given. */
function asSamples(decoded: Uint8Array | Uint16Array, pixels: PixelDescription, precision?: number): Samples {
  const type = sampleType(pixels);
  const samples: Samples = decoded instanceof type ? decoded : new type(decoded.length);
  if (samples !== decoded) samples.set(decoded);
  if (precision === undefined) return samples;
  const shift = 32 - precision;
  if (pixels.signed) {
    for (let index = 0; index < samples.length; index++) samples[index] = (decoded[index] << shift) >> shift;
  } else {
    for (let index = 0; index < samples.length; index++) samples[index] = (decoded[index] << shift) >>> shift;
  }
  return samples;
}

/** What the colours of a decoded stream are: its own marks count for more than the data set's. */
function streamColour(
  { ids, jfif, frame }: Codestream,
  { channels, photometric }: PixelDescription,
  warn: Warn,
): string {
  if (channels === 1) return photometric;
  // OpenJPEG takes the transform of the components back.
  if (frame === 0x51) return photometric === 'YBR_ICT' || photometric === 'YBR_RCT' ? 'RGB' : photometric;
  const letters = String.fromCharCode(...ids).toUpperCase();
  const marked =
    letters === 'RGB' ? 'RGB' : jfif && !photometric.startsWith('YBR') ? 'YBR_FULL' : photometric;
  if (marked !== photometric)
    warn(`PhotometricInterpretation ${photometric}, but the JPEG's marks say ${marked}; read so`);
  return marked;
}

/** YBR_FULL and YBR_FULL_422, which is full once it is decoded, as RGB; others as they are. */
export function asRgb(
  data: Samples,
  photometric: string,
  bits: number,
): { data: Samples; photometric: string } {
  if (photometric !== 'YBR_FULL' && photometric !== 'YBR_FULL_422') return { data, photometric };
  ybrToRgb(data, bits);
  return { data, photometric: 'RGB' };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 4)).toString('hex') || 'none';
