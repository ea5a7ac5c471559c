/** Number types of stored arrays, by their safetensors names, and what reads them. Half-precision floats are widened. */
export interface ElementArrays {
  F64: Float64Array;
  F32: Float32Array;
  F16: Float32Array;
  BF16: Float32Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U64: BigUint64Array;
  U32: Uint32Array;
  U16: Uint16Array;
  U8: Uint8Array;
  /** 0 or 1. */
  BOOL: Uint8Array;
}

export type ElementType = keyof ElementArrays;
export type ElementArray = ElementArrays[ElementType];

/** Bytes that one stored number takes. */
export const ELEMENT_BYTES: Readonly<Record<ElementType, 1 | 2 | 4 | 8>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

export const ELEMENT_TYPES = Object.keys(ELEMENT_BYTES) as ElementType[];

const ARRAYS = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/**
 * The numbers that bytes hold, little endian unless told. Without copying where the bytes lie as the processor wants
 * them: the result is then a view of them.
 *
 * @throws RangeError where the bytes are no whole number of elements
 */
export function readElements<T extends ElementType>(
  type: T,
  bytes: Uint8Array,
  { bigEndian = false } = {},
): ElementArrays[T] {
  const size = ELEMENT_BYTES[type];
  if (bytes.length % size !== 0) {
    throw new RangeError(`readElements: got ${bytes.length} bytes; ${type} takes ${size} each`);
  }
  const swaps = bigEndian && size > 1;
  const own = swaps || bytes.byteOffset % size !== 0 ? new Uint8Array(bytes) : bytes;
  if (swaps) swapBytes(own, size);
  const raw = new ARRAYS[type](own.buffer as ArrayBuffer, own.byteOffset, own.length / size);
  const values =
    type === 'F16' ? widenHalf(raw as Uint16Array) : type === 'BF16' ? widenBfloat(raw as Uint16Array) : raw;
  return values as ElementArrays[T];
}

/** The type under which an array is written; half-precision floats were widened when they were read. */
export function elementType(values: ElementArray): ElementType {
  return ELEMENT_TYPES.find((type) => type !== 'F16' && type !== 'BF16' && values instanceof ARRAYS[type])!;
}

function swapBytes(bytes: Uint8Array, size: 1 | 2 | 4 | 8): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}

/**
 * IEEE 754 binary16 → binary32, exact: 1 sign, 5 exponent (bias 15) and 10 fraction bits become 1, 8 (bias 127) and 23.
 */
function widenHalf(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  const wide = new Uint32Array(values.buffer);
  for (let index = 0; index < bits.length; index++) {
    const half = bits[index];
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) {
      values[index] = fraction * 2 ** -24; // subnormal, or zero
      wide[index] |= sign;
    } else {
      wide[index] = sign | (exponent === 0x1f ? 0x7f800000 : (exponent + 112) << 23) | (fraction << 13);
    }
  }
  return values;
}

/** bfloat16 is the upper half of a binary32. */
function widenBfloat(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let index = 0; index < bits.length; index++) wide[index] = bits[index] << 16;
  return new Float32Array(wide.buffer);
}
