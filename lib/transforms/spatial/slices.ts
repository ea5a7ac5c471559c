import type { Image, Samples } from '../../io/image';
import { elementsOf } from '../../metrics/grid';
import { samplesLike } from './samples';

/**
 * Changes every slice across an axis of a volume on its own.
 *
 * @param change of one picture into another of the sizes `plane`
 */
export function changeSlices<T extends Samples>(
  { data, shape, channels }: Image<T>,
  axis: number,
  plane: readonly number[],
  change: (slice: Image<T>) => Image<T>,
): T {
  const planeIn = shape.filter((_, index) => index !== axis);
  const slice = { data: samplesLike(data, elementsOf(planeIn) * channels), shape: planeIn, channels };
  const changed = [...plane];
  changed.splice(axis, 0, shape[axis]);
  const target = samplesLike(data, elementsOf(changed) * channels);
  for (let number = 0; number < shape[axis]; number++) {
    forRuns(shape, channels, axis, number, (start, end, at) => slice.data.set(data.subarray(start, end), at));
    const { data: values } = change(slice);
    forRuns(changed, channels, axis, number, (start, end, at) =>
      target.set(values.subarray(at, at + end - start), start),
    );
  }
  return target;
}

/** The runs of neighbouring samples of which a slice is made: where they lie in the volume, and in the slice. */
function forRuns(
  shape: readonly number[],
  channels: number,
  axis: number,
  number: number,
  visit: (start: number, end: number, at: number) => void,
): void {
  const stride = elementsOf(shape.slice(axis + 1)) * channels;
  const outer = elementsOf(shape.slice(0, axis));
  for (let o = 0; o < outer; o++) {
    const start = (o * shape[axis] + number) * stride;
    visit(start, start + stride, o * stride);
  }
}
