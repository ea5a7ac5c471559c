/** The classes of PASCAL VOC in the order of its masks; 0 is the background. */
export const VOC_CLASSES = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
] as const;

export type VocClass = (typeof VOC_CLASSES)[number];

/** Mask value of pixels that belong to no class: borders of objects and what is hard to tell. Never counted. */
export const VOC_VOID = 255;

/**
 * VOC's colour of label n: bit i of red, from the highest down, is bit 3i of n, of green bit 3i + 1, of blue bit 3i + 2, so
 * that n = Σ 8ⁱ · (r + 2g + 4b) for the i-th highest bits. 0 is black, 1 (128, 0, 0), 255 (224, 224, 192).
 *
 * Source: `VOClabelcolormap.m` of the VOC development kit
 *
 * @throws RangeError for a label that is no integer from 0 to 255
 */
export function vocColour(label: number): [red: number, green: number, blue: number] {
  if (!Number.isInteger(label) || label < 0 || label > 255) {
    throw new RangeError(`vocColour: got label ${label}; expected an integer from 0 to 255`);
  }
  const channel = (first: number) => {
    let value = 0;
    for (let bit = 0; bit < 8; bit++) value |= ((label >> (3 * bit + first)) & 1) << (7 - bit);
    return value;
  };
  return [channel(0), channel(1), channel(2)];
}

/** The colours of all 21 classes, background included, in the order of `VOC_CLASSES`. */
export const VOC_COLOURS: readonly [number, number, number][] = VOC_CLASSES.map((_, label) =>
  vocColour(label),
);
