import type { CanvasAxis } from './canvas';

/**
 * Weighted sums of overlapping windows over the rows of a canvas that are still open: memory for some rows, however many
 * the canvas has. Axes: row, line, column; a picture's rows have one line each.
 */
export class Blend {
  /** The first row that is open. */
  private first = 0;
  private readonly sums: Float32Array;
  private readonly weightSums: Float32Array;

  /**
   * @param rows the most rows that are open at one time
   * @param window sizes [rows, lines, columns] of a window, and its weights
   */
  constructor(
    rows: number,
    private readonly lines: CanvasAxis,
    private readonly columns: CanvasAxis,
    private readonly classes: number,
    private readonly window: readonly [number, number, number],
    private readonly weights: Float32Array,
  ) {
    const places = rows * lines.size * columns.size;
    this.sums = new Float32Array(places * classes);
    this.weightSums = new Float32Array(places);
  }

  /** Adds a window's prediction that begins at `from` in `values`. */
  add([row, line, column]: readonly [number, number, number], values: Float32Array, from: number): void {
    const { sums, weightSums, weights, classes, window } = this;
    const [rows, lines, columns] = window;
    for (let r = 0, place = 0; r < rows; r++) {
      for (let l = 0; l < lines; l++) {
        let to = ((row - this.first + r) * this.lines.size + line + l) * this.columns.size + column;
        for (let c = 0; c < columns; c++, place++, to++) {
          const weight = weights[place];
          weightSums[to] += weight;
          const value = from + place * classes;
          const sum = to * classes;
          for (let k = 0; k < classes; k++) sums[sum + k] += weight * values[value + k];
        }
      }
    }
  }

  /**
   * The weighted means of the rows before `next`, which no window reaches any more; they are closed.
   *
   * @returns of the region's lines and columns, [rows, lines, columns, classes]
   */
  close(next: number): { row: number; rows: number; values: Float32Array } {
    const { sums, weightSums, classes, first: row } = this;
    const rows = next - row;
    const [lines, columns] = [this.lines.region, this.columns.region];
    const values = new Float32Array(rows * lines.size * columns.size * classes);
    let to = 0;
    for (let r = 0; r < rows; r++) {
      for (let l = lines.start; l < lines.start + lines.size; l++) {
        const from = (r * this.lines.size + l) * this.columns.size + columns.start;
        for (let place = from; place < from + columns.size; place++) {
          for (let k = 0; k < classes; k++, to++) values[to] = sums[place * classes + k] / weightSums[place];
        }
      }
    }
    const places = rows * this.lines.size * this.columns.size;
    shift(weightSums, places);
    shift(sums, places * classes);
    this.first = next;
    return { row, rows, values };
  }
}

/** Moves values to the front and leaves zeros behind them. */
function shift(values: Float32Array, by: number): void {
  values.copyWithin(0, by);
  values.fill(0, values.length - by);
}
