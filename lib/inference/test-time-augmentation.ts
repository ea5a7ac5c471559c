import { tf } from '../runtime';
import { ensemble } from './ensemble';
import { firstOutput, type Predict } from './predict';

/**
 * Predicts an image and each of its mirror images, turned back, and takes the mean, as nnU-Net does.
 *
 * ```ts
 * const logits = await slidingWindow(image, mirrored((batch) => model.predict(batch), [0, 1]), { window });
 * ```
 *
 * @param axes spatial axes of the images, 0 the slowest: n axes make 2ⁿ predictions
 * @throws RangeError for no axis, one named twice and one that no image has
 */
export function mirrored(predict: Predict, axes: readonly number[]): Predict {
  return ensemble(mirrorMembers(predict, axes));
}

/** The predictions that `mirrored` takes the mean of, for a map of their uncertainty. */
export function mirrorMembers(predict: Predict, axes: readonly number[]): Predict[] {
  requireAxes('mirrored', axes);
  return subsets(axes).map((subset) =>
    changed('mirrored', axes, predict, (images) => {
      const reversed = subset.map((axis) => axis + 1);
      return reversed.length === 0 ? images : tf.reverse(images, reversed);
    }),
  );
}

/**
 * Predicts an image and its quarter turns in a plane, turned back, and takes the mean. The network must bear images that
 * lie on their side. `rotated(mirrored(predict, [0]))` takes the mean over all eight symmetries of a square.
 *
 * @param plane two spatial axes of the images; default [0, 1], rows and columns of pictures: for slices of volumes [1, 2]
 * @throws RangeError for a plane that is not two axes
 */
export function rotated(predict: Predict, plane: readonly [number, number] = [0, 1]): Predict {
  return ensemble(rotationMembers(predict, plane));
}

/** The predictions that `rotated` takes the mean of. */
export function rotationMembers(predict: Predict, plane: readonly [number, number] = [0, 1]): Predict[] {
  requireAxes('rotated', plane, 2);
  return [0, 1, 2, 3].map((turns) =>
    changed(
      'rotated',
      plane,
      predict,
      (images) => turned(images, turns, plane),
      (output) => turned(output, (4 - turns) % 4, plane),
    ),
  );
}

type Change = (images: tf.Tensor) => tf.Tensor;

/** Predicts what `change` makes of the images, and takes the change back. */
function changed(
  owner: string,
  axes: readonly number[],
  predict: Predict,
  change: Change,
  back = change,
): Predict {
  return (batch) =>
    tf.tidy(() => {
      if (axes.some((axis) => axis > batch.rank - 3)) {
        throw new RangeError(
          `${owner}: got axes [${axes.join(', ')}] for images of shape [${batch.shape.join(', ')}]; expected spatial ` +
            `axes from 0 to ${batch.rank - 3}`,
        );
      }
      return back(firstOutput(predict, change(batch)));
    });
}

/** Quarter turns from the plane's first axis towards its second, as `numpy.rot90`. */
function turned(images: tf.Tensor, turns: number, plane: readonly [number, number]): tf.Tensor {
  const [first, second] = plane.map((axis) => axis + 1);
  const swapped = images.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
  if (turns === 1) return tf.transpose(tf.reverse(images, second), swapped);
  if (turns === 2) return tf.reverse(images, [first, second]);
  if (turns === 3) return tf.reverse(tf.transpose(images, swapped), second);
  return images;
}

/** All choices of some of the axes, none and all among them; fewer axes first. */
function subsets(axes: readonly number[]): number[][] {
  const all = axes.reduce<number[][]>(
    (some, axis) => [...some, ...some.map((subset) => [...subset, axis])],
    [[]],
  );
  return all.sort((a, b) => a.length - b.length);
}

function requireAxes(owner: string, axes: readonly number[], count?: number): void {
  const known = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis <= 2);
  const fits = count === undefined ? axes.length > 0 : axes.length === count;
  if (known && fits && new Set(axes).size === axes.length) return;
  throw new RangeError(
    `${owner}: got axes [${axes.join(', ')}]; expected ${count ?? 'at least one'}, each once, of the spatial axes 0, 1 ` +
      'and, in volumes, 2',
  );
}
