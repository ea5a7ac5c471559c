import { tf } from '../../lib/runtime';
import { hashed } from './hashed';

/** What may stand behind a convolution, in PyTorch's order. */
const SUFFIXES = ['', '_bn', '_in', '_gn', '_prelu'];
/** What the goldens add to the hash of a weight of this kind. */
const OFFSETS: Record<string, number> = { gamma: 1, moving_variance: 1, alpha: 0.25 };

/** A PyTorch tensor [N, C, ...] of hashes as [N, ..., C]. */
export function hashedMap(number: number, shape: readonly number[]): tf.Tensor {
  const [batch, channels, ...sides] = [shape[0], shape.at(-1)!, ...shape.slice(1, -1)];
  const tensor = tf.tensor(hashed(number, tf.util.sizeFromShape([...shape])), [batch, channels, ...sides]);
  return tf.transpose(tensor, [0, ...sides.map((_, axis) => axis + 2), 1]);
}

/**
 * Gives a model the weights that tests/goldens/monai-unets.py gives its twin.
 *
 * @param convolutions names in the order in which PyTorch lists them; normalisation and PReLU follow each
 */
export function fillUNet(model: tf.LayersModel, convolutions: readonly string[]): void {
  const layers = new Map(model.layers.map((layer) => [layer.name, layer]));
  let number = 0;
  tf.tidy(() => {
    for (const name of convolutions.flatMap((convolution) =>
      SUFFIXES.map((suffix) => convolution + suffix),
    )) {
      const layer = layers.get(name);
      layer?.setWeights(
        layer.weights.map(({ originalName, shape }) => {
          const kind = originalName.replace(/^.*\//, '').replace(/_\d+$/, '');
          return weight(number++, kind, shape as number[]);
        }),
      );
    }
  });
  if (number !== model.weights.length) throw new Error(`filled ${number} of ${model.weights.length} weights`);
}

function weight(number: number, kind: string, shape: number[]): tf.Tensor {
  const count = tf.util.sizeFromShape(shape);
  if (kind !== 'kernel') return tf.tensor(hashed(number, count, 0.1), shape).add(OFFSETS[kind] ?? 0);
  // [out, in, ...sides] → [...sides, in, out]; transposed convolutions have in and out the other way round in both.
  const [first, second] = [shape.at(-1)!, shape.at(-2)!];
  const sides = shape.slice(0, -2);
  const kernel = tf.tensor(hashed(number, count, Math.sqrt((6 * first) / count)), [first, second, ...sides]);
  return tf.transpose(kernel, [...sides.map((_, axis) => axis + 2), 1, 0]);
}
