import type { Image } from '../io/image';
import { resizeBilinear } from '../transforms/resize';
import { resize } from '../transforms/spatial/resize';
import { placed } from './placed';
import type { PromptImage } from './prompt-image';
import type { SamFamily } from './sam-families';

/** ImageNet's, of bytes: red, green, blue. */
const MEAN = [123.675, 116.28, 103.53];
const DEVIATION = [58.395, 57.12, 57.375];

/**
 * [height, width] of an image inside of the encoder's square.
 *
 * Longest side s: height · s / max(height, width), rounded (segment-anything's `ResizeLongestSide`).
 */
export function innerSize(
  { fit }: SamFamily,
  side: number,
  [height, width]: readonly number[],
): [number, number] {
  if (fit === 'square') return [side, side];
  const scale = side / Math.max(height, width);
  return [Math.floor(height * scale + 0.5), Math.floor(width * scale + 0.5)];
}

/** The image as the encoder takes it. Shape: → [1, 3, side, side] */
export function samInput(image: PromptImage, family: SamFamily, side: number): Float32Array {
  const inner = innerSize(family, side, image.shape);
  const planes = [0, 1, 2].map((channel) => resampled(planeOf(image, channel), family.resampling, inner));
  const normalize = normalizer(family, planes);
  const result = new Float32Array(3 * side * side);
  planes.forEach((plane, channel) => {
    const values = Float32Array.from(plane, (value) => normalize(value, channel));
    result.set(placed(values, inner, [side, side], 1), channel * side * side);
  });
  return result;
}

/** A channel as bytes 0…255: the encoders are trained on photographs of 8 bits. */
function planeOf({ data, shape, channels }: PromptImage, channel: number): Image<Uint8Array> {
  const bytes = data instanceof Uint8Array;
  const plane = Uint8Array.from({ length: shape[0] * shape[1] }, (_, at) => {
    const value = data[at * channels + (channels === 3 ? channel : 0)];
    return bytes ? value : Math.round(255 * value);
  });
  return { data: plane, shape, channels: 1 };
}

function resampled(
  plane: Image<Uint8Array>,
  resampling: SamFamily['resampling'],
  [height, width]: readonly [number, number],
): ArrayLike<number> {
  const [oldHeight, oldWidth] = plane.shape;
  const stack = { data: plane.data, pages: 1, height: oldHeight, width: oldWidth };
  const floats = Float32Array.from(plane.data);
  switch (resampling) {
    case 'pillow':
      return resizeBilinear(stack, height, width).data;
    case 'bilinear':
      return resizeBilinear({ ...stack, data: floats }, height, width).data;
    case 'cubic': {
      const larger = { order: 3, antiAliasing: true } as const;
      return resize({ ...plane, data: floats }, [height, width], larger).data.map(Math.trunc);
    }
    case 'nearest': {
      const rows = nearest(oldHeight, height);
      const columns = nearest(oldWidth, width);
      return Uint8Array.from(
        { length: height * width },
        (_, at) => plane.data[rows[Math.floor(at / width)] * oldWidth + columns[at % width]],
      );
    }
  }
}

/** Old places of new samples, as OpenCV's INTER_NEAREST has them, its rounding included. */
function nearest(old: number, size: number): Int32Array {
  const step = 1 / (size / old);
  return Int32Array.from({ length: size }, (_, at) => Math.min(Math.floor(at * step), old - 1));
}

function normalizer({ normalization }: SamFamily, planes: readonly ArrayLike<number>[]) {
  if (normalization === 'imagenet') {
    return (value: number, channel: number) => (value - MEAN[channel]) / DEVIATION[channel];
  }
  let [least, most] = [Infinity, -Infinity];
  for (const plane of planes) {
    for (let at = 0; at < plane.length; at++) {
      least = Math.min(least, plane[at]);
      most = Math.max(most, plane[at]);
    }
  }
  const range = Math.max(most - least, 1e-8);
  return (value: number) => (value - least) / range;
}

/**
 * Logits of the decoder at the image's size: enlarged to the encoder's square, cut where the image ends, and resized to it,
 * both as PyTorch's `interpolate(mode='bilinear', align_corners=False)`.
 *
 * @param low at the decoder's size
 */
export function samLogits(
  low: Image<Float32Array>,
  family: SamFamily,
  side: number,
  shape: readonly number[],
): Float32Array {
  const clamped = { border: 'nearest' } as const;
  const square = resize(low, [side, side], clamped);
  const [height, width] = innerSize(family, side, shape);
  const inner = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    inner.set(square.data.subarray(row * side, row * side + width), row * width);
  }
  return resize({ data: inner, shape: [height, width], channels: 1 }, shape, clamped).data;
}

/** Of a mask of 0 and 1 that is given as a first guess. */
const SURE = 8;

/** What a mask of the decoder's own size is to the decoder. */
export function ownMaskInput(logits: ArrayLike<number>, { maskInput }: SamFamily): Float32Array {
  return Float32Array.from(logits, (logit) => (maskInput === 'logits' ? logit : 1 / (1 + Math.exp(-logit))));
}

/**
 * A mask at the image's size as the decoder takes it, on its own grid.
 *
 * @param mask bytes, above 0 inside, or logits
 * @param low the decoder's [height, width]
 */
export function samMaskInput(
  mask: Image,
  family: SamFamily,
  side: number,
  low: readonly [number, number],
): Float32Array {
  const given = mask.data instanceof Float32Array;
  const data = Float32Array.from(mask.data, (value) => (given ? value : value > 0 ? SURE : -SURE));
  const [height, width] = innerSize(family, side, mask.shape);
  const inner = [height, width].map((size, axis) => Math.max(1, Math.round((size * low[axis]) / side)));
  const small = resize({ data, shape: mask.shape, channels: 1 }, inner, { border: 'nearest' });
  const outside = placed(
    small.data.map((logit) => logit + SURE),
    inner,
    low,
    1,
  );
  return ownMaskInput(
    outside.map((logit) => logit - SURE),
    family,
  );
}
