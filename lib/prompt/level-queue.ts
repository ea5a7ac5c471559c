/**
 * Pixels that wait to be flooded, each at a level: the lowest first, of equally low ones the one that came first. For levels
 * of whole numbers below a limit, of which none is lower than the one that was taken last; then each takes constant time
 * (Dial 1969).
 */
export class LevelQueue {
  /** Of the pixel taken last. */
  level = 0;
  index = 0;
  source = 0;

  /** First and last entry of each level, −1 where there is none. */
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;
  private count = 0;
  private indices = new Int32Array(1024);
  private sources = new Int32Array(1024);
  /** The entry after each. */
  private nexts = new Int32Array(1024);

  constructor(levels: number) {
    this.heads = new Int32Array(levels).fill(-1);
    this.tails = new Int32Array(levels).fill(-1);
  }

  push(level: number, index: number, source: number): void {
    if (this.count === this.indices.length) this.grow();
    const entry = this.count++;
    this.indices[entry] = index;
    this.sources[entry] = source;
    this.nexts[entry] = -1;
    if (this.heads[level] < 0) this.heads[level] = entry;
    else this.nexts[this.tails[level]] = entry;
    this.tails[level] = entry;
  }

  /** Takes the first one out, into the fields of the queue; false where there is none. */
  take(): boolean {
    const { heads } = this;
    while (this.level < heads.length && heads[this.level] < 0) this.level++;
    if (this.level === heads.length) return false;
    const entry = heads[this.level];
    heads[this.level] = this.nexts[entry];
    this.index = this.indices[entry];
    this.source = this.sources[entry];
    return true;
  }

  private grow(): void {
    [this.indices, this.sources, this.nexts] = [this.indices, this.sources, this.nexts].map((numbers) => {
      const longer = new Int32Array(2 * numbers.length);
      longer.set(numbers);
      return longer;
    });
  }
}
