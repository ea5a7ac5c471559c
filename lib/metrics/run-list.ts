/**
 * The runs of equal or of non-zero values along the rows of a grid, in scan order, and which of them belong together: a
 * forest whose roots are the first runs.
 */
export class RunList {
  /** Column of the first element of each run, and one behind its last. */
  private starts = new Int32Array(1024);
  private ends = new Int32Array(1024);
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
      count = byValue ? this.scanValues(values, row, count) : this.scanMask(values, row, count);
      this.firsts[row + 1] = count;
    }
    this.parents = new Int32Array(this.firsts[rows]);
    for (let run = 0; run < this.parents.length; run++) this.parents[run] = run;
    if (byValue) this.values = this.valuesOf(values);
  }

  private scanMask(values: ArrayLike<number>, row: number, count: number): number {
    const start = row * this.width;
    const end = start + this.width;
    for (let at = start; at < end; at++) {
      if (!values[at]) continue;
      const from = at;
      while (at < end && values[at]) at++;
      this.put(count++, from - start, at - start);
    }
    return count;
  }

  private scanValues(values: ArrayLike<number>, row: number, count: number): number {
    const start = row * this.width;
    const end = start + this.width;
    for (let at = start; at < end; ) {
      const value = values[at];
      const from = at++;
      while (at < end && values[at] === value) at++;
      if (value) this.put(count++, from - start, at - start);
    }
    return count;
  }

  private put(run: number, start: number, end: number): void {
    if (run === this.starts.length) [this.starts, this.ends] = [doubled(this.starts), doubled(this.ends)];
    this.starts[run] = start;
    this.ends[run] = end;
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
    const { starts, ends, firsts, values } = this;
    const [end, otherEnd] = [firsts[row + 1], firsts[other + 1]];
    let first = firsts[other];
    for (let run = firsts[row]; run < end; run++) {
      const [from, to] = [starts[run] - reach, ends[run] + reach];
      while (first < otherEnd && ends[first] <= from) first++;
      for (let touching = first; touching < otherEnd && starts[touching] < to; touching++) {
        if (!values || values[run] === values[touching]) this.unite(run, touching);
      }
    }
  }

  private unite(one: number, other: number): void {
    const [a, b] = [this.root(one), this.root(other)];
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

  /** The numbers of the trees from 1, in the order of their roots, written to all elements of their runs. */
  number(labels: Int32Array): number {
    const { starts, ends, firsts, parents, width } = this;
    const numbers = new Int32Array(parents.length);
    let count = 0;
    for (let row = 0; row < firsts.length - 1; row++) {
      const start = row * width;
      for (let run = firsts[row]; run < firsts[row + 1]; run++) {
        // A root comes before the other runs of its tree.
        const number = parents[run] === run ? ++count : numbers[this.root(run)];
        numbers[run] = number;
        for (let at = start + starts[run], end = start + ends[run]; at < end; at++) labels[at] = number;
      }
    }
    return count;
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * numbers.length);
  result.set(numbers);
  return result;
}
