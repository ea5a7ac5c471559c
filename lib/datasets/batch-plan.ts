import { nextSeed, seededRandom } from '../runtime/seed';
import { drawFlipRotate, type FlipRotate } from '../transforms/flip-rotate';
import type { SampleNumber } from '../transforms/pipeline';
import { mixSeeds } from './hash';
import { shuffled } from './split';

/** Which samples come when; see `BatchOptions`. */
export interface OrderOptions {
  batchSize: number;
  indices?: readonly number[];
  shuffle?: boolean;
  augment?: boolean;
  seed?: number;
  epoch?: number;
}

/** One place in a batch. */
export interface PlannedSample {
  index: number;
  /** What its own random numbers follow from: not from the batch. One that comes again in an epoch gets other ones. */
  number: SampleNumber;
  placement?: FlipRotate;
}

/**
 * The batches of an epoch, without their contents. All that is random is drawn here, in one thread and in one order, so
 * that it does not matter who prepares which batch when.
 *
 * @throws RangeError, when called, for options out of their ranges or an index outside of `count`
 */
export function planBatches(
  owner: string,
  count: number,
  options: OrderOptions,
): Generator<PlannedSample[], void, undefined> {
  const { batchSize, seed, epoch = 0 } = options;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`${owner}: got batchSize ${batchSize}; expected a positive integer`);
  }
  requireNatural(owner, 'epoch', epoch);
  if (seed !== undefined) requireNatural(owner, 'seed', seed);
  const indices = options.indices ?? Array.from({ length: count }, (_, index) => index);
  requireIndices(owner, indices, count);
  return draw({ ...options, indices, seed: seed ?? nextSeed(), epoch });
}

function* draw(
  options: OrderOptions & { indices: readonly number[]; seed: number; epoch: number },
): Generator<PlannedSample[], void, undefined> {
  const { batchSize, indices, shuffle = true, augment = false, seed, epoch } = options;
  const random = seededRandom(mixSeeds(seed, epoch));
  const visits = new Map<number, number>();
  const order = shuffle ? shuffled(indices.length, random).map((position) => indices[position]) : indices;
  for (let start = 0; start < order.length; start += batchSize) {
    yield order.slice(start, start + batchSize).map((index) => {
      const visit = visits.get(index) ?? 0;
      visits.set(index, visit + 1);
      return {
        index,
        number: { seed: visit === 0 ? seed : mixSeeds(seed, visit), epoch, index },
        ...(augment ? { placement: drawFlipRotate(random) } : {}),
      };
    });
  }
}

export function requireIndices(owner: string, indices: readonly number[], count: number): void {
  const wrong = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
  if (wrong !== undefined) {
    throw new RangeError(`${owner}: got index ${wrong}; expected integers from 0 to ${count - 1}`);
  }
}

export function requireNatural(owner: string, name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${owner}: got ${name} ${value}; expected a non-negative integer`);
  }
}
