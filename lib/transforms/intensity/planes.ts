import type { Image } from '../../io/image';
import { elementsOf } from '../../metrics/grid';
import { requireImage } from '../spatial/samples';

/** Floats that hold the samples of any image exactly. */
export type Floats = Float32Array | Float64Array;

/** The same image with samples of single precision; all else, such as a volume's affine, stays. */
export type InFloats<I extends Image> = Omit<I, 'data'> & { data: Float32Array };

/** A pair of numbers, the lower one first. */
export type Interval = readonly [number, number];

/** The samples of one channel; a copy, in double precision where single would round them. */
export function channelOf({ data, channels }: Image, channel: number): Floats {
  const wide = data instanceof Float64Array || data instanceof Int32Array || data instanceof Uint32Array;
  if (channels === 1) return wide ? new Float64Array(data) : new Float32Array(data);
  const count = data.length / channels;
  const plane = wide ? new Float64Array(count) : new Float32Array(count);
  for (let index = 0, from = channel; index < count; index++, from += channels) plane[index] = data[from];
  return plane;
}

/**
 * An image whose every channel is what `change` makes of it; `plane` is a copy that it may write to.
 *
 * @throws RangeError where the image's numbers do not agree
 */
export function mapChannels<I extends Image>(
  owner: string,
  image: I,
  change: (plane: Floats, channel: number) => Floats,
): InFloats<I> {
  requireImage(owner, image);
  const { channels } = image;
  if (channels === 1) {
    const plane = change(channelOf(image, 0), 0);
    return { ...image, data: plane instanceof Float32Array ? plane : new Float32Array(plane) };
  }
  const data = new Float32Array(image.data.length);
  for (let channel = 0; channel < channels; channel++) {
    const plane = change(channelOf(image, channel), channel);
    for (let index = 0, to = channel; index < plane.length; index++, to += channels) data[to] = plane[index];
  }
  return { ...image, data };
}

/**
 * The places where a mask is not 0; undefined without a mask.
 *
 * @throws RangeError for a mask of another shape or of several channels, and one that is 0 everywhere
 */
export function insideOf(owner: string, image: Image, mask: Image | undefined): Uint8Array | undefined {
  if (!mask) return undefined;
  requireImage(owner, mask);
  if (mask.channels !== 1 || mask.shape.join() !== image.shape.join()) {
    throw new RangeError(
      `${owner}: got a mask of [${mask.shape.join(', ')}] with ${mask.channels} channels; expected ` +
        `[${image.shape.join(', ')}] with 1, as the image`,
    );
  }
  const inside = new Uint8Array(mask.data.length);
  let any = 0;
  for (let index = 0; index < inside.length; index++) any |= inside[index] = mask.data[index] === 0 ? 0 : 1;
  if (!any) throw new RangeError(`${owner}: got a mask that is 0 everywhere; expected samples inside of it`);
  return inside;
}

/** The values where `inside` is 1; the values themselves without it. */
export function valuesInside(values: Floats, inside: Uint8Array | undefined): Floats {
  if (!inside) return values;
  let count = 0;
  for (let index = 0; index < inside.length; index++) count += inside[index];
  const result = values instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
  for (let index = 0, to = 0; index < values.length; index++) if (inside[index]) result[to++] = values[index];
  return result;
}

/** Number of samples of a slice: all of a picture, one page of a volume. */
export const sliceLength = (shape: readonly number[]) => elementsOf(shape.slice(-2));

/** @throws RangeError for NaN and infinities, of which no statistic comes */
export function requireFiniteSamples(owner: string, values: Floats): void {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] * 0;
  if (sum !== 0) {
    throw new RangeError(
      `${owner}: got samples that are NaN or infinite; expected finite ones: replace them first`,
    );
  }
}

/** @throws RangeError unless lower < upper, both finite */
export function requireInterval(owner: string, name: string, [lower, upper]: Interval): void {
  if (!Number.isFinite(lower) || !Number.isFinite(upper) || !(lower < upper)) {
    throw new RangeError(
      `${owner}: got ${name} [${lower}, ${upper}]; expected two numbers, the lower one first`,
    );
  }
}

/** @throws RangeError unless `value` is finite and from `least` to `most` */
export function requireNumber(
  owner: string,
  name: string,
  value: number,
  least = -Infinity,
  most = Infinity,
): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  const range =
    most === Infinity ? (least === -Infinity ? '' : ` of at least ${least}`) : ` from ${least} to ${most}`;
  throw new RangeError(`${owner}: got ${name} ${value}; expected a number${range}`);
}
