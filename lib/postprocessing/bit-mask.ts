import type { Samples } from '../io/image';
import { elementsOf } from '../metrics/grid';
import { eachRowPair } from './row-pairs';

/** A mask of one bit an element, each row in whole words of 32: what is done to a word is done to 32 elements. */
export class BitMask {
  private readonly wordsOfRow: number;
  private readonly shapeInWords: readonly number[];
  private readonly words: Int32Array;

  constructor(
    private readonly shape: readonly number[],
    words?: Int32Array,
  ) {
    this.wordsOfRow = Math.ceil(shape[shape.length - 1] / 32);
    this.shapeInWords = [...shape.slice(0, -1), this.wordsOfRow];
    this.words = words ?? new Int32Array(elementsOf(this.shapeInWords));
  }

  copy(): BitMask {
    return new BitMask(this.shape, this.words.slice());
  }

  /** Sets the bits whose value is not 0. */
  read(values: Samples): this {
    const { words } = this;
    this.eachWord((word, from, to) => {
      let bits = 0;
      for (let at = from; at < to; at++) if (values[at] !== 0) bits |= 1 << (at - from);
      words[word] = bits;
    });
    return this;
  }

  /** Writes `one` where a bit is set, leaves the others. */
  write(values: Samples, one: number): void {
    const { words } = this;
    this.eachWord((word, from, to) => {
      const bits = words[word];
      if (bits === 0) return;
      for (let at = from; at < to; at++) if ((bits >>> (at - from)) & 1) values[at] = one;
    });
  }

  /** Turns all bits of the grid. */
  invert(): this {
    const { words } = this;
    this.eachWord((word, from, to) => {
      words[word] = ~words[word] & (to - from === 32 ? -1 : (1 << (to - from)) - 1);
    });
    return this;
  }

  /** Sets each bit whose neighbour at `step` (along each axis) is set in `source`; beyond the grid none is. */
  add(source: BitMask, step: readonly number[]): void {
    const shift = step[step.length - 1];
    const [from, to] = [source.words, this.words];
    // The element `shift` columns on is `bits` further in a word `skipped` words on, or in the one behind that.
    const skipped = Math.floor(shift / 32);
    const bits = shift - 32 * skipped;
    const add = (skip: number, moved: (word: number) => number) =>
      eachRowPair(this.shapeInWords, [...step.slice(0, -1), skip], (start, end, offset) => {
        for (let at = start; at < end; at++) to[at] |= moved(from[at + offset]);
      });
    if (bits === 0) add(skipped, (word) => word);
    else {
      add(skipped, (word) => word >>> bits);
      add(skipped + 1, (word) => word << (32 - bits));
    }
    if (shift < 0) this.clearBeyond();
  }

  /** Columns moved to the right have left the grid, not the words. */
  private clearBeyond(): void {
    const used = this.shape[this.shape.length - 1] % 32;
    if (used === 0) return;
    const { words, wordsOfRow } = this;
    for (let at = wordsOfRow - 1; at < words.length; at += wordsOfRow) words[at] &= (1 << used) - 1;
  }

  private eachWord(call: (word: number, from: number, to: number) => void): void {
    const width = this.shape[this.shape.length - 1];
    for (let word = 0, row = 0; word < this.words.length; row += width) {
      for (let column = 0; column < width; column += 32) {
        call(word++, row + column, row + Math.min(column + 32, width));
      }
    }
  }
}

/** The only value other than 0, where it is above 0; undefined where there are several, 1 where there is none. */
export function valueOfMask(values: Samples): number | undefined {
  let one = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === 0 || value === one) continue;
    if (one !== 0 || !(value > 0)) return undefined;
    one = value;
  }
  return one || 1;
}
