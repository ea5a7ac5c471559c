import type { Samples } from '../io/image';
import type { ValueSummary } from './value-summary';

/** What `segcourse inspect` tells of a file: plain data, less the preview, is what `--json` prints. */
export interface Inspection {
  file: string;
  /** Of the file; of all files of a folder. */
  bytes: number;
  format: string;
  /** Spatial sizes, slowest first; of a video [frames, height, width]. */
  shape?: readonly number[];
  channels?: number;
  /** Such as uint8 or float32. */
  type?: string;
  /** Millimetres along each axis of `shape`. */
  spacing?: readonly number[];
  /** Such as LPS: where columns, rows and slices grow to. */
  orientation?: string;
  /** Whatever else is worth knowing, by name. */
  details: Record<string, string | number>;
  values?: ValueSummary;
  /** Of files of weights and arrays. */
  arrays?: { name: string; shape: readonly number[]; type: string }[];
  /** Of a folder: what it holds. */
  contents?: { format: string; files: number; bytes: number }[];
  warnings: string[];
  preview?: Preview;
}

/** A picture of the file, in its own values. */
export interface Preview {
  data: Samples;
  height: number;
  width: number;
  channels: number;
  /** How much higher than wide a pixel is. */
  aspect: number;
  /** Which part of the file it is, such as "slice 64 of 128". */
  part?: string;
}

const TYPE_NAMES: Record<string, string> = {
  Uint8Array: 'uint8',
  Int8Array: 'int8',
  Uint16Array: 'uint16',
  Int16Array: 'int16',
  Uint32Array: 'uint32',
  Int32Array: 'int32',
  Float32Array: 'float32',
  Float64Array: 'float64',
  BigInt64Array: 'int64',
  BigUint64Array: 'uint64',
};

/** NumPy's name of an array's element type. */
export function typeName(values: ArrayBufferView): string {
  return TYPE_NAMES[values.constructor.name] ?? values.constructor.name;
}
