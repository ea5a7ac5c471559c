/**
 * The runs of equal or of non-zero values along the rows of a grid, in scan order, and which of them belong together: a
 * forest whose roots are the first runs.
 */
export class RunList {
  /** Column of the first element of each run, and one behind its last. */
  private starts = new Int32Array(0);
  private ends = new Int32Array(0);
  /** Number of the first run of each row; at the end the number of runs. */
  private readonly firsts: Int32Array;
  private readonly parents: Int32Array;
  /** Of the elements of each run; undefined where all but 0 is one. */
  private readonly values: Float64Array | undefined;

  constructor(
    values: ArrayLike<number>,
    private readonly width: number,
    byValue: boolean,
  ) {
    const rows = values.length / width;
    this.firsts = new Int32Array(rows + 1);
    for (let row = 0, count = 0; row < rows; row++) {
      this.reserve(count);
      count = byValue ? this.scanValues(values, row, count) : this.scanMask(values, row, count);
      this.firsts[row + 1] = count;
    }
    this.parents = new Int32Array(this.firsts[rows]);
    for (let run = 0; run < this.parents.length; run++) this.parents[run] = run;
    if (byValue) this.values = this.valuesOf(values);
  }

  private scanMask(values: ArrayLike<number>, row: number, count: number): number {
    const { starts, ends, width } = this;
    const start = row * width;
    for (let column = 0; column < width; column++) {
      if (!values[start + column]) continue;
      starts[count] = column;
      do column++;
      while (column < width && values[start + column]);
      ends[count++] = column;
    }
    return count;
  }

  private scanValues(values: ArrayLike<number>, row: number, count: number): number {
    const { starts, ends, width } = this;
    const start = row * width;
    for (let column = 0; column < width;) {
      const value = values[start + column];
      const from = column++;
      while (column < width && values[start + column] === value) column++;
      if (!value) continue;
      starts[count] = from;
      ends[count++] = column;
    }
    return count;
  }

  /** Makes room for the most runs that a row can have. */
  private reserve(count: number): void {
    if (count + this.width <= this.starts.length) return;
    [this.starts, this.ends] = [this.starts, this.ends].map((numbers) => {
      const longer = new Int32Array(2 * numbers.length + this.width);
      longer.set(numbers);
      return longer;
    });
  }

  private valuesOf(values: ArrayLike<number>): Float64Array {
    const result = new Float64Array(this.parents.length);
    for (let row = 0; row < this.firsts.length - 1; row++) {
      for (let run = this.firsts[row]; run < this.firsts[row + 1]; run++) {
        result[run] = values[row * this.width + this.starts[run]];
      }
    }
    return result;
  }

  /** Joins the runs of two rows that overlap, with `reach` 1 also those that touch at a corner. */
  join(row: number, other: number, reach: 0 | 1): void {
    const { starts, ends, firsts, parents, values } = this;
    const end = firsts[row + 1];
    const otherEnd = firsts[other + 1];
    let first = firsts[other];
    for (let run = firsts[row]; run < end; run++) {
      const from = starts[run] - reach;
      const to = ends[run] + reach;
      while (first < otherEnd && ends[first] <= from) first++;
      for (let touching = first; touching < otherEnd && starts[touching] < to; touching++) {
        if (parents[run] === parents[touching] || (values && values[run] !== values[touching])) continue;
        this.unite(run, touching);
      }
    }
  }

  private unite(one: number, other: number): void {
    const a = this.root(one);
    const b = this.root(other);
    if (a < b) this.parents[b] = a;
    else this.parents[a] = b;
  }

  private root(run: number): number {
    const { parents } = this;
    while (parents[run] !== run) {
      parents[run] = parents[parents[run]];
      run = parents[run];
    }
    return run;
  }

  /** Number from 1 of the tree of each run, in the order of their roots. */
  numbered(): { numbers: Int32Array; count: number } {
    const { parents } = this;
    const numbers = new Int32Array(parents.length);
    let count = 0;
    for (let run = 0; run < parents.length; run++) {
      // A root comes before the other runs of its tree.
      numbers[run] = parents[run] === run ? ++count : numbers[this.root(run)];
    }
    return { numbers, count };
  }

  /** Calls back with each run and the flat indices of its elements, the last exclusive. */
  each(call: (run: number, from: number, to: number) => void): void {
    const { starts, ends, firsts, width } = this;
    for (let row = 0; row < firsts.length - 1; row++) {
      const start = row * width;
      for (let run = firsts[row]; run < firsts[row + 1]; run++)
        call(run, start + starts[run], start + ends[run]);
    }
  }
}
