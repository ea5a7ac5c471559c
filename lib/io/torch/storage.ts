import { ELEMENT_BYTES, ElementType } from '../elements';
import { PickleObject } from './pickle/values';

/** A class of PyTorch's storages: `torch.FloatStorage` and its siblings, or the untyped one. */
export class StorageType extends PickleObject {
  constructor(
    readonly name: string,
    readonly type: ElementType,
  ) {
    super();
  }

  get description(): string {
    return `the class ${this.name}`;
  }
}

/** A number type as a value: `torch.float32`. */
export class NumberType extends PickleObject {
  constructor(
    readonly name: string,
    /** Undefined for those that no array here can hold. */
    readonly type: ElementType | undefined,
  ) {
    super();
  }

  get description(): string {
    return `the type ${this.name}`;
  }
}

/** Bytes that tensors share; in PyTorch's older format they come after the pickle that speaks of them. */
export interface StorageBytes {
  bytes?: Uint8Array;
  bigEndian: boolean;
}

/** A stretch of numbers of one type. */
export class Storage extends PickleObject {
  /** @param byteOffset where it begins in the shared bytes */
  constructor(
    readonly source: StorageBytes,
    readonly type: ElementType,
    readonly byteOffset: number,
    readonly count: number,
  ) {
    super();
  }

  get description(): string {
    return `a storage of ${this.count}`;
  }

  /** The same bytes as numbers of another type. */
  as(type: ElementType): Storage {
    const byteLength = this.count * ELEMENT_BYTES[this.type];
    return new Storage(this.source, type, this.byteOffset, Math.floor(byteLength / ELEMENT_BYTES[type]));
  }

  /** A view of the bytes of elements `from` to `to`. */
  bytes(from: number, to: number): Uint8Array {
    const { bytes } = this.source;
    if (bytes === undefined)
      throw new Error('Storage: got no bytes yet; expected them to be read before a tensor is');
    const size = ELEMENT_BYTES[this.type];
    return bytes.subarray(this.byteOffset + from * size, this.byteOffset + to * size);
  }
}

/** PyTorch's storage classes, without the module. */
export const STORAGE_TYPES: Readonly<Record<string, ElementType>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** PyTorch's number types, without the module. */
export const NUMBER_TYPES: Readonly<Record<string, ElementType | undefined>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
  complex32: undefined,
  complex64: undefined,
  complex128: undefined,
};
