import type { Image } from '../../io/image';
import { seededRandom } from '../../runtime/seed';
import { grain } from '../em/noise';
import { mixSeeds } from '../hash';
import { VOC_CLASSES, VOC_VOID, type VocClass } from '../voc-classes';
import { between, blurred, requireSize, smoothField, toByte } from './field';
import { DRAWINGS, type Paint } from './shape-drawings';
import { drawPart, type Placement } from './shape-raster';

export interface SyntheticShapesOptions {
  /** Pixels; 240 and 320 by default. */
  height?: number;
  width?: number;
  /** The class of the largest object; by the seed without it. One of `SHAPE_CLASSES`. */
  subject?: VocClass;
  /** The most objects; 5 by default. */
  objects?: number;
  /** Non-negative integer; 0 by default. */
  seed?: number;
}

/** An object of a picture, as VOC's annotations describe one. */
export interface VocObject {
  name: VocClass;
  /** Pixels, the first at 1, both ends inside, as VOC counts them. */
  box: { xmin: number; ymin: number; xmax: number; ymax: number };
  /** Cut off by the picture's edge or hidden by another object. */
  truncated: boolean;
  difficult: boolean;
}

export interface SyntheticShapes {
  /** RGB, 0…255. */
  image: Image<Uint8Array>;
  /** Class of each pixel, an index of `VOC_CLASSES`; 255 on the borders of objects. */
  classes: Image<Uint8Array>;
  /** 0 background, 1 … n as in `objects`; 255 on the borders of objects. */
  instances: Image<Uint8Array>;
  objects: VocObject[];
}

/** The VOC classes that there are drawings of. */
export const SHAPE_CLASSES = VOC_CLASSES.filter((name) => name in DRAWINGS);

/** Objects of which less than this share can be seen are left out. */
const LEAST_VISIBLE = 0.35;
/** Half the width of the void border at an image of 500 pixels, as VOC's is about 5 pixels wide. */
const BORDER_SHARE = 2.5 / 500;

/**
 * A picture in the manner of PASCAL VOC: drawn animals, vehicles and things before a background, with a mask of classes, a
 * mask of instances, void borders and boxes. Same options, same bytes on every machine.
 *
 * @throws RangeError when a size, number or class is not one of those above
 */
export function syntheticShapes(options: SyntheticShapesOptions = {}): SyntheticShapes {
  const { height = 240, width = 320, objects: most = 5, seed = 0, subject } = options;
  requireSize('syntheticShapes', 'height', height, 32, 2048);
  requireSize('syntheticShapes', 'width', width, 32, 2048);
  requireSize('syntheticShapes', 'objects', most, 1, 50);
  if (subject !== undefined && !SHAPE_CLASSES.includes(subject)) {
    throw new RangeError(
      `syntheticShapes: got subject ${JSON.stringify(subject)}; expected one of ${SHAPE_CLASSES.join(', ')}`,
    );
  }
  const random = seededRandom(seed);
  const scene = new Scene(height, width, mixSeeds(seed, 1), random);
  const count = 1 + Math.floor(random() * most);
  const draw = () => SHAPE_CLASSES[Math.floor(random() * SHAPE_CLASSES.length)];
  const names = Array.from({ length: count }, (_, index) => (index === 0 ? (subject ?? draw()) : draw()));
  // The subject is the nearest and drawn last.
  for (const [index, name] of [...names.entries()].reverse()) {
    const size =
      Math.min(height, width) * (index === 0 ? between(random, 0.5, 0.85) : between(random, 0.2, 0.45));
    scene.add(name, size);
  }
  return scene.finish();
}

class Scene {
  private readonly pixels: Float32Array[];
  private readonly instances: Uint8Array;
  private readonly drawn: { name: VocClass; area: number; cut: boolean }[] = [];

  constructor(
    private readonly height: number,
    private readonly width: number,
    private readonly seed: number,
    private readonly random: () => number,
  ) {
    this.instances = new Uint8Array(height * width);
    this.pixels = this.background();
  }

  /** Sky over ground, or a wall, with soft texture. */
  private background(): Float32Array[] {
    const { height, width, random, seed } = this;
    const horizon = height * (random() < 0.7 ? between(random, 0.35, 0.75) : 2);
    const above = [between(random, 120, 215), between(random, 140, 220), between(random, 150, 240)];
    const below = [between(random, 70, 150), between(random, 80, 160), between(random, 50, 130)];
    const relief = smoothField(height, width, 0, { scale: 0.2 * width, amplitude: 0.03 * height, seed });
    return [0, 1, 2].map((channel) => {
      const shade = { scale: 0.3 * width, amplitude: 12, seed: seed + 1 };
      const detail = { scale: 4 + 0.01 * width, amplitude: 9, seed: seed + 2 };
      const texture = smoothField(height, width, 1, shade, detail);
      return texture.map((value, at) => {
        const row = Math.floor(at / width) + relief[at];
        return (
          (row < horizon ? above : below)[channel] + value + (row < horizon ? 25 : -20) * (row / height - 0.5)
        );
      });
    });
  }

  add(name: VocClass, size: number): void {
    const { height, width, random, drawn, instances } = this;
    const tilt = between(random, -0.12, 0.12);
    const length = Math.sqrt(1 + tilt * tilt);
    const place: Placement = {
      row: between(random, 0.3 * size, height - 0.3 * size),
      column: between(random, 0.3 * size, width - 0.3 * size),
      size,
      mirrored: random() < 0.5,
      along: [1 / length, tilt / length],
    };
    const label = drawn.length + 1;
    const colours = this.colours();
    const texture = smoothField(height, width, label + 1, {
      scale: 0.12 * size,
      amplitude: 8,
      seed: this.seed,
    });
    const light = between(random, -30, 30);
    for (const part of DRAWINGS[name]) {
      drawPart(part, place, height, width, (at) => {
        instances[at] = label;
        const shade = texture[at] + (light * (Math.floor(at / width) - place.row)) / size;
        for (let channel = 0; channel < 3; channel++) {
          this.pixels[channel][at] = colours[part.paint][channel] + shade;
        }
      });
    }
    drawn.push({
      name,
      area: instances.reduce((sum, value) => sum + (value === label ? 1 : 0), 0),
      cut: this.touchesEdge(label),
    });
  }

  private colours(): Record<Paint, number[]> {
    const { random } = this;
    const any = () => [0, 1, 2].map(() => between(random, 25, 235));
    const shade = between(random, -30, 30);
    return {
      body: any(),
      second: any(),
      dark: [34 + shade / 3, 34 + shade / 3, 40 + shade / 3],
      glass: [205 + shade, 215 + shade, 225 + shade / 2],
      skin: [200 + 1.5 * shade, 155 + 1.5 * shade, 125 + 1.5 * shade],
    };
  }

  private touchesEdge(label: number): boolean {
    const { height, width, instances } = this;
    return instances.some((value, at) => {
      const row = Math.floor(at / width);
      const column = at % width;
      return value === label && (row === 0 || column === 0 || row === height - 1 || column === width - 1);
    });
  }

  finish(): SyntheticShapes {
    const { height, width, drawn, instances, seed } = this;
    const visible = new Uint32Array(drawn.length + 1);
    for (const label of instances) visible[label]++;
    let next = 0;
    const numbers = drawn.map(({ area }, index) =>
      area > 0 && visible[index + 1] >= LEAST_VISIBLE * area ? ++next : 0,
    );
    const kept = drawn.filter((_, index) => numbers[index] > 0);
    // What can hardly be seen has no number of its own and is void, as VOC marks what is hard to tell.
    const labels = instances.map((label) => (label === 0 ? 0 : numbers[label - 1] || VOC_VOID));
    const objects = boxesOf(labels, kept.length, width).map((box, index): VocObject => {
      const { name, cut, area } = kept[index];
      const hidden = visible[numbers.indexOf(index + 1) + 1] < 0.95 * area;
      return { name, box, truncated: cut || hidden, difficult: false };
    });
    const radius = Math.max(Math.round(BORDER_SHARE * Math.max(height, width)), 1);
    const masked = withBorders(labels, height, width, radius);
    const classOf = kept.map(({ name }) => VOC_CLASSES.indexOf(name));
    const shape = [height, width];
    const data = new Uint8Array(height * width * 3);
    this.pixels.forEach((plane, channel) => {
      blurred(plane, height, width, 1).forEach((value, at) => {
        const sharp = 0.45 * value + 0.55 * plane[at];
        data[3 * at + channel] = toByte(sharp + 4 * grain(at % width, Math.floor(at / width), channel, seed));
      });
    });
    return {
      image: { data, shape, channels: 3 },
      classes: {
        data: masked.map((label) => (label === 0 || label === VOC_VOID ? label : classOf[label - 1])),
        shape,
        channels: 1,
      },
      instances: { data: masked, shape, channels: 1 },
      objects,
    };
  }
}

function boxesOf(labels: Uint8Array, count: number, width: number): VocObject['box'][] {
  const boxes = Array.from({ length: count }, () => ({ xmin: Infinity, ymin: Infinity, xmax: 0, ymax: 0 }));
  labels.forEach((label, at) => {
    const box = boxes[label - 1];
    if (!box) return;
    const x = (at % width) + 1;
    const y = Math.floor(at / width) + 1;
    box.xmin = Math.min(box.xmin, x);
    box.xmax = Math.max(box.xmax, x);
    box.ymin = Math.min(box.ymin, y);
    box.ymax = Math.max(box.ymax, y);
  });
  return boxes;
}

/** 255 on the pixels from which another label is at most `radius` away along a row or column. */
function withBorders(labels: Uint8Array, height: number, width: number, radius: number): Uint8Array {
  return labels.map((label, at) => {
    const row = Math.floor(at / width);
    const column = at % width;
    for (let off = 1; off <= radius; off++) {
      const other =
        (row >= off && labels[at - off * width] !== label) ||
        (row + off < height && labels[at + off * width] !== label) ||
        (column >= off && labels[at - off] !== label) ||
        (column + off < width && labels[at + off] !== label);
      if (other) return VOC_VOID;
    }
    return label;
  });
}
