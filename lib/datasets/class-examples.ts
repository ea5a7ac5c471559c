import type { Image } from '../io/image';
import { cropBox } from '../transforms/spatial/window';
import { squareOf } from './picture-samples';
import type { VocObject } from './synthetic/shapes';
import type { VocPhotograph } from './voc';
import type { VocClass } from './voc-classes';

export interface ClassExamplesOptions {
  classes: readonly VocClass[];
  /** Side in pixels. */
  size: number;
  /** The most of each class, the first ones; all by default. */
  perClass?: number;
  /**
   * `photograph`, the default: the middle square of each photograph whose largest object is of the class. `object`: a square
   * around each object of the class, which gives more of them where photographs are few.
   */
  of?: 'photograph' | 'object';
  /** Objects whose box has a shorter side than this, in pixels, are left out; default 48. */
  smallest?: number;
}

/** A square picture of one class. */
export interface ClassExample {
  /** [size, size], RGB, 0…255 */
  image: Image<Uint8Array>;
  label: VocClass;
  /** Of the photograph. */
  id: string;
}

/**
 * Square pictures of classes, for classification, out of photographs that keep their own size.
 *
 * @throws RangeError for a size or number that is no positive integer, and photographs that were loaded with a `size`, so
 *   that the boxes of their objects do not fit them
 */
export function classExamples(
  photographs: readonly VocPhotograph[],
  { classes, size, perClass = Infinity, of = 'photograph', smallest = 48 }: ClassExamplesOptions,
): ClassExample[] {
  for (const [name, value] of Object.entries({ size, ...(perClass < Infinity && { perClass }) })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new RangeError(`classExamples: got ${name} ${value}; expected a positive integer`);
  }
  const counts = new Map<VocClass, number>();
  return photographs.flatMap(({ image, objects, label, id }) => {
    const found =
      of === 'object'
        ? objects
            .filter(({ box }) => Math.min(...sidesOf(box)) >= smallest)
            .map(({ name, box }) => ({ name, box }))
        : label === undefined
          ? []
          : [{ name: label, box: undefined }];
    return found.flatMap(({ name, box }) => {
      const count = counts.get(name) ?? 0;
      if (!classes.includes(name) || count >= perClass) return [];
      counts.set(name, count + 1);
      const part = box ? around(image, box, id) : image;
      return [{ image: squareOf(part, size, 'bilinear'), label: name, id }];
    });
  });
}

type Box = VocObject['box'];

const sidesOf = ({ xmin, ymin, xmax, ymax }: Box) => [ymax - ymin + 1, xmax - xmin + 1];

/** The square about a box, moved and cut so that it stays in the picture. */
function around(image: Image<Uint8Array>, box: Box, id: string): Image<Uint8Array> {
  const [height, width] = image.shape;
  if (box.xmax > width || box.ymax > height) {
    throw new RangeError(
      `classExamples: photograph ${id}: got ${height} × ${width} pixels and a box up to (${box.ymax}, ${box.xmax}); ` +
        'expected the photograph as it is stored: load it without a size',
    );
  }
  const side = Math.min(Math.max(...sidesOf(box)), height, width);
  const start = [
    [box.ymin, box.ymax, height],
    [box.xmin, box.xmax, width],
  ].map(([low, high, most]) => Math.min(Math.max(Math.round((low + high - 1 - side) / 2), 0), most - side));
  return cropBox(image, { start, shape: [side, side] });
}
