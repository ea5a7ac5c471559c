import { ElementArray, ElementType, ELEMENT_BYTES, readElements } from '../elements';
import { integer } from './pickle/literals';
import { describe, Meter, PickleTuple, PickleValue, StatefulObject } from './pickle/values';
import { isCount, MOST_DIMENSIONS } from './tensor';

const TYPES: Readonly<Record<string, ElementType>> = {
  f8: 'F64',
  f4: 'F32',
  f2: 'F16',
  i8: 'I64',
  i4: 'I32',
  i2: 'I16',
  i1: 'I8',
  u8: 'U64',
  u4: 'U32',
  u2: 'U16',
  u1: 'U8',
  b1: 'BOOL',
};

/** A number type of NumPy: `dtype('f8')`. */
export class NumpyType extends StatefulObject {
  bigEndian = false;

  constructor(
    readonly name: string,
    readonly type: ElementType,
  ) {
    super();
  }

  get description(): string {
    return `NumPy's type ${this.name}`;
  }

  /** (version, byte order, …): all that follows is empty for numbers. */
  override setState(state: PickleValue, { refuse }: Meter): void {
    const order = state instanceof PickleTuple ? state.items[1] : undefined;
    if (order !== '<' && order !== '>' && order !== '|' && order !== '=') {
      return refuse(`got ${describe(order)} as the byte order of ${this.description}`);
    }
    this.bigEndian = order === '>';
  }
}

/** An array of NumPy, which some checkpoints hold beside their tensors. */
export class NumpyArray extends StatefulObject {
  shape: number[] = [0];
  values: ElementArray = new Float64Array();

  get description(): string {
    return `a NumPy array [${this.shape}]`;
  }

  /** (version, shape, type, in Fortran's order, bytes) */
  override setState(state: PickleValue, meter: Meter): void {
    const [, shape, type, fortran, data] = state instanceof PickleTuple ? state.items : [];
    const sizes = shape instanceof PickleTuple ? shape.items : [];
    const isShape = sizes.length <= MOST_DIMENSIONS && sizes.every(isCount);
    if (!(type instanceof NumpyType) || !isShape || fortran !== false) {
      return meter.refuse('got a NumPy array that is not one of numbers in row-major order');
    }
    this.values = numbers(type, data, product(sizes), meter);
    this.shape = [...sizes];
  }
}

/** `numpy.dtype(name, align, copy)`, for numbers only: objects would be pickles within pickles. */
export function numpyType([name]: readonly PickleValue[], { refuse }: Meter): NumpyType {
  if (typeof name !== 'string' || !Object.hasOwn(TYPES, name)) {
    return refuse(`got NumPy's type ${describe(name)}; expected one of ${Object.keys(TYPES).join(', ')}`);
  }
  return new NumpyType(name, TYPES[name]);
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`: one number. */
export function numpyScalar([type, data]: readonly PickleValue[], meter: Meter): PickleValue {
  if (!(type instanceof NumpyType)) return meter.refuse(`got a NumPy number of ${describe(type)}`);
  const [value] = numbers(type, data, 1, meter);
  if (typeof value === 'bigint') return integer(value);
  return type.type === 'BOOL' ? value !== 0 : value;
}

function numbers(type: NumpyType, data: PickleValue | undefined, count: number, meter: Meter): ElementArray {
  const expected = count * ELEMENT_BYTES[type.type];
  const isData = typeof data === 'string' || data instanceof Uint8Array;
  if (!isData || data.length !== expected) {
    return meter.refuse(
      `got ${describe(data)} for ${count} of ${type.description}; expected ${expected} bytes`,
    );
  }
  meter.spend(expected);
  const bytes = typeof data === 'string' ? new Uint8Array(Buffer.from(data, 'latin1')) : data;
  return readElements(type.type, bytes, { bigEndian: type.bigEndian });
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
