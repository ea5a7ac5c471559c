import type { Image } from '../../io/image';
import { identityMap, moveAffine } from './affine';
import { samplesLike, requireImage } from './samples';
import { pickSamples } from './separable';

/**
 * Reverses the order of samples along axes; equal to `numpy.flip`. A volume's affine follows, so that its voxels stay
 * where they are in the patient.
 *
 * @param axes 0 the slowest
 * @throws RangeError for an axis that the image does not have, and one named twice
 */
export function flip<I extends Image>(image: I, axes: readonly number[]): I {
  requireImage('flip', image);
  requireAxes('flip', axes, image.shape.length);
  const { data, shape, channels } = image;
  const indices = shape.map((size, axis) =>
    Int32Array.from({ length: size }, (_, index) => (axes.includes(axis) ? size - 1 - index : index)),
  );
  const map = identityMap(shape.length).map((row) => [...row]);
  for (const axis of axes) {
    map[axis][axis] = -1;
    map[axis][shape.length] = shape[axis] - 1;
  }
  return moveAffine({ ...image, data: pickSamples(data, shape, channels, indices, 0) }, map);
}

/**
 * Quarter turns from the first axis of a plane towards the second; equal to `numpy.rot90(image, turns, plane)`. Counter-
 * clockwise for the default, the rows and columns of a picture or of each slice. A volume's affine follows.
 *
 * @param turns any integer; negative turns the other way
 * @param plane default the last two axes
 * @throws RangeError for turns that are no integer, and a plane that is not two axes of the image
 */
export function quarterTurn<I extends Image>(image: I, turns = 1, plane?: readonly [number, number]): I {
  requireImage('quarterTurn', image);
  const dimensions = image.shape.length;
  const [first, second] = plane ?? [dimensions - 2, dimensions - 1];
  requireAxes('quarterTurn', [first, second], dimensions);
  if (!Number.isInteger(turns)) {
    throw new RangeError(`quarterTurn: got ${turns} turns; expected an integer number of quarter turns`);
  }
  const rest = ((turns % 4) + 4) % 4;
  if (rest === 0) return flip(image, []);
  if (rest === 2) return flip(image, [first, second]);
  if (rest === 1) return swapAxes(flip(image, [second]), first, second);
  return flip(swapAxes(image, first, second), [second]);
}

function swapAxes<I extends Image>(image: I, first: number, second: number): I {
  const { data, channels } = image;
  const order = image.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  const shape = order.map((axis) => image.shape[axis]);
  const strides = image.shape.map((_, axis) => image.shape.slice(axis + 1).reduce((a, b) => a * b, channels));
  const [rows, columns] = shape.slice(-2);
  const [rowStride, columnStride] = order.slice(-2).map((axis) => strides[axis]);
  const sliceStride = shape.length === 3 ? strides[order[0]] : 0;
  const target = samplesLike(data, data.length);
  for (let line = 0, to = 0; to < target.length; line++) {
    let from = Math.floor(line / rows) * sliceStride + (line % rows) * rowStride;
    for (let column = 0; column < columns; column++, from += columnStride) {
      for (let channel = 0; channel < channels; channel++) target[to++] = data[from + channel];
    }
  }
  // Old axis order[k] is new axis k.
  const map = image.shape.map((_, axis) => [...order.map((old) => (old === axis ? 1 : 0)), 0]);
  return moveAffine({ ...image, data: target, shape }, map);
}

function requireAxes(owner: string, axes: readonly number[], dimensions: number): void {
  const known = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < dimensions);
  if (!known || new Set(axes).size !== axes.length) {
    throw new RangeError(
      `${owner}: got axes [${axes.join(', ')}]; expected different ones from 0 to ${dimensions - 1}`,
    );
  }
}
