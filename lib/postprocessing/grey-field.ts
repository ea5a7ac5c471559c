import type { Samples } from '../io/image';
import { eachRowPair } from './row-pairs';

/** Grey values of which the smallest or the largest of neighbours is taken. */
export class GreyField<T extends Samples> {
  constructor(
    readonly values: T,
    private readonly shape: readonly number[],
    private readonly kind: 'smallest' | 'largest',
  ) {}

  copy(): GreyField<T> {
    return new GreyField(this.values.slice() as T, this.shape, this.kind);
  }

  add({ values: source }: GreyField<T>, step: readonly number[]): void {
    const target = this.values;
    const small = target.BYTES_PER_ELEMENT < 4;
    const [smallest, largest] = small ? [smallerOfSmall, largerOfSmall] : [smaller, larger];
    const take = this.kind === 'smallest' ? smallest : largest;
    eachRowPair(this.shape, step, (from, to, offset) => take(target, source, from, to, offset));
  }
}

function smaller(target: Samples, source: Samples, from: number, to: number, offset: number): void {
  for (let at = from; at < to; at++) {
    const value = source[at + offset];
    if (value < target[at]) target[at] = value;
  }
}

function larger(target: Samples, source: Samples, from: number, to: number, offset: number): void {
  for (let at = from; at < to; at++) {
    const value = source[at + offset];
    if (value > target[at]) target[at] = value;
  }
}

// Integers of 8 and 16 bits, whose differences are integers of 32 bits: the sign says which is smaller. A branch that the
// processor cannot foresee costs more.
function smallerOfSmall(target: Samples, source: Samples, from: number, to: number, offset: number): void {
  for (let at = from; at < to; at++) {
    const own = target[at];
    const difference = source[at + offset] - own;
    target[at] = own + (difference & (difference >> 31));
  }
}

function largerOfSmall(target: Samples, source: Samples, from: number, to: number, offset: number): void {
  for (let at = from; at < to; at++) {
    const own = target[at];
    const difference = source[at + offset] - own;
    target[at] = own + (difference & ~(difference >> 31));
  }
}
