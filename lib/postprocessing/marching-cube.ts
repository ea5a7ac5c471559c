import { TABLES } from './marching-cubes-tables';

interface Table {
  length: number;
  numbers: Int8Array;
}

type TableName = keyof typeof TABLES;

const tables = Object.fromEntries(
  Object.entries(TABLES).map(([name, [length, base64]]): [string, Table] => {
    const bytes = Buffer.from(base64, 'base64');
    return [name, { length, numbers: Int8Array.from(bytes, (byte) => (byte << 24) >> 24) }];
  }),
) as Record<TableName, Table>;

/** What a product that is 0 but for rounding lies below. */
const TINY = Number.EPSILON;

/** Corners of the faces 1 to 6, around. */
const FACES = [[], [0, 4, 5, 1], [1, 5, 6, 2], [2, 6, 7, 3], [3, 7, 4, 0], [0, 3, 2, 1], [4, 7, 6, 5]];

/** The corners at both ends of edges 0 to 11, and of the edges parallel to each. */
const PARALLEL = [
  [0, 1, 3, 2, 7, 6, 4, 5],
  [1, 2, 0, 3, 4, 7, 5, 6],
  [2, 3, 1, 0, 5, 4, 6, 7],
  [3, 0, 2, 1, 6, 5, 7, 4],
  [4, 5, 7, 6, 3, 2, 0, 1],
  [5, 6, 4, 7, 0, 3, 1, 2],
  [6, 7, 5, 4, 1, 0, 2, 3],
  [7, 4, 6, 5, 2, 1, 3, 0],
  [0, 4, 3, 7, 2, 6, 1, 5],
  [1, 5, 0, 4, 3, 7, 2, 6],
  [2, 6, 1, 5, 0, 4, 3, 7],
  [3, 7, 2, 6, 1, 5, 0, 4],
];

/**
 * The triangles of one cube of eight values, with topological guarantees: what the trilinear interpolation of the values
 * decides, where corners alone leave it open (Lewiner et al. 2003, after Chernyaev 1995).
 *
 * Corners 0 to 3 go round the lower face, from (0, 0) by x to (1, 1); 4 to 7 lie above them. Edges 0 to 3 and 4 to 7 go
 * round the lower and the upper face, 8 to 11 up; 12 is the middle of the cube.
 */
export class MarchingCube {
  /** At the corners, above 0 inside. */
  readonly values = new Float64Array(8);
  /** The triangles' edges are `edges[from … to − 1]`. */
  edges = tables.tiling1.numbers;
  from = 0;
  to = 0;

  /** Chooses the triangles, for the corners inside: bit i for corner i. */
  choose(inside: number): void {
    const { numbers } = tables.cases;
    this.to = this.from;
    const config = numbers[2 * inside + 1];
    switch (numbers[2 * inside]) {
      case 1:
        return this.take('tiling1', config);
      case 2:
        return this.take('tiling2', config);
      case 3:
        return this.take(this.crosses('test3', config) ? 'tiling3_2' : 'tiling3_1', config);
      case 4:
        return this.take(
          this.isOpen(4, config, tables.test4.numbers[config]) ? 'tiling4_1' : 'tiling4_2',
          config,
        );
      case 5:
        return this.take('tiling5', config);
      case 6:
        if (this.crosses('test6', config, 0)) return this.take('tiling6_2', config);
        return this.take(
          this.isOpen(6, config, at('test6', config, 1)) ? 'tiling6_1_1' : 'tiling6_1_2',
          config,
        );
      case 7:
        return this.choose7(config);
      case 8:
        return this.take('tiling8', config);
      case 9:
        return this.take('tiling9', config);
      case 10:
        return this.chooseTwoFaces(10, config);
      case 11:
        return this.take('tiling11', config);
      case 12:
        return this.chooseTwoFaces(12, config);
      case 13:
        return this.choose13(config);
      case 14:
        return this.take('tiling14', config);
    }
  }

  private choose7(config: number): void {
    const faces = [0, 1, 2].reduce(
      (bits, face) => bits + (this.crosses('test7', config, face) ? 1 << face : 0),
      0,
    );
    if (faces === 0) this.take('tiling7_1', config);
    else if (faces === 7) {
      this.take(this.isOpen(7, config, at('test7', config, 3)) ? 'tiling7_4_2' : 'tiling7_4_1', config);
    } else if (faces === 1 || faces === 2 || faces === 4) this.take('tiling7_2', 3 * config + (faces >> 1));
    else this.take('tiling7_3', 3 * config + (faces === 3 ? 0 : faces - 4));
  }

  private chooseTwoFaces(kind: 10 | 12, config: number): void {
    const first = this.crosses(`test${kind}`, config, 0);
    const second = this.crosses(`test${kind}`, config, 1);
    if (first) return this.take(second ? `tiling${kind}_1_1Turned` : `tiling${kind}_2`, config);
    if (second) return this.take(`tiling${kind}_2Turned`, config);
    const open = this.isOpen(kind, config, at(`test${kind}`, config, 2));
    this.take(open ? `tiling${kind}_1_1` : `tiling${kind}_1_2`, config);
  }

  private choose13(config: number): void {
    let faces = 0;
    for (let face = 0; face < 6; face++) if (this.crosses('test13', config, face)) faces += 1 << face;
    const sub = tables.subconfig13.numbers[faces];
    if (sub < 0) return;
    if (sub === 0) this.take('tiling13_1', config);
    else if (sub < 7) this.take('tiling13_2', 6 * config + sub - 1);
    else if (sub < 19) this.take('tiling13_3', 12 * config + sub - 7);
    else if (sub < 23) this.take('tiling13_4', 4 * config + sub - 19);
    else if (sub < 27) {
      const row = 4 * config + sub - 23;
      const open = this.isOpen(13, row, at('test13', config, 6));
      this.take(open ? 'tiling13_5_1' : 'tiling13_5_2', row);
    } else if (sub < 39) this.take('tiling13_3Turned', 12 * config + sub - 27);
    else if (sub < 45) this.take('tiling13_2Turned', 6 * config + sub - 39);
    else this.take('tiling13_1Turned', config);
  }

  private take(name: TableName, row: number): void {
    const { numbers, length } = tables[name];
    this.edges = numbers;
    this.from = row * length;
    this.to = this.from + length;
  }

  /** Whether on a face the corners of the sign that the table says hang together: the asymptotic decider (Nielson 1991). */
  private crosses(name: TableName, config: number, column = 0): boolean {
    const face = at(name, config, column);
    const corners = FACES[Math.abs(face)];
    const { values } = this;
    const a = values[corners[0]];
    const saddle = a * values[corners[2]] - values[corners[1]] * values[corners[3]];
    if (saddle > -TINY && saddle < TINY) return face >= 0;
    return face * a * saddle >= 0;
  }

  /** Whether opposite corners do not hang together inside of the cube; `sign` says which. */
  private isOpen(kind: 4 | 6 | 7 | 10 | 12 | 13, row: number, sign: number): boolean {
    const v = this.values;
    let section: number[];
    if (kind === 4 || kind === 10) {
      const a = (v[4] - v[0]) * (v[6] - v[2]) - (v[7] - v[3]) * (v[5] - v[1]);
      const b = v[2] * (v[4] - v[0]) + v[0] * (v[6] - v[2]) - v[1] * (v[7] - v[3]) - v[3] * (v[5] - v[1]);
      const height = -b / (2 * a + TINY);
      if (height < 0 || height > 1) return sign > 0;
      section = [0, 3, 2, 1].map((corner) => v[corner] + (v[corner + 4] - v[corner]) * height);
    } else {
      const edge = PARALLEL[referenceEdge(kind, row)];
      const along = v[edge[0]] / (v[edge[0]] - v[edge[1]] + TINY);
      section = [2, 4, 6].map((end) => v[edge[end]] + (v[edge[end + 1]] - v[edge[end]]) * along);
      section.unshift(0);
    }
    const [a, b, c, d] = section;
    const signs = section.reduce((bits, value, corner) => bits + (value >= 0 ? 1 << corner : 0), 0);
    if (signs === 5) return a * c - b * d < TINY && sign > 0;
    if (signs === 10) return a * c - b * d >= TINY && sign > 0;
    return signs === 7 || signs === 11 || signs >= 13 ? sign < 0 : sign > 0;
  }
}

const at = (name: TableName, row: number, column: number) =>
  tables[name].numbers[row * tables[name].length + column];

/** The edge on which the surface cuts the section of the cube that decides. */
function referenceEdge(kind: 6 | 7 | 12 | 13, row: number): number {
  if (kind === 6) return at('test6', row, 2);
  if (kind === 7) return at('test7', row, 4);
  return kind === 12 ? at('test12', row, 3) : at('tiling13_5_1', row, 0);
}
