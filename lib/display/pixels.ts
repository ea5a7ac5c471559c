import type { tf } from '../runtime';

/** One image outside a tensor: values row by row, channels last. Grey unless `channels` says otherwise. */
export interface PixelArray {
  data: ArrayLike<number>;
  height: number;
  width: number;
  channels?: 1 | 3 | 4;
}

/**
 * Images as the drawing functions take them: a tensor [N, H, W, C], [H, W, C] or [H, W] with C = 1, 3 or 4; a pixel
 * array; or a list that mixes both.
 */
export type ImageInput = tf.Tensor | PixelArray | readonly (tf.Tensor | PixelArray)[];

export type Picture = Required<PixelArray>;

/**
 * Reads every image of an input. No tensor is made or disposed.
 *
 * @throws Error that names the caller when a shape is not that of an image
 */
export async function readPictures(caller: string, input: ImageInput): Promise<Picture[]> {
  const list = Array.isArray(input) ? (input as readonly (tf.Tensor | PixelArray)[]) : [input as tf.Tensor];
  const pictures = await Promise.all(
    list.map((item) => (isTensor(item) ? readTensor(caller, item) : [checkPixels(caller, item)])),
  );
  return pictures.flat();
}

function isTensor(value: tf.Tensor | PixelArray): value is tf.Tensor {
  return typeof (value as tf.Tensor | undefined)?.dataSync === 'function';
}

async function readTensor(caller: string, tensor: tf.Tensor): Promise<Picture[]> {
  const shape = tensor.shape;
  const [count, height, width, channels] =
    shape.length === 4 ? shape : shape.length === 3 ? [1, ...shape] : [1, ...shape, 1];
  if (shape.length < 2 || shape.length > 4 || !isChannelCount(channels)) {
    throw new Error(
      `${caller}: got a tensor of shape [${shape.join(', ')}]; expected [N, H, W, C], [H, W, C] or [H, W] with ` +
        'C = 1, 3 or 4; give a stack [N, H, W] a channel axis with expandDims(-1), and show the channels of a ' +
        'feature map [H, W, C] with transpose([2, 0, 1]).expandDims(-1)',
    );
  }
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64') {
    throw new Error(`${caller}: got a tensor of type ${tensor.dtype}; expected float32, int32 or bool`);
  }
  const values = await tensor.data();
  const size = height! * width! * channels;
  return Array.from({ length: count! }, (_, index) => ({
    data: values.subarray(index * size, (index + 1) * size),
    height: height!,
    width: width!,
    channels,
  }));
}

function checkPixels(caller: string, image: PixelArray): Picture {
  const { data, height, width, channels = 1 } = image ?? {};
  if (data === undefined || !isSize(height) || !isSize(width)) {
    throw new Error(
      `${caller}: got ${describe(image)}; expected a tensor or { data, height, width } with positive integers`,
    );
  }
  if (!isChannelCount(channels)) {
    throw new Error(`${caller}: got ${channels} channels; expected 1 (grey), 3 (RGB) or 4 (RGBA)`);
  }
  if (data.length !== height * width * channels) {
    throw new Error(
      `${caller}: got ${data.length} values for ${height} × ${width} pixels of ${channels} channel(s); expected ` +
        `${height * width * channels}; check the order (height before width) and \`channels\``,
    );
  }
  return { data, height, width, channels };
}

function isChannelCount(channels: number | undefined): channels is 1 | 3 | 4 {
  return channels === 1 || channels === 3 || channels === 4;
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `an object with the fields { ${Object.keys(value).slice(0, 6).join(', ')} }`;
}
