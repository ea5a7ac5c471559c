import type { Image } from '../io/image';

/**
 * A mask for each object of a label map, in ascending order of the labels.
 *
 * Shape: [height, width] each; 1 inside, 0 outside
 *
 * @param labels any shape, 1 channel; 0 is background
 * @param minimumSize objects with fewer elements are left out; default 1
 * @throws RangeError for several channels
 */
export function objectMasks(labels: Image, minimumSize = 1): Image<Uint8Array>[] {
  const { data, shape, channels } = labels;
  if (channels !== 1) throw new RangeError(`objectMasks: got ${channels} channels; expected 1: a label map`);
  const areas = new Map<number, number>();
  for (const label of data) if (label !== 0) areas.set(label, (areas.get(label) ?? 0) + 1);
  return [...areas]
    .filter(([, area]) => area >= minimumSize)
    .sort(([a], [b]) => a - b)
    .map(([label]) => ({
      data: Uint8Array.from(data, (value) => Number(value === label)),
      shape,
      channels: 1,
    }));
}
