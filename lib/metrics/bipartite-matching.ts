/** Edges between rows and columns: those of a row next to each other, rows ascending, weights above 0. */
export interface WeightedEdges {
  row: ArrayLike<number>;
  column: ArrayLike<number>;
  weight: ArrayLike<number>;
}

/**
 * The one-to-one matching of rows and columns with the largest sum of weights; any of them may stay alone.
 *
 * Shortest augmenting paths with prices (Jonker and Volgenant 1987) over the edges that there are: instances overlap few
 * others, so that memory grows with the edges, not with rows × columns.
 *
 * @returns indices of the chosen edges, ascending
 */
export function maximumWeightMatching(edges: WeightedEdges): number[] {
  const matching = new Matching(edges);
  for (let row = 0; row < matching.rows; row++) matching.add(row);
  return matching.chosenEdges();
}

const NONE = -1;

class Matching {
  readonly rows: number;
  private readonly starts: Int32Array;
  private readonly columns: number;
  private readonly rowPrice: Float64Array;
  private readonly columnPrice: Float64Array;
  private readonly rowOf: Int32Array;
  private readonly columnOf: Int32Array;
  private readonly edgeOf: Int32Array;
  /** Length of the shortest path to each column, and the row and edge that it came by. */
  private readonly distance: Float64Array;
  private readonly settled: Uint8Array;
  private readonly rowBefore: Int32Array;
  private readonly edgeBefore: Int32Array;

  constructor(private readonly edges: WeightedEdges) {
    this.rows = countOf(edges.row);
    this.columns = countOf(edges.column);
    this.starts = new Int32Array(this.rows + 1);
    for (let edge = 0; edge < edges.row.length; edge++) this.starts[edges.row[edge] + 1]++;
    for (let row = 0; row < this.rows; row++) this.starts[row + 1] += this.starts[row];
    // To stay alone is a column of the row's own, of weight 0: so every row finds a column.
    const size = this.columns + this.rows;
    this.rowPrice = new Float64Array(this.rows);
    this.columnPrice = new Float64Array(size);
    this.rowOf = new Int32Array(size).fill(NONE);
    this.columnOf = new Int32Array(this.rows).fill(NONE);
    this.edgeOf = new Int32Array(this.rows).fill(NONE);
    this.distance = new Float64Array(size).fill(Infinity);
    this.settled = new Uint8Array(size);
    this.rowBefore = new Int32Array(size);
    this.edgeBefore = new Int32Array(size);
  }

  /** Gives the row a column by the cheapest path of exchanges, where a cost is a negative weight. */
  add(row: number): void {
    const { starts, edges, rowPrice, columnPrice, rowOf, columnOf, edgeOf, distance, settled } = this;
    // the lowest price leaves no edge of the row cheaper than 0, which shortest paths need
    for (let edge = starts[row]; edge < starts[row + 1]; edge++) {
      rowPrice[row] = Math.min(rowPrice[row], -edges.weight[edge] - columnPrice[edges.column[edge]]);
    }
    const path: number[] = [];
    const frontier: number[] = [];
    let current = row;
    let reached = 0;
    let column = NONE;
    for (;;) {
      for (let edge = starts[current]; edge < starts[current + 1]; edge++) {
        this.relax(edges.column[edge], current, edge, reached - edges.weight[edge], frontier);
      }
      this.relax(this.columns + current, current, NONE, reached, frontier);
      column = takeNearest(frontier, distance);
      reached = distance[column];
      path.push(column);
      if (rowOf[column] === NONE) break;
      settled[column] = 1;
      current = rowOf[column];
    }

    rowPrice[row] += reached;
    for (const passed of path) {
      const gain = reached - distance[passed];
      columnPrice[passed] -= gain;
      if (rowOf[passed] !== NONE) rowPrice[rowOf[passed]] += gain;
    }
    for (const touched of [...path, ...frontier]) {
      distance[touched] = Infinity;
      settled[touched] = 0;
    }
    for (let next = column; next !== NONE;) {
      const giver = this.rowBefore[next];
      const given = columnOf[giver];
      rowOf[next] = giver;
      columnOf[giver] = next;
      edgeOf[giver] = this.edgeBefore[next];
      next = given;
    }
  }

  chosenEdges(): number[] {
    return Array.from(this.edgeOf.filter((edge) => edge !== NONE));
  }

  private relax(column: number, row: number, edge: number, length: number, frontier: number[]): void {
    const reduced = length - this.rowPrice[row] - this.columnPrice[column];
    if (this.settled[column] || reduced >= this.distance[column]) return;
    if (this.distance[column] === Infinity) frontier.push(column);
    this.distance[column] = reduced;
    this.rowBefore[column] = row;
    this.edgeBefore[column] = edge;
  }
}

function countOf(indices: ArrayLike<number>): number {
  let count = 0;
  for (let edge = 0; edge < indices.length; edge++) count = Math.max(count, indices[edge] + 1);
  return count;
}

function takeNearest(frontier: number[], distance: Float64Array): number {
  let nearest = 0;
  for (let place = 1; place < frontier.length; place++) {
    if (distance[frontier[place]] < distance[frontier[nearest]]) nearest = place;
  }
  const column = frontier[nearest];
  frontier[nearest] = frontier[frontier.length - 1];
  frontier.pop();
  return column;
}
