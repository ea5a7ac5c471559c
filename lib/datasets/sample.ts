import type { Image } from '../io/image';

/** An image and its mask: what is put into a batch. A `Sample` of the transforms may lack its mask. */
export interface MaskedSample {
  image: Image;
  mask: Image;
}

/** @throws TypeError for anything but an image and a mask */
export function requireMask(value: unknown): MaskedSample {
  const { image, mask } = (value ?? {}) as Partial<MaskedSample>;
  for (const [name, part] of Object.entries({ image, mask })) {
    if (!part || !ArrayBuffer.isView(part.data) || !Array.isArray(part.shape) || !(part.channels >= 1)) {
      throw new TypeError(`got no ${name}; expected { image, mask }, each with data, shape and channels`);
    }
  }
  return value as MaskedSample;
}

/** Samples side by side, as numbers for tensors. */
export interface StackedSamples {
  images: Float32Array;
  masks: Float32Array;
  /** [batch, …spatial, channels] */
  imageShape: number[];
  maskShape: number[];
}

/**
 * Puts samples of one size side by side.
 *
 * @param indices what errors call the samples
 * @throws RangeError naming the first sample that differs from the first one, or holds fewer numbers than its shape
 */
export function stackSamples(
  owner: string,
  samples: readonly MaskedSample[],
  indices: readonly number[],
): StackedSamples {
  const stack = (part: keyof MaskedSample): { values: Float32Array; shape: number[] } => {
    const [first] = samples;
    const shape = [...first[part].shape, first[part].channels];
    const size = shape.reduce((product, side) => product * side, 1);
    const values = new Float32Array(samples.length * size);
    samples.forEach((sample, position) => {
      const { data, shape: spatial, channels } = sample[part];
      const own = [...spatial, channels];
      if (own.join() !== shape.join() || data.length !== size) {
        throw new RangeError(
          `${owner}: sample ${indices[position]}: got ${part} of ${own.join('×')}, ${data.length} numbers; expected ` +
            `${shape.join('×')}, ${size} numbers, like sample ${indices[0]} of the batch: crop or resize them`,
        );
      }
      values.set(data, position * size);
    });
    return { values, shape: [samples.length, ...shape] };
  };
  const images = stack('image');
  const masks = stack('mask');
  return {
    images: images.values,
    masks: masks.values,
    imageShape: images.shape,
    maskShape: masks.shape,
  };
}
