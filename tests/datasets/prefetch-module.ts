/** What the threads of prefetch.test.ts load and run. */
import { threadId } from 'node:worker_threads';
import type { Image } from '../../lib/io/image';
import type { Sample, SampleNumber } from '../../lib/transforms/pipeline';

interface Counting {
  counter: Int32Array;
}

const square = <T extends Float32Array | Uint8Array>(data: T, side: number): Image<T> => ({
  data,
  shape: [side, side],
  channels: 1,
});

export function load(index: number, { side }: { side: number }): Sample {
  return {
    image: square(new Float32Array(side * side).fill(index + 0.5), side),
    mask: square(new Uint8Array(side * side).fill(index % 2), side),
  };
}

export async function loadLater(index: number, options: { side: number }): Promise<Sample> {
  await new Promise(setImmediate);
  return load(index, options);
}

/** Adds a number that tells seed, epoch and index; leaves the sample as it was. */
export function addNumber(
  { image, mask }: Sample,
  { seed, epoch, index }: SampleNumber,
  { scale = 1 } = {},
): Sample {
  const added = scale * ((seed % 1024) + 10_000 * epoch + 100_000 * index);
  return { image: { ...image, data: image.data.map((value) => value + added) }, mask };
}

export function tellThread({ image, mask }: Sample): Sample {
  return { image: { ...image, data: image.data.map(() => threadId) }, mask };
}

/** Counts the samples that were asked for, in shared memory. */
export function count(sample: Sample, _number: SampleNumber, { counter }: Counting): Sample {
  Atomics.add(counter, 0, 1);
  return sample;
}

export function failAt(sample: Sample, _number: SampleNumber, { value }: { value: number }): Sample {
  if (sample.image.data[0] === value) throw new RangeError(`no good: ${value}`);
  return sample;
}

export function crop(sample: Sample): Sample {
  return sample.image.data[0] === 3.5 ? { ...sample, image: square(new Float32Array(4), 2) } : sample;
}

export function nothing(): void {}

export function hang(_sample: Sample, _number: SampleNumber, { counter }: Counting): never {
  Atomics.add(counter, 0, 1);
  for (;;);
}

export function exit(): never {
  process.exit(3);
}
