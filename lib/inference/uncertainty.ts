import type { Image } from '../io/image';
import { elementsOf } from '../metrics/grid';
import { requireImage } from '../transforms/spatial/samples';
import { pause } from './pause';

type Map = Image<Float32Array>;

export interface Uncertainty {
  /** Mean of the members' probabilities, with the classes as channels. */
  mean: Map;
  /** Entropy of the mean in nats, 0 … ln(classes): all there is of doubt (predictive entropy). */
  entropy: Map;
  /**
   * Entropy of the mean less the members' mean entropy, in nats: how much the members differ, doubt that more training
   * data may take away. What is left of the entropy is doubt that the members share: noise, blurred borders.
   */
  mutualInformation: Map;
  /** Variance of the members' probabilities about their mean, the mean over the classes. */
  variance: Map;
}

/**
 * Where a prediction is not to be trusted: maps over the members of an ensemble (folds, mirror images, …), each the
 * probabilities of the whole image (Kendall and Gal 2017; mutual information as Houlsby et al. 2011).
 *
 * ```ts
 * async function* members() {
 *   for (const member of mirrorMembers(withProbabilities(predict, 'softmax'), [0, 1])) {
 *     yield await slidingWindow(image, member, { window });
 *   }
 * }
 * const { entropy, mutualInformation } = await uncertainty(members());
 * ```
 *
 * Shape: [h, w] or [d, h, w], with the classes as channels, or the foreground alone as one; maps have one channel. Members
 * may come one by one: one of them is in memory at a time, and four sums.
 *
 * @throws RangeError for fewer than two members, members of different sizes, and probabilities outside [0, 1]; the
 *   signal's reason
 */
export async function uncertainty(
  members: Iterable<Image<Float32Array>> | AsyncIterable<Image<Float32Array>>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Uncertainty> {
  let sums: Sums | undefined;
  for await (const member of members) {
    await pause(signal);
    requireImage('uncertainty', member);
    sums ??= new Sums(member);
    sums.add(member);
  }
  if (sums === undefined || sums.count < 2) {
    throw new RangeError(`uncertainty: got ${sums?.count ?? 0} members; expected at least two to compare`);
  }
  return sums.maps();
}

/** float32 softmax and averages of it may exceed 1 by rounding. */
const ROUNDING = 1e-6;

class Sums {
  count = 0;
  /** Deviations are summed up from the first member's values on: the variance of equal members is exactly 0. */
  private readonly first: Float32Array;
  private readonly deviations: Float32Array;
  private readonly squares: Float32Array;
  private readonly entropies: Float32Array;

  constructor(private readonly like: Map) {
    this.first = like.data.slice();
    this.deviations = new Float32Array(like.data.length);
    this.squares = new Float32Array(like.data.length);
    this.entropies = new Float32Array(elementsOf(like.shape));
  }

  add({ data, shape, channels }: Map): void {
    const { like, first, deviations, squares, entropies } = this;
    if (shape.join() !== like.shape.join() || channels !== like.channels) {
      throw new RangeError(
        `uncertainty: got members of [${like.shape.join(', ')}], ${like.channels} channels, and of [${shape.join(', ')}], ` +
          `${channels} channels; expected all of the same image and classes`,
      );
    }
    for (let index = 0; index < data.length; index++) {
      const value = data[index];
      if (!(value >= 0 && value <= 1 + ROUNDING)) {
        throw new RangeError(
          `uncertainty: got probability ${value} of member ${this.count}; expected numbers in [0, 1]: make them of logits ` +
            'by withProbabilities',
        );
      }
      const deviation = value - first[index];
      deviations[index] += deviation;
      squares[index] += deviation * deviation;
    }
    for (let place = 0; place < entropies.length; place++) {
      entropies[place] += entropyAt(data, place, channels);
    }
    this.count++;
  }

  maps(): Uncertainty {
    const { like, first, deviations, squares, entropies, count } = this;
    const { channels } = like;
    const mean = first.map((value, index) => value + deviations[index] / count);
    const entropy = new Float32Array(entropies.length);
    const mutualInformation = new Float32Array(entropies.length);
    const variance = new Float32Array(entropies.length);
    for (let place = 0, index = 0; place < entropies.length; place++) {
      const total = entropyAt(mean, place, channels);
      entropy[place] = total;
      mutualInformation[place] = Math.max(0, total - entropies[place] / count);
      let sum = 0;
      for (let k = 0; k < channels; k++, index++) {
        sum += squares[index] / count - (deviations[index] / count) ** 2;
      }
      variance[place] = Math.max(0, sum / channels);
    }
    const map = (data: Float32Array): Map => ({ ...like, data, channels: 1 });
    return {
      mean: { ...like, data: mean },
      entropy: map(entropy),
      mutualInformation: map(mutualInformation),
      variance: map(variance),
    };
  }
}

/** Entropy in nats of a place's classes; of a foreground probability that of both outcomes. */
function entropyAt(values: Float32Array, place: number, channels: number): number {
  if (channels === 1) return surprise(values[place]) + surprise(1 - values[place]);
  let sum = 0;
  for (let index = place * channels; index < (place + 1) * channels; index++) sum += surprise(values[index]);
  return sum;
}

const surprise = (probability: number) => (probability > 0 ? -probability * Math.log(probability) : 0);
