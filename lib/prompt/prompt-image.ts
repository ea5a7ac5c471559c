import type { Image } from '../io/image';

/** An image as models take it: gray or RGB, bytes 0…255 or floats 0…1. */
export type PromptImage = Image<Uint8Array | Float32Array>;

/**
 * @throws RangeError or TypeError for a volume, other channels than 1 or 3, samples of 16 bits and other types, floats
 *   outside of 0…1, and a number of samples that does not fit
 */
export function requirePromptImage(owner: string, image: Image): asserts image is PromptImage {
  const { data, shape, channels } = image ?? {};
  if (!ArrayBuffer.isView(data) || !Array.isArray(shape)) {
    throw new TypeError(`${owner}: got no image; expected { data, shape: [height, width], channels }`);
  }
  if (shape.length !== 2 || !shape.every((side) => Number.isSafeInteger(side) && side > 0)) {
    throw new RangeError(
      `${owner}: got an image of shape [${shape.join(', ')}]; expected [height, width]: of a volume take one slice, or ` +
        'segmentVolume for all',
    );
  }
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(
      `${owner}: got ${channels} channels; expected 1 (gray) or 3 (RGB): leave out alpha, choose the channels that show ` +
        'the object',
    );
  }
  if (data.length !== shape[0] * shape[1] * channels) {
    throw new RangeError(
      `${owner}: got ${data.length} samples; expected ${shape.join(' × ')} × ${channels} = ` +
        `${shape[0] * shape[1] * channels}`,
    );
  }
  const scaled = 'scale the image first: minMax(image), or for CT ctWindow(image, "abdomen")';
  if (!(data instanceof Uint8Array) && !(data instanceof Float32Array)) {
    const type = data.constructor.name;
    throw new TypeError(
      `${owner}: got samples in a ${type}; expected bytes 0…255 (Uint8Array) or floats 0…1 (Float32Array): ${scaled}`,
    );
  }
  if (data instanceof Uint8Array) return;
  const wrong = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (wrong >= 0) {
    throw new RangeError(
      `${owner}: got sample ${data[wrong]} at index ${wrong}; expected floats of 0…1: ${scaled}`,
    );
  }
}
