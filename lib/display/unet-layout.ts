/** What made a feature map. */
export type MapKind = 'input' | 'convolution' | 'pooled' | 'upsampled' | 'copied' | 'output';

/** A feature map, drawn as an upright box: the wider, the more channels; the taller, the more pixels. */
export interface MapBox {
  kind: MapKind;
  channels: number;
  level: number;
  /** Centre. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Operation = 'convolution' | 'pooling' | 'transposed' | 'skip' | 'classifier';

export interface Arrow {
  operation: Operation;
  from: readonly [x: number, y: number];
  to: readonly [x: number, y: number];
}

/** The size of the maps of a level, beside them. */
export interface SizeLabel {
  text: string;
  x: number;
  y: number;
  anchor: 'start' | 'end';
}

export interface UNetLayout {
  width: number;
  height: number;
  boxes: MapBox[];
  arrows: Arrow[];
  sizes: SizeLabel[];
}

export interface UNetShape {
  inputChannels: number;
  baseChannels: number;
  /** Poolings, and as many transposed convolutions. */
  numBlocks: number;
  numClasses: number;
  height: number;
  width: number;
}

const WIDTH = 960;
const MARGIN = 96;
const TOP = 78;
const ARROW_GAP = 3;

/**
 * Places the feature maps of a U-Net. Level l has three maps on each side, one unit apart, and the next level starts
 * right below the last of them, so that pooling points straight down and the transposed convolution straight up; the
 * two sides mirror each other about the bottleneck.
 */
export function layoutUNet(shape: UNetShape): UNetLayout {
  const { numBlocks: depth, baseChannels: base } = shape;
  // Two units a level on the left, two in the bottleneck, two a level on the right, one for the classifier.
  const unit = Math.min(74, (WIDTH - 2 * MARGIN) / (4 * depth + 3));
  const left = (WIDTH - unit * (4 * depth + 3)) / 2;
  const thinnest = 0.2 * unit;
  const widthOf = (level: number) => thinnest + ((0.56 * unit - thinnest) * level) / depth;
  const heights = Array.from({ length: depth + 1 }, (_, level) => 168 * (depth > 2 ? 0.66 : 0.6) ** level);
  const tops = heights.map((_, level) => TOP + sum(heights.slice(0, level)) + level * 58);

  const boxes: MapBox[] = [];
  const arrows: Arrow[] = [];
  const sizes: SizeLabel[] = [];
  const add = (kind: MapKind, level: number, x: number, channels: number, width: number): MapBox => {
    const height = heights[level] as number;
    const box = { kind, channels, level, x, y: (tops[level] as number) + height / 2, width, height };
    boxes.push(box);
    return box;
  };
  const across = (operation: Operation, from: MapBox, to: MapBox) =>
    arrows.push({
      operation,
      from: [from.x + from.width / 2 + ARROW_GAP, from.y],
      to: [to.x - to.width / 2 - ARROW_GAP, to.y],
    });
  const convolve = (level: number, first: MapBox): MapBox => {
    const channels = base * 2 ** level;
    const middle = add('convolution', level, first.x + unit, channels, widthOf(level));
    const last = add('convolution', level, first.x + 2 * unit, channels, widthOf(level));
    across('convolution', first, middle);
    across('convolution', middle, last);
    return last;
  };

  let map = add('input', 0, left, shape.inputChannels, 6);
  const skips: MapBox[] = [];
  for (let level = 0; level <= depth; level++) {
    if (level > 0) {
      const pooled = add('pooled', level, map.x, map.channels, widthOf(level - 1));
      arrows.push({ operation: 'pooling', ...down(map, pooled) });
      map = pooled;
    }
    sizes.push(sizeLabel(shape, map, 'end'));
    map = convolve(level, map);
    skips[level] = map;
  }
  sizes.push(sizeLabel(shape, map, 'start'));
  for (let level = depth - 1; level >= 0; level--) {
    const skip = skips[level] as MapBox;
    const up = add('upsampled', level, map.x, skip.channels, widthOf(level));
    const copy = add('copied', level, up.x - widthOf(level), skip.channels, widthOf(level));
    arrows.push({ operation: 'transposed', ...raise(map, up) });
    across('skip', skip, copy);
    map = convolve(level, up);
    if (level > 0) sizes.push(sizeLabel(shape, map, 'start'));
  }
  const output = add('output', 0, map.x + unit, shape.numClasses, 6);
  across('classifier', map, output);
  sizes.push(sizeLabel(shape, output, 'start'));
  return { width: WIDTH, height: (tops[depth] as number) + (heights[depth] as number), boxes, arrows, sizes };
}

function down(from: MapBox, to: MapBox): Pick<Arrow, 'from' | 'to'> {
  // The channel count stands right above the lower box; the arrow ends above it.
  return {
    from: [from.x, from.y + from.height / 2 + ARROW_GAP],
    to: [to.x, to.y - to.height / 2 - 20],
  };
}

function raise(from: MapBox, to: MapBox): Pick<Arrow, 'from' | 'to'> {
  return {
    from: [from.x, from.y - from.height / 2 - 20],
    to: [to.x, to.y + to.height / 2 + ARROW_GAP],
  };
}

function sizeLabel(shape: UNetShape, box: MapBox, anchor: 'start' | 'end'): SizeLabel {
  const [height, width] = [shape.height / 2 ** box.level, shape.width / 2 ** box.level];
  const side = anchor === 'end' ? -1 : 1;
  return { text: `${height} × ${width}`, x: box.x + side * (box.width / 2 + 10), y: box.y + 4, anchor };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
