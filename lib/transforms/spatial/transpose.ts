import type { Image, Samples } from '../../io/image';
import { elementsOf, stridesOf } from '../../metrics/grid';
import { requireImage, samplesLike } from './samples';

/**
 * An image whose axis a is axis order[a] of the one given, as `numpy.transpose` over the spatial axes. A volume's affine
 * does not follow: what comes back is an image. Shares the samples where the order is as it was.
 *
 * @throws RangeError for an order that does not name each axis once
 */
export function transposeAxes<T extends Samples>(image: Image<T>, order: readonly number[]): Image<T> {
  requireImage('transposeAxes', image);
  const { data, shape, channels } = image;
  const axes = shape.map((_, axis) => axis);
  if (order.length !== axes.length || axes.some((axis) => !order.includes(axis))) {
    throw new RangeError(
      `transposeAxes: got order [${order.join(', ')}]; expected each of ${axes.join(', ')} once`,
    );
  }
  if (order.every((from, axis) => from === axis)) return { data, shape, channels };
  const strides = stridesOf(shape).map((stride) => stride * channels);
  const to = order.map((axis) => shape[axis]);
  // A picture is a volume of one slice.
  const [slices, rows, columns] = [1, 1, 1, ...to].slice(-3);
  const [slice, row, column] = [0, 0, 0, ...order.map((axis) => strides[axis])].slice(-3);
  const target = samplesLike(data, elementsOf(to) * channels);
  let at = 0;
  for (let s = 0; s < slices; s++) {
    for (let r = 0; r < rows; r++) {
      let from = s * slice + r * row;
      for (let c = 0; c < columns; c++, from += column) {
        for (let channel = 0; channel < channels; channel++) target[at++] = data[from + channel];
      }
    }
  }
  return { data: target, shape: to, channels };
}
