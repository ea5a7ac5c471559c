import type { Image } from './image';
import { writeFileWhole } from './write-file';

/**
 * Writes an image as PNG without loss, beside its place and renamed: Uint8Array as 8 bits, Uint16Array (instance labels)
 * as 16; 1 channel is gray, 3 RGB, 4 RGBA.
 *
 * @throws RangeError for other types, channels and shapes
 */
export async function writePng(file: string, image: Image): Promise<void> {
  const { data, shape, channels } = image;
  if (!(data instanceof Uint8Array || data instanceof Uint16Array)) {
    throw new RangeError(
      `writePng: got ${data.constructor.name}; expected Uint8Array or Uint16Array: scale and round the samples first`,
    );
  }
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`writePng: got ${channels} channels; expected 1 (gray), 3 (RGB) or 4 (RGBA)`);
  }
  const [height, width] = shape;
  if (shape.length !== 2 || data.length === 0 || data.length !== height * width * channels) {
    throw new RangeError(
      `writePng: got ${data.length} samples of shape [${shape.join(', ')}], ${channels} channel(s); expected ` +
        '[height, width] and as many samples',
    );
  }
  const { default: sharp } = await import('sharp');
  const input = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const wide = data instanceof Uint16Array;
  const space = channels === 1 ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb';
  const options = { adaptiveFiltering: true };
  writeFileWhole(file, await input.toColourspace(space).png(options).toBuffer());
}
