import { OKABE_ITO } from './colours';
import { arrow, type Diagram, diagram } from './diagram';
import { element, label, QUIET } from './svg';
import {
  layoutUNet,
  type Arrow,
  type MapBox,
  type MapKind,
  type Operation,
  type UNetShape,
} from './unet-layout';

export interface UNetDiagramOptions {
  /** Default 3. */
  inputChannels?: number;
  /** Channels of the first level; they double at each level below. Default 64. */
  baseChannels?: number;
  /** Poolings, 1 to 5. Default 2. */
  numBlocks?: number;
  /** Output channels. Default 1. */
  numClasses?: number;
  /** Height and width of the input, or one number for both. Default 128. */
  inputSize?: number | readonly [height: number, width: number];
}

const COLOURS: Record<Operation, string> = {
  convolution: OKABE_ITO.blue,
  pooling: OKABE_ITO.vermilion,
  transposed: '#00795a',
  skip: '#6f6f6f',
  classifier: '#9b4f7e',
};
const FILLS: Record<MapKind, string> = {
  input: '#e9e9e9',
  convolution: '#bcd9ee',
  pooled: '#f8d9c4',
  upsampled: '#bfe5d8',
  copied: '#f0f6fb',
  output: '#ecd3e2',
};
const STROKES: Record<MapKind, string> = {
  input: '#6f6f6f',
  convolution: COLOURS.convolution,
  pooled: COLOURS.pooling,
  upsampled: COLOURS.transposed,
  copied: COLOURS.skip,
  output: COLOURS.classifier,
};
/** Column by column. */
const LEGEND: readonly (readonly [Operation, string])[] = [
  ['convolution', 'convolution 3 × 3, batch norm, ReLU'],
  ['transposed', 'transposed convolution 2 × 2, batch norm, ReLU'],
  ['pooling', 'max-pooling 2 × 2'],
  ['classifier', 'convolution 1 × 1 (logits)'],
  ['skip', 'skip: copy and concatenate'],
];
const LEGEND_COLUMNS = [40, 400, 650] as const;

/**
 * Draws a U-Net (Ronneberger, Fischer and Brox, 2015) as this course builds it: padding `same`, two convolutions a
 * level, skips by concatenation.
 *
 * @throws Error when a number is not a positive integer, or the input cannot be halved `numBlocks` times
 */
export function unetDiagram(options: UNetDiagramOptions = {}): Diagram {
  const shape = readShape(options);
  const { width, height, boxes, arrows, sizes } = layoutUNet(shape);
  const legendTop = height + 46;
  const whole = legendTop + 52;
  const summary =
    `U-Net with ${shape.numBlocks} level${shape.numBlocks === 1 ? '' : 's'} of pooling, ${shape.baseChannels} to ` +
    `${shape.baseChannels * 2 ** shape.numBlocks} channels, input ${shape.height} × ${shape.width} × ` +
    `${shape.inputChannels}, output ${shape.height} × ${shape.width} × ${shape.numClasses}`;
  return diagram(
    { width, height: Math.ceil(whole), summary, description: describe(shape) },
    label(24, 34, 'U-Net', { 'font-size': 18, 'font-weight': 600 }),
    label(90, 34, `base ${shape.baseChannels}, depth ${shape.numBlocks}`, { 'font-size': 14, fill: QUIET }),
    ...arrows.map(drawArrow),
    ...boxes.map(drawBox),
    ...boxes.map(drawChannels),
    ...sizes.map(({ text, x, y, anchor }) => label(x, y, text, { 'text-anchor': anchor, fill: QUIET })),
    ...drawLegend(legendTop),
  );
}

function drawBox(box: MapBox): string {
  const { x, y, width, height, kind } = box;
  return element('rect', {
    x: x - width / 2,
    y: y - height / 2,
    width,
    height,
    rx: 2,
    fill: FILLS[kind],
    stroke: STROKES[kind],
    'stroke-width': 1.4,
    'stroke-dasharray': kind === 'copied' ? '4 3' : undefined,
  });
}

function drawChannels(box: MapBox, _index: number, boxes: readonly MapBox[]): string {
  if (box.kind === 'copied') return '';
  const y = box.y - box.height / 2 - 7;
  // Five poolings leave so little room between boxes that the numbers must be smaller.
  const crowded = boxes.some(({ level }) => level >= 5);
  const size = crowded ? 10 : undefined;
  if (box.kind !== 'upsampled') {
    return label(box.x, y, String(box.channels), { 'text-anchor': 'middle', 'font-size': size });
  }
  const plus = crowded ? '+' : ' + ';
  // Ends where the box ends, away from the number of the next box. The copy beside it has as many channels.
  return label(box.x + box.width / 2 + 4, y, `${box.channels}${plus}${box.channels}`, {
    'text-anchor': 'end',
    'font-size': size,
  });
}

const drawArrow = ({ operation, from, to }: Arrow): string =>
  arrow(from, to, { colour: COLOURS[operation], dashed: operation === 'skip' });

function drawLegend(top: number): string[] {
  const entries = LEGEND.map(([operation, text], index) => {
    const x = LEGEND_COLUMNS[Math.floor(index / 2)] as number;
    const y = top + (index % 2) * 24;
    return drawArrow({ operation, from: [x, y - 4], to: [x + 26, y - 4] }) + label(x + 34, y, text);
  });
  return [
    ...entries,
    label(LEGEND_COLUMNS[2], top + 24, 'above a box: channels; beside: pixels', { fill: QUIET }),
  ];
}

function describe({ numBlocks, baseChannels, height, width }: UNetShape): string {
  const levels = Array.from({ length: numBlocks + 1 }, (_, level) => {
    const scale = 2 ** level;
    return `${baseChannels * scale} channels at ${height / scale} × ${width / scale}`;
  });
  return (
    `Left, going down: ${levels.join('; ')}. Each level is two convolutions, and max-pooling leads to the next. ` +
    'Right, going up: a transposed convolution doubles height and width, the map of the same level on the left is ' +
    'concatenated, and two convolutions follow. A 1 × 1 convolution makes the logits.'
  );
}

function readShape(options: UNetDiagramOptions): UNetShape {
  const { inputChannels = 3, baseChannels = 64, numBlocks = 2, numClasses = 1, inputSize = 128 } = options;
  const [height, width] = typeof inputSize === 'number' ? [inputSize, inputSize] : inputSize;
  const shape: UNetShape = { inputChannels, baseChannels, numBlocks, numClasses, height, width };
  for (const [name, value] of Object.entries(shape)) {
    if (Number.isInteger(value) && (value as number) > 0) continue;
    throw new Error(`unetDiagram: got ${name} ${String(value)}; expected a positive integer`);
  }
  if (numBlocks > 5)
    throw new Error(`unetDiagram: got numBlocks ${numBlocks}; expected 1 to 5 to fit on a page`);
  const multiple = 2 ** numBlocks;
  if (height % multiple !== 0 || width % multiple !== 0) {
    const fit = [height, width].map((size) => Math.ceil(size / multiple) * multiple);
    throw new Error(
      `unetDiagram: got an input of ${height} × ${width}; expected multiples of ${multiple} (${numBlocks} ` +
        `poolings), such as ${fit.join(' × ')}`,
    );
  }
  return shape;
}
