import { OKABE_ITO } from './colours';
import { arrow, type Diagram, diagram, type Point } from './diagram';
import { element, label } from './svg';

export interface GraphNode {
  name: string;
  /** What stands in the box, one line or several. Default: the name. */
  text?: string | readonly string[];
  /** Place on the grid, from the left and from the top; halves are allowed. */
  column: number;
  row: number;
  /** Which of the legend's kinds it is. */
  kind?: string;
}

export interface GraphEdge {
  from: string;
  to: string;
  /** Which of the legend's kinds it is. */
  kind?: string;
  /** How far its middle leaves the straight line, upwards where it goes to the right, in rows. Default 0. */
  bend?: number;
}

export interface GraphDiagramOptions {
  title: string;
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  /** Kinds of boxes and arrows, each with its words, in the order of their colours. */
  boxes?: Readonly<Record<string, string>>;
  arrows?: Readonly<Record<string, string>>;
  /** Pixels from one column, or row, to the next. Default [130, 84]. */
  spacing?: readonly [column: number, row: number];
}

const BOX = { width: 92, height: 44 };
const MARGIN = 24;
const TITLE = 56;
const LINE = 24;
const [FILLS, STROKES] = [
  ['#bcd9ee', '#f8d9c4', '#bfe5d8', '#ecd3e2', '#e9e9e9'],
  [OKABE_ITO.blue, OKABE_ITO.vermilion, '#00795a', '#9b4f7e', '#6f6f6f'],
];

/**
 * Draws boxes on a grid and the arrows between them: the plan of a network, or of one of its parts.
 *
 * @throws RangeError for a name that is twice there or that an arrow looks for in vain, for a kind without words, and
 * for more kinds than there are colours
 */
export function graphDiagram(options: GraphDiagramOptions): Diagram {
  const { title, nodes, edges, boxes = {}, arrows = {}, spacing = [130, 84] } = options;
  requireGraph(options);
  const bends = edges.map(({ bend = 0 }) => Math.abs(bend));
  const top = TITLE + Math.max(0, ...bends) * spacing[1];
  const [columns, rows] = [nodes.map(({ column }) => column), nodes.map(({ row }) => row)];
  const [left, first] = [Math.min(...columns), Math.min(...rows)];
  const centre = ({ column, row }: GraphNode): Point => [
    MARGIN + BOX.width / 2 + (column - left) * spacing[0],
    top + BOX.height / 2 + (row - first) * spacing[1],
  ];
  const places = new Map(nodes.map((node) => [node.name, centre(node)]));
  const legend = [
    ...Object.entries(boxes).map(([kind, words]) => ({ words, mark: boxMark(colourOf(boxes, kind)) })),
    ...Object.entries(arrows).map(([kind, words], index) => ({
      words,
      mark: arrowMark(colourOf(arrows, kind), index),
    })),
  ];
  const bottom = top + BOX.height + (Math.max(...rows) - first) * spacing[1];
  const widest = Math.max(...legend.map(({ words }) => 60 + 7 * words.length), 7 * title.length, 0);
  const width = 2 * MARGIN + Math.max(BOX.width + (Math.max(...columns) - left) * spacing[0], widest);
  const description = edges.map(
    ({ from, to, kind }) => `${from} to ${to}${kind ? ` (${arrows[kind]})` : ''}`,
  );
  return diagram(
    {
      width,
      height: bottom + MARGIN + legend.length * LINE,
      summary: title,
      description: `Boxes: ${nodes.map(({ name }) => name).join(', ')}. Arrows: ${description.join('; ')}.`,
    },
    label(MARGIN, 34, title, { 'font-size': 16, 'font-weight': 600 }),
    ...edges.map(({ from, to, kind, bend = 0 }) => {
      const [start, end] = [places.get(from)!, places.get(to)!];
      const height = bend * spacing[1];
      const style = kindStyle(arrows, kind);
      return arrow(border(start, end, height), border(end, start, height), { ...style, bend: height });
    }),
    ...nodes.map((node) => drawNode(node, places.get(node.name)!, colourOf(boxes, node.kind))),
    ...legend.map(({ words, mark }, index) => {
      const y = bottom + MARGIN + index * LINE;
      return element('g', { transform: `translate(${MARGIN} ${y})` }, mark, label(44, 4, words));
    }),
  );
}

function drawNode({ name, text = name }: GraphNode, [x, y]: Point, colour: number): string {
  const lines = typeof text === 'string' ? [text] : text;
  const box = element('rect', {
    x: x - BOX.width / 2,
    y: y - BOX.height / 2,
    width: BOX.width,
    height: BOX.height,
    rx: 6,
    fill: FILLS[colour],
    stroke: STROKES[colour],
    'stroke-width': 1.4,
  });
  const written = lines.map((line, index) =>
    label(x, y + 4 + (index - (lines.length - 1) / 2) * 15, line, { 'text-anchor': 'middle' }),
  );
  return box + written.join('');
}

/** Where the line from the middle of a box leaves it; a bent one leaves at the top or at the bottom. */
function border([x, y]: Point, towards: Point, bend: number): Point {
  if (bend !== 0) return [x, y - Math.sign(bend) * (BOX.height / 2 + 2)];
  const [dx, dy] = [towards[0] - x, towards[1] - y];
  const share = Math.min((BOX.width / 2 + 2) / Math.abs(dx), (BOX.height / 2 + 2) / Math.abs(dy));
  return [x + dx * share, y + dy * share];
}

function boxMark(colour: number): string {
  return element('rect', {
    x: 4,
    y: -8,
    width: 26,
    height: 16,
    rx: 4,
    fill: FILLS[colour],
    stroke: STROKES[colour],
  });
}

const arrowMark = (colour: number, index: number): string =>
  arrow([2, 0], [32, 0], { colour: STROKES[colour], dashed: isDashed(index) });

/** The second kind and every other after it: colour alone tells nothing to some eyes. */
const isDashed = (index: number): boolean => index % 2 === 1;

function kindStyle(kinds: Readonly<Record<string, string>>, kind: string | undefined) {
  const index = kind === undefined ? -1 : Object.keys(kinds).indexOf(kind);
  return { colour: STROKES[index < 0 ? STROKES.length - 1 : index], dashed: isDashed(index) };
}

/** Grey where there is no kind. */
function colourOf(kinds: Readonly<Record<string, string>>, kind: string | undefined): number {
  return kind === undefined ? FILLS.length - 1 : Object.keys(kinds).indexOf(kind);
}

function requireGraph({ nodes, edges, boxes = {}, arrows = {} }: GraphDiagramOptions): void {
  const fail = (got: string, expected: string): never => {
    throw new RangeError(`graphDiagram: got ${got}; expected ${expected}`);
  };
  if (nodes.length === 0) fail('no nodes', 'at least one');
  const names = nodes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail(`two nodes '${twice}'`, 'a name of its own for each');
  for (const { from, to } of edges) {
    for (const name of [from, to]) {
      if (!names.includes(name)) fail(`an arrow at '${name}'`, `one of ${names.join(', ')}`);
    }
    if (from === to) fail(`an arrow from '${from}' to itself`, 'two nodes');
  }
  for (const [what, kinds, used] of [
    ['boxes', boxes, nodes],
    ['arrows', arrows, edges],
  ] as const) {
    const known = Object.keys(kinds);
    if (known.length > FILLS.length) fail(`${known.length} kinds of ${what}`, `at most ${FILLS.length}`);
    for (const { kind } of used) {
      if (kind !== undefined && !known.includes(kind))
        fail(`the kind '${kind}'`, `one of ${what}: ${known.join(', ')}`);
    }
  }
}
