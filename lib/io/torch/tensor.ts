import { ELEMENT_BYTES, ElementArray, ElementType, readElements } from '../elements';
import { NamedArray } from '../safetensors';
import { describe, Meter, PickleObject, PickleTuple, PickleValue } from './pickle/values';
import { NumberType, Storage } from './storage';

/** PyTorch's own limit. */
export const MOST_DIMENSIONS = 64;
/** What an expanded tensor (stride 0) may hold beyond its storage. */
const MOST_EXPANDED = 2 ** 20;

/** A strided window on a storage, as PyTorch saves tensors; several can share one storage. */
export class TorchTensor extends PickleObject {
  /** Elements of the tensor; the storage can have more, or (expanded) fewer. */
  readonly count: number;

  /** All counts are of elements. Checked against the storage by `rebuildTensor`. */
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {
    super();
    this.count = product(shape);
  }

  get type(): ElementType {
    return this.storage.type;
  }

  get description(): string {
    return `a tensor [${this.shape}]`;
  }

  /**
   * The numbers in row-major order; half-precision floats widened. Where the tensor is contiguous the values are a view
   * of the file's bytes as far as they are aligned, so tensors that share a storage share memory here too.
   */
  toArray(): NamedArray<ElementArray> {
    const bytes = this.isContiguous()
      ? this.storage.bytes(this.offset, this.offset + this.count)
      : this.gather();
    const { bigEndian } = this.storage.source;
    return { shape: [...this.shape], values: readElements(this.type, bytes, { bigEndian }) };
  }

  private isContiguous(): boolean {
    let expected = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] !== 1 && this.strides[axis] !== expected) return this.count === 0;
      expected *= this.shape[axis];
    }
    return true;
  }

  private gather(): Uint8Array {
    const size = ELEMENT_BYTES[this.type];
    const source = this.storage.bytes(this.offset, this.storage.count);
    const target = new Uint8Array(this.count * size);
    const index = this.shape.map(() => 0);
    let from = 0;
    for (let to = 0; to < target.length; to += size) {
      for (let byte = 0; byte < size; byte++) target[to + byte] = source[from * size + byte];
      for (let axis = index.length - 1; axis >= 0; axis--) {
        from += this.strides[axis];
        if (++index[axis] < this.shape[axis]) break;
        from -= this.strides[axis] * this.shape[axis];
        index[axis] = 0;
      }
    }
    return target;
  }
}

/**
 * `torch._utils._rebuild_tensor(storage, offset, size, stride)`, with nothing believed: counts must be counts, and the
 * last element must lie in the storage.
 */
export function rebuildTensor(args: readonly PickleValue[], { refuse }: Meter): TorchTensor {
  const [storage, offset, size, stride] = args;
  if (!(storage instanceof Storage)) return refuse(`got ${describe(storage)} as a tensor's storage`);
  if (!isCount(offset)) return refuse(`got ${describe(offset)} as a tensor's offset; expected a count`);
  const shape = counts(size);
  const strides = counts(stride);
  if (!shape || !strides || shape.length !== strides.length) {
    return refuse(
      `got ${words(size)} and ${words(stride)} as a tensor's size and strides; expected two tuples of counts, ` +
        `equally long, at most ${MOST_DIMENSIONS}`,
    );
  }
  const count = product(shape);
  const end = count === 0 ? offset : offset + 1 + dot(shape, strides);
  if (!(end <= storage.count)) {
    refuse(
      `got a tensor of size [${shape}], strides [${strides}] and offset ${offset}, which needs ${end} elements; its ` +
        `storage has ${storage.count}`,
    );
  }
  if (!(count <= storage.count + MOST_EXPANDED)) {
    refuse(`got a tensor of ${count} elements, expanded from ${storage.count}; save it with .contiguous()`);
  }
  return new TorchTensor(storage, offset, shape, strides);
}

/** `_rebuild_tensor_v3`: the type is an argument of its own, for types that no storage class names. */
export function rebuildTypedTensor(args: readonly PickleValue[], meter: Meter): TorchTensor {
  const [storage, offset, size, stride, , , numberType] = args;
  if (!(storage instanceof Storage) || !(numberType instanceof NumberType)) {
    return meter.refuse(
      `got ${describe(storage)} and ${describe(numberType)} as a tensor's storage and type`,
    );
  }
  const { type, name } = numberType;
  if (type === undefined) return meter.refuse(`got a tensor of type ${name}, which has no array here`);
  return rebuildTensor([storage.as(type), offset, size, stride], meter);
}

export function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function counts(value: PickleValue | undefined): number[] | undefined {
  const items = value instanceof PickleTuple ? value.items : value;
  return Array.isArray(items) && items.length <= MOST_DIMENSIONS && items.every(isCount) ? items : undefined;
}

function words(value: PickleValue | undefined): string {
  const items = value instanceof PickleTuple ? value.items : [];
  return items.length > 0 && items.length <= 8 ? `(${items.map(describe).join(', ')})` : describe(value);
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** How far the last element lies behind the first. */
const dot = (shape: readonly number[], strides: readonly number[]) =>
  shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], 0);
