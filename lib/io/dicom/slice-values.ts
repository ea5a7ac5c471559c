import type { Samples } from '../image';
import type { BitShifts } from './native-pixels';
import type { ReadDicomSeriesOptions } from './series-options';
import type { DicomSlice } from './slices';

/** What turns the stored values of a slice into those of the volume. */
export interface ValueMap {
  /** MONOCHROME1: turned round within the bits stored, before slope and intercept. */
  invert: boolean;
  slope: number;
  intercept: number;
  /** Stored values from the first to the second become the third. */
  padding?: readonly [number, number, number];
}

interface StoredRange {
  bitsStored: number;
  signed: boolean;
}

export function storedRange({ header: { dataSet } }: DicomSlice): StoredRange {
  const bitsStored = dataSet.number('BitsStored') ?? dataSet.number('BitsAllocated') ?? 16;
  return { bitsStored, signed: dataSet.number('PixelRepresentation') === 1 };
}

export function valueMap(slice: DicomSlice, options: ReadDicomSeriesOptions): ValueMap {
  const { rescale = true, monochrome1 = 'invert', padding } = options;
  const { header } = slice;
  const map: ValueMap = {
    invert: header.photometricInterpretation === 'MONOCHROME1' && monochrome1 === 'invert',
    slope: rescale ? slice.slope : 1,
    intercept: rescale ? slice.intercept : 0,
  };
  const marked = header.dataSet.number('PixelPaddingValue');
  if (padding === undefined || marked === undefined) return map;
  const limit = header.dataSet.number('PixelPaddingRangeLimit') ?? marked;
  const [from, to] = [marked, limit]
    .map((value) => asStored(value, storedRange(slice)))
    .sort((a, b) => a - b);
  return { ...map, padding: [from, to, padding] };
}

/** The attribute may be read as unsigned where the pixels are signed. */
function asStored(value: number, { signed }: StoredRange): number {
  return signed ? (value << 16) >> 16 : value;
}

/** Int16Array where it holds every value that the slices can have, exactly; else Float32Array. */
export function valueType(slices: readonly DicomSlice[], maps: readonly ValueMap[]) {
  const fits = slices.every((slice, index) => {
    const { bitsStored, signed } = storedRange(slice);
    const { slope, intercept, padding } = maps[index];
    const ends = signed ? [-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] : [0, 2 ** bitsStored - 1];
    const values = [...ends.map((end) => slope * end + intercept), padding?.[2] ?? 0];
    const exact = Number.isInteger(slope) && Number.isInteger(intercept) && values.every(Number.isInteger);
    return exact && values.every((value) => value >= -32768 && value <= 32767);
  });
  return fits ? Int16Array : Float32Array;
}

/**
 * The values of one slice, from stored ones; `target` has its length.
 *
 * @param shifts what clears the unused bits of stored values
 */
export function mapValues(
  stored: Samples,
  target: Int16Array | Float32Array,
  { invert, slope, intercept, padding }: ValueMap,
  { bitsStored, signed }: StoredRange,
  shifts: BitShifts,
): void {
  // v → (top − v), or (−1 − v) of signed values; then slope and intercept: one line in either case.
  const top = signed ? -1 : 2 ** bitsStored - 1;
  const factor = invert ? -slope : slope;
  const offset = invert ? intercept + slope * top : intercept;
  if (target instanceof Float32Array) lineOfFloats(stored, target, factor, offset, shifts, signed);
  else if (isPaired(stored, target, factor, shifts)) addToPairs(stored, target, offset, shifts.down);
  else if (stored instanceof Uint16Array) unsignedLine(stored, target, factor, offset, shifts);
  else if (stored instanceof Int16Array) signedLine(stored, target, factor, offset, shifts);
  else signedLine(Int16Array.from(stored), target, factor, offset, shifts);
  if (!padding) return;
  const [from, to, value] = padding;
  for (let index = 0; index < stored.length; index++) {
    const clean = cleared(stored[index], shifts, signed);
    if (clean >= from && clean <= to) target[index] = value;
  }
}

function cleared(value: number, { up, down }: BitShifts, signed: boolean): number {
  if (down === 0) return value;
  return signed ? (value << up) >> down : (value << up) >>> down;
}

function lineOfFloats(
  stored: Samples,
  target: Float32Array,
  factor: number,
  offset: number,
  shifts: BitShifts,
  signed: boolean,
): void {
  for (let index = 0; index < stored.length; index++) {
    target[index] = cleared(stored[index], shifts, signed) * factor + offset;
  }
}

/** The usual CT: slope 1, and a target whose values can be taken two at a time. */
function isPaired(
  stored: Samples,
  target: Int16Array,
  factor: number,
  { up, down }: BitShifts,
): stored is Uint16Array {
  const even = target.byteOffset % 4 === 0 && target.length % 2 === 0;
  return stored instanceof Uint16Array && factor === 1 && up === down && even;
}

/**
 * target = (stored without its highest `unused` bits) + offset, two values in a number of 32 bits. The highest bit of
 * each half is added apart, so that nothing is carried from one half into the other.
 */
function addToPairs(stored: Uint16Array, target: Int16Array, offset: number, unused: number): void {
  target.set(stored);
  const pairs = new Int32Array(target.buffer, target.byteOffset, target.length / 2);
  const twice = (half: number) => (half << 16) | (half & 0xffff);
  const bits = twice(unused === 0 ? 0xffff : 2 ** (32 - unused) - 1);
  const added = twice(offset);
  const [low, high] = [bits & 0x7fff7fff, bits & 0x80008000];
  const [addedLow, addedHigh] = [added & 0x7fff7fff, added & 0x80008000];
  for (let index = 0; index < pairs.length; index++) {
    const pair = pairs[index];
    pairs[index] = ((pair & low) + addedLow) ^ ((pair & high) ^ addedHigh);
  }
}

// One function for each pair of types, in integers only: several times faster than one for all.

function unsignedLine(
  stored: Uint16Array,
  target: Int16Array,
  factor: number,
  offset: number,
  { up, down }: BitShifts,
): void {
  for (let index = 0; index < stored.length; index++) {
    target[index] = Math.imul((stored[index] << up) >>> down, factor) + offset;
  }
}

function signedLine(
  stored: Int16Array,
  target: Int16Array,
  factor: number,
  offset: number,
  { up, down }: BitShifts,
): void {
  for (let index = 0; index < stored.length; index++) {
    target[index] = Math.imul((stored[index] << up) >> down, factor) + offset;
  }
}
