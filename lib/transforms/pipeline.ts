import type { Image } from '../io/image';
import { seededRandom } from '../runtime/seed';

/** What transforms take and give: an image, and the mask that belongs to it, of the same sizes. */
export interface Sample {
  image: Image;
  mask?: Image;
}

/** A sample of the same fields; transforms may change the type of its image's numbers. */
export type Changed<S extends Sample> = Omit<S, 'image' | 'mask'> &
  (S extends { mask: Image } ? { image: Image; mask: Image } : Sample);

/** What JSON can hold. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** One change of a sample, with the options that it was made with. */
export interface Transform {
  name: string;
  /** For records. */
  options: Json;
  /** A new sample; the old one stays as it is. Whatever is random comes from `random`, uniform numbers in [0, 1). */
  apply(sample: Sample, random: () => number): Sample;
}

/** A transform that is applied with a probability, 1 unless told. */
export interface Step {
  transform: Transform;
  probability?: number;
}

/** Which of all augmented samples: each set of three numbers gives another one, and always the same. */
export interface SampleNumber {
  seed: number;
  epoch: number;
  /** Of the sample in the data set, not in its batch. */
  index: number;
}

/** What a pipeline does, for records: plain JSON. */
export interface PipelineDescription {
  steps: { name: string; probability: number; options: Json }[];
}

export interface Pipeline {
  /**
   * Applies the steps in order. The result depends on the sample and on `number` alone, not on what was augmented
   * before: workers may take samples in any order.
   *
   * Other fields of the sample are handed on.
   *
   * @throws RangeError for numbers that are not non-negative integers, and image and mask of different sizes
   */
  apply<S extends Sample>(sample: S, number: SampleNumber): Changed<S>;
  readonly description: PipelineDescription;
}

/**
 * Transforms one after the other, each with its probability. Every step has a random stream of its own, so that a step
 * that is added at the end, or draws more, does not change what those before it do.
 *
 * @throws RangeError for a probability outside 0 … 1
 */
export function compose(steps: readonly (Transform | Step)[]): Pipeline {
  const all = steps.map((step) => {
    const { transform, probability = 1 } = 'transform' in step ? step : { transform: step };
    if (!(probability >= 0 && probability <= 1)) {
      throw new RangeError(
        `compose: got probability ${probability} for ${transform.name}; expected a number from 0 to 1`,
      );
    }
    return { transform, probability };
  });
  return {
    apply: <S extends Sample>(sample: S, number: SampleNumber) => {
      requireNumber(number);
      const { image, mask } = sample;
      if (mask && mask.shape.join() !== image.shape.join()) {
        throw new RangeError(
          `compose: image is [${image.shape.join(', ')}], mask is [${mask.shape.join(', ')}]; expected the same sizes`,
        );
      }
      const changed = all.reduce<Sample>((current, { transform, probability }, step) => {
        const random = seededRandom(streamSeed([number.seed, number.epoch, number.index, step]));
        return random() < probability ? transform.apply(current, random) : current;
      }, sample);
      return { ...sample, ...changed } as Sample as Changed<S>;
    },
    description: {
      steps: all.map(({ transform: { name, options }, probability }) => ({ name, probability, options })),
    },
  };
}

function requireNumber(number: SampleNumber): void {
  for (const name of ['seed', 'epoch', 'index'] as const) {
    if (!Number.isSafeInteger(number[name]) || number[name] < 0) {
      throw new RangeError(`compose: got ${name} ${number[name]}; expected a non-negative integer`);
    }
  }
}

/** A seed of 53 bits that changes altogether with any of the numbers: MurmurHash3 of them, twice. */
function streamSeed(numbers: readonly number[]): number {
  const [high, low] = [0x9747b28c, 0x3c6ef372].map((start) => {
    let hash = start;
    for (const number of numbers) {
      for (const word of [number % 2 ** 32, Math.floor(number / 2 ** 32)]) {
        let mixed = Math.imul(word, 0xcc9e2d51);
        mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
        hash ^= mixed;
        hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
      }
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  });
  return (high >>> 11) * 2 ** 32 + low;
}
