import { readDicom } from './dicom/read-dicom';
import { describeStart, formatOf, type FileFormat } from './file-format';
import { readStart } from './file-start';
import type { Image, Samples, Volume } from './image';
import { readMgh } from './mgh';
import { readNifti } from './nifti';
import { readNpy } from './npy';
import { readPicture, type ReadPictureOptions } from './picture';
import { openTiff } from './tiff-file';

export type ReadImageOptions = Pick<ReadPictureOptions, 'palette'>;

type Reader = (path: string, options: ReadImageOptions) => Promise<Image | Volume>;

const READERS: Partial<Record<FileFormat, Reader>> = {
  PNG: readPicture,
  JPEG: readPicture,
  TIFF: readTiffImage,
  DICOM: readDicomImage,
  NIfTI: (path) => readNifti(path),
  MGH: (path) => readMgh(path),
  'NumPy array': readNpyImage,
};

/**
 * Reads an image of any format that there is a reader of, told by its content: PNG, JPEG, TIFF, DICOM, NIfTI, MGH, npy.
 *
 * Shape: [height, width] with 1 to 4 channels, or [depth, height, width]: the pages of a TIFF, the frames of a DICOM file;
 * NIfTI and MGH give a `Volume` with its affine. An npy of three axes is [height, width, channels] where its last axis is 3
 * or 4, else a volume. DICOM values have slope and intercept applied: Hounsfield units in CT.
 *
 * @throws Error naming the file, what was got and what was expected, for another format and as its reader
 */
export async function readImage(path: string, options: ReadImageOptions = {}): Promise<Image | Volume> {
  const start = await readStart(path);
  const format = formatOf(start);
  const reader = format && READERS[format];
  if (reader) return reader(path, options);
  const got = format ?? describeStart(start);
  throw new Error(`readImage: ${path}: got ${got}; expected one of: ${Object.keys(READERS).join(', ')}`);
}

async function readTiffImage(path: string): Promise<Image> {
  const file = await openTiff(path);
  try {
    const full = file.pages.flatMap((page, number) => (page.reduced ? [] : [number]));
    const pages = full.length > 0 ? full : [0];
    const first = await file.readPage(pages[0]);
    if (pages.length === 1) return first;
    const size = first.data.length;
    const data = new (first.data.constructor as new (length: number) => Samples)(pages.length * size);
    for (const [position, number] of pages.entries()) {
      const page = position === 0 ? first : await file.readPage(number);
      if (page.shape.join() !== first.shape.join() || page.channels !== first.channels) {
        throw new Error(
          `readImage: ${path}: page ${number}: got ${page.shape.join('×')}×${page.channels}; expected ` +
            `${first.shape.join('×')}×${first.channels} as page ${pages[0]}; read it with openTiff`,
        );
      }
      data.set(page.data, position * size);
    }
    return { data, shape: [pages.length, ...first.shape], channels: first.channels };
  } finally {
    await file.close();
  }
}

async function readDicomImage(path: string): Promise<Image> {
  const { header, image } = await readDicom(path);
  if (!image) throw new Error(`readImage: ${path}: got a DICOM file without pixels; expected an image`);
  const { data, shape, channels } = image;
  const { slope, intercept } = header;
  if (slope === 1 && intercept === 0) return { data, shape, channels };
  return { data: Float32Array.from(data, (value) => slope * value + intercept), shape, channels };
}

async function readNpyImage(path: string): Promise<Image> {
  const { shape, values } = await readNpy(path);
  const last = shape[shape.length - 1];
  const channels = shape.length === 3 && (last === 3 || last === 4) ? last : 1;
  const spatial = channels === 1 ? shape : shape.slice(0, 2);
  if (spatial.length !== 2 && spatial.length !== 3) {
    throw new Error(`readImage: ${path}: got an array of shape [${shape.join(', ')}]; expected 2 or 3 axes`);
  }
  const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return { data: wide ? Float64Array.from(values, Number) : values, shape: spatial, channels };
}
