import { describe, Meter, PickleValue } from './values';

const MEMO = 15;

/** The stack of a pickle machine, with its marks and its memo. Nothing is taken that is not there. */
export class PickleStack {
  private readonly values: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(private readonly meter: Meter) {}

  push(value: PickleValue): void {
    this.values.push(value);
  }

  mark(): void {
    this.marks.push(this.values.length);
  }

  pop(): PickleValue {
    this.require(1);
    return this.values.pop()!;
  }

  /** The last values, which must lie above the last mark. */
  popMany(count: number): PickleValue[] {
    this.require(count);
    return this.values.splice(this.values.length - count);
  }

  /** All values above the last mark, which goes too. */
  popMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) return this.meter.refuse('takes all values above a mark; the stack has no mark');
    return this.values.splice(mark);
  }

  /** Python pops a mark that has no value above it. */
  discard(): void {
    if (this.marks.at(-1) === this.values.length) this.marks.pop();
    else this.pop();
  }

  top(): PickleValue {
    this.require(1);
    return this.values[this.values.length - 1];
  }

  /** Python numbers the places of MEMOIZE by their count. */
  remember(index: number | bigint = this.memo.size): void {
    if (typeof index !== 'number' || index < 0) return this.meter.refuse(`got memo place ${describe(index)}`);
    this.meter.spend(MEMO);
    this.memo.set(index, this.top());
  }

  recall(index: number | bigint): void {
    const value = this.memo.get(Number(index));
    if (value === undefined)
      return this.meter.refuse(`asks for memo place ${describe(index)}, where nothing was put`);
    this.push(value);
  }

  private require(count: number): void {
    const there = this.values.length - (this.marks.at(-1) ?? 0);
    if (there < count) this.meter.refuse(`takes ${count} values; the stack has ${there}`);
  }
}
