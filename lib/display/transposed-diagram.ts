import { OKABE_ITO, parseColour } from './colours';
import type { Frame } from './frames';
import { element, INK, label, page, QUIET } from './svg';
import {
  borderOf,
  contributions,
  correlate,
  fill,
  interlacedSize,
  outputSize,
  sourceOf,
  spread,
  turned,
  type Grid,
  type TransposedShape,
} from './transposed-steps';

export type { Grid, TransposedShape } from './transposed-steps';

const INPUT = '#bfe0f5';
const INTERLACED = '#ffffff';
const PADDED = '#ececec';
const OUTPUT = '#bfe5d8';
const EMPTY = '#ffffff';
const TOP = 44;
const LEFT = 14;
const GAP = 46;

/**
 * A transposed convolution step by step, for `animation`: the input, zeros between its pixels, zeros round it, and then the
 * turned kernel over every place, one output pixel a frame.
 *
 * @param input one number a pixel, square
 * @param kernel as in a layer of transposed convolution, square
 * @param options stride and padding of that layer; 2 and 0 by default
 * @throws Error for grids that are not square, a stride that is no integer ≥ 1, and padding outside 0 … kernel − 1 or
 * so large that no output is left
 */
export function transposedConvolutionSteps(
  input: Grid,
  kernel: Grid,
  { stride = 2, padding = 0 }: { stride?: number; padding?: number } = {},
): Frame[] {
  const shape = readShape('transposedConvolutionSteps', {
    inputSize: sideOf('input', input),
    kernelSize: sideOf('kernel', kernel),
    stride,
    padding,
  });
  const { inputSize, kernelSize } = shape;
  const border = borderOf(shape);
  const grid = spread(shape, input);
  const weights = turned(kernel);
  const output = correlate(grid, weights);
  const cell = 32;
  const kernelLeft = LEFT + grid.length * cell + GAP;
  const outputLeft = kernelLeft + Math.max(kernelSize * cell, 140) + GAP;
  const width = outputLeft + Math.max(output.length * cell, 90) + LEFT;
  const height = TOP + grid.length * cell + LEFT;
  const fixed = [
    label(kernelLeft, TOP - 12, 'kernel, turned by 180°', { fill: INK }),
    ...cells(weights, { left: kernelLeft, top: TOP, cell, colour: () => '#f8d9c4' }),
    label(outputLeft, TOP - 12, `output ${output.length} × ${output.length}`, { fill: INK }),
  ];
  const frame = (words: string, left: string[], done = 0): Frame => ({
    caption: words,
    picture: page(
      { width, height, summary: words },
      ...left,
      ...fixed,
      ...cells(output, {
        left: outputLeft,
        top: TOP,
        cell,
        colour: (at) => (at < done ? OUTPUT : EMPTY),
        text: (at, value) => (at < done ? String(value) : ''),
        marked: (at) => at === done - 1,
      }),
    ),
  });
  const inner = interlacedSize(shape);
  const place = (size: number) => ({
    left: LEFT + ((grid.length - size) / 2) * cell,
    top: TOP + ((grid.length - size) / 2) * cell,
    cell,
  });
  const heading = (words: string) => label(LEFT, TOP - 12, words, { fill: INK });
  const isInput = (at: number) =>
    sourceOf(shape, Math.floor(at / grid.length)) >= 0 && sourceOf(shape, at % grid.length) >= 0;
  const isInside = (at: number) =>
    [Math.floor(at / grid.length), at % grid.length].every((one) => one >= border && one < border + inner);
  const colour = (at: number) => (isInput(at) ? INPUT : isInside(at) ? INTERLACED : PADDED);
  const within = grid.slice(border, border + inner).map((row) => row.slice(border, border + inner));
  const frames = [
    frame(`The input, ${inputSize} × ${inputSize}.`, [
      heading(`input ${inputSize} × ${inputSize}`),
      ...cells(input, { ...place(inputSize), colour: () => INPUT }),
    ]),
    frame(
      `1. Interlace: ${stride - 1} zero${stride === 2 ? '' : 's'} between neighbours, ${inner} × ${inner}.`,
      [
        heading(`interlaced ${inner} × ${inner}`),
        ...cells(within, {
          ...place(inner),
          colour: (at) => colour((Math.floor(at / inner) + border) * grid.length + (at % inner) + border),
        }),
      ],
    ),
    frame(
      `2. Pad: ${kernelSize} − 1 − ${padding} = ${border} zero${border === 1 ? '' : 's'} on each side, ` +
        `${grid.length} × ${grid.length}.`,
      [
        heading(`padded ${grid.length} × ${grid.length}`),
        ...cells(grid, { left: LEFT, top: TOP, cell, colour }),
      ],
    ),
  ];
  output.forEach((values, row) =>
    values.forEach((value, column) => {
      const terms = weights.flatMap((line, y) =>
        line.flatMap((weight, x) =>
          isInput((row + y) * grid.length + column + x) ? [[grid[row + y][column + x], weight]] : [],
        ),
      );
      const sum = terms.map(([a, b]) => `${a}·${b}`).join(' + ') || '0 (only zeros under the kernel)';
      const window = element('rect', {
        x: LEFT + column * cell,
        y: TOP + row * cell,
        width: kernelSize * cell,
        height: kernelSize * cell,
        fill: 'none',
        stroke: OKABE_ITO.vermilion,
        'stroke-width': 4,
      });
      frames.push(
        frame(
          `3. Convolve, row ${row}, column ${column}: ${sum}${terms.length > 0 ? ` = ${value}` : ''}`,
          [
            heading(`padded ${grid.length} × ${grid.length}`),
            ...cells(grid, { left: LEFT, top: TOP, cell, colour }),
            window,
          ],
          row * output.length + column + 1,
        ),
      );
    }),
  );
  return frames;
}

/**
 * One transposed convolution at a glance, for `explorer`: the interlaced and padded input with the kernel at its first
 * place, and the output with the number of input pixels that reach each of its own.
 *
 * @throws Error for sizes that are no integers ≥ 1, and padding outside 0 … kernelSize − 1 or so
 * large that no output is left
 */
export function transposedConvolutionOverview(options: TransposedShape): Frame {
  const shape = readShape('transposedConvolutionOverview', options);
  const { inputSize, kernelSize, stride, padding } = shape;
  const size = outputSize(shape);
  const grid = spread(
    shape,
    fill(inputSize, inputSize, () => 1),
  );
  const counts = contributions(shape);
  const most = Math.max(...counts.flat());
  const cell = 22;
  const outputLeft = LEFT + grid.length * cell + GAP;
  const inner = interlacedSize(shape);
  const border = borderOf(shape);
  const at = (index: number) => [Math.floor(index / grid.length), index % grid.length];
  const words =
    `(${inputSize} − 1)·${stride} − 2·${padding} + ${kernelSize} = ${size}: the input ${inputSize} × ${inputSize} ` +
    `becomes ${size} × ${size}; padding of the interlaced input ${kernelSize} − 1 − ${padding} = ${border}`;
  const picture = page(
    {
      width: outputLeft + Math.max(size * cell, 260) + LEFT,
      height: TOP + Math.max(grid.length, size) * cell + LEFT,
      summary: words,
    },
    label(LEFT, TOP - 12, `interlaced ${inner} × ${inner}, padded ${grid.length} × ${grid.length}`),
    ...cells(grid, {
      left: LEFT,
      top: TOP,
      cell,
      colour: (index) =>
        at(index).every((one) => sourceOf(shape, one) >= 0)
          ? '#56b4e9'
          : at(index).every((one) => one >= border && one < border + inner)
            ? INTERLACED
            : PADDED,
      text: () => '',
    }),
    element('rect', {
      x: LEFT,
      y: TOP,
      width: kernelSize * cell,
      height: kernelSize * cell,
      fill: 'none',
      stroke: OKABE_ITO.vermilion,
      'stroke-width': 3,
    }),
    label(outputLeft, TOP - 12, `output ${size} × ${size}: input pixels that reach it`),
    ...cells(counts, {
      left: outputLeft,
      top: TOP,
      cell,
      colour: (index) => shade(counts[Math.floor(index / size)][index % size] / most),
      // Black is read on every shade but the darkest.
      ink: (_, value) => (value === most ? '#ffffff' : '#000000'),
    }),
  );
  return { picture, caption: words };
}

interface CellStyle {
  left: number;
  top: number;
  cell: number;
  colour: (at: number) => string;
  text?: (at: number, value: number) => string;
  ink?: (at: number, value: number) => string;
  marked?: (at: number) => boolean;
}

function cells(grid: Grid, style: CellStyle): string[] {
  const { left, top, cell, colour, text = (_, value) => String(value), ink, marked } = style;
  return grid.flatMap((values, row) =>
    values.map((value, column) => {
      const at = row * values.length + column;
      const [x, y] = [left + column * cell, top + row * cell];
      const strong = marked?.(at) ?? false;
      const words = text(at, value);
      return (
        element('rect', {
          x,
          y,
          width: cell,
          height: cell,
          fill: colour(at),
          stroke: strong ? OKABE_ITO.vermilion : '#888888',
          'stroke-width': strong ? 3 : 1,
        }) +
        (words === ''
          ? ''
          : label(x + cell / 2, y + cell / 2 + 4, words, {
              'text-anchor': 'middle',
              fill: ink?.(at, value) ?? (value === 0 ? QUIET : INK),
            }))
      );
    }),
  );
}

/** From white to the palette's blue. */
function shade(share: number): string {
  const blue = parseColour(OKABE_ITO.blue);
  return `#${blue
    .map((part) =>
      Math.round(255 + (part - 255) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

function sideOf(name: string, grid: Grid): number {
  if (grid.length > 0 && grid.every((row) => row.length === grid.length)) return grid.length;
  throw new Error(
    `transposedConvolutionSteps: got ${grid.length} rows in the ${name} with ${grid.map((row) => row.length).join(', ')} ` +
      'numbers; expected a square',
  );
}

function readShape(caller: string, shape: TransposedShape): TransposedShape {
  const { padding, kernelSize, ...sizes } = shape;
  for (const [name, value] of Object.entries({ ...sizes, kernelSize })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new Error(`${caller}: got ${name} ${String(value)}; expected an integer of at least 1`);
  }
  if (!Number.isInteger(padding) || padding < 0 || padding >= kernelSize) {
    throw new Error(
      `${caller}: got padding ${String(padding)} for a kernel of ${kernelSize}; expected 0 to ${kernelSize - 1}`,
    );
  }
  if (outputSize(shape) >= 1) return shape;
  const most = Math.floor((outputSize({ ...shape, padding: 0 }) - 1) / 2);
  throw new Error(
    `${caller}: padding ${padding} leaves no output of an input of ${sizes.inputSize}; expected at most ${most}`,
  );
}
