import path from 'node:path';
import { OVERLAY_COLOURS, parseColour } from '../display/colours';
import type { DicomSeries } from '../io/dicom/read-series';
import { writeDicomSegmentation } from '../io/dicom/write-segmentation';
import type { Volume } from '../io/image';
import { writeNifti } from '../io/nifti-write';
import { writePng } from '../io/png-write';
import { labelsToCoco, writeCoco } from '../postprocessing/coco';
import type { Annotation } from './annotation';
import { labelMap, type AnnotatedObject } from './scene';

export interface SaveNiftiOptions {
  /**
   * 4 × 4, (image, row, column, 1) → (x, y, z, 1) in mm: that of the volume whose slices the images are. Default: pixels of
   * 1 mm, columns to the patient's left, rows to the back, each image above the one before.
   */
  affine?: readonly number[];
}

export interface SaveDicomOptions {
  seriesDescription?: string;
  /** What the model is called; "segcourse" by default. */
  algorithmName?: string;
}

const AXIAL = [0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1];

/** The PNG that belongs to an image's name. */
export const pngNameOf = (name: string): string => `${name.replace(/\.png$/i, '')}.png`;

/** See `Annotation.savePngs`. */
export async function savePngs({ names, labels }: Annotation, folder: string): Promise<string[]> {
  const files = names.map((name) => path.join(folder, pngNameOf(name)));
  for (const [image, map] of labels.entries()) await writePng(files[image], map);
  return files;
}

/** See `Annotation.saveNifti`. */
export async function saveNifti(
  annotation: Annotation,
  file: string,
  { affine = AXIAL }: SaveNiftiOptions,
): Promise<void> {
  await writeNifti(file, { ...stackOf('saveNifti', annotation), affine });
}

/** See `Annotation.saveDicomSegmentation`. */
export function saveDicomSegmentation(
  annotation: Annotation,
  file: string,
  { volume, slices }: DicomSeries,
  options: SaveDicomOptions,
): void {
  const { images, objects, classes } = annotation;
  const fail = (got: string, expected: string): never => {
    throw new RangeError(`saveDicomSegmentation: got ${got}; expected ${expected}`);
  };
  if (objects.length === 0) fail('no accepted object', 'at least one');
  if (images.length !== slices.length) {
    fail(
      `${images.length} annotated image(s) of a series of ${slices.length} slices`,
      'each slice as an image, in their order; readDicomSeries also takes the files of a few slices',
    );
  }
  const segments =
    classes.length > 0
      ? classes.map((label, index) => ({ label, colour: OVERLAY_COLOURS[index % OVERLAY_COLOURS.length] }))
      : objects.map(({ label, colour }, index) => ({ label: `${label} ${index + 1}`, colour }));
  const mask: Volume = { ...stackOf('saveDicomSegmentation', annotation), affine: volume.affine };
  writeDicomSegmentation(file, mask, slices, {
    ...options,
    segments: segments.map(({ label, colour }, index) => ({
      number: index + 1,
      label,
      colour: parseColour(colour),
      algorithm: 'SEMIAUTOMATIC' as const,
    })),
  });
}

/** See `Annotation.saveCoco`. */
export function saveCoco({ names, labels, objects }: Annotation, file: string): void {
  const sources = names.map((name, image) => ({ fileName: pngNameOf(name), labels: labels[image] }));
  const byImage = names.map((_, image) => objects.filter((object) => object.image === image));
  writeCoco(file, labelsToCoco(sources, { categories: (label, image) => byImage[image][label - 1].label }));
}

/** All images as one volume of the numbers of classes, or where there are none of objects, from 1 on. */
function stackOf(
  owner: string,
  { images, objects, classes }: Annotation,
): Omit<Volume<Uint16Array>, 'affine'> {
  const [height, width] = images[0].shape;
  const other = images.findIndex(({ shape }) => shape[0] !== height || shape[1] !== width);
  if (other >= 0) {
    throw new RangeError(
      `${owner}: got image 0 of ${height} × ${width} and image ${other} of ${images[other].shape.join(' × ')}; expected ` +
        'slices of one volume: save pictures of different sizes with savePngs or saveCoco',
    );
  }
  const numberOf = (object: AnnotatedObject) =>
    (classes.length > 0 ? classes.indexOf(object.label) : objects.indexOf(object)) + 1;
  const data = new Uint16Array(images.length * height * width);
  images.forEach(({ shape }, image) => {
    const own = objects.filter((object) => object.image === image);
    data.set(labelMap(own, shape, numberOf).data, image * height * width);
  });
  return { data, shape: [images.length, height, width], channels: 1 };
}
