import seedrandom from 'seedrandom';
import { tf } from '../../runtime';

/** What a weight is for, by its name and its rank. */
export type WeightKind = 'kernel' | 'bias' | 'gamma' | 'beta' | 'mean' | 'variance';

/** A weight of a layers model. */
export type Weight = tf.LayersModel['weights'][number];

export function kindOf({ originalName, shape }: Weight): WeightKind {
  if (shape.length > 1) return 'kernel';
  const name = originalName.slice(originalName.lastIndexOf('/') + 1);
  if (/gamma|scale/i.test(name)) return 'gamma';
  if (/beta|offset|shift/i.test(name)) return 'beta';
  if (/mean/i.test(name)) return 'mean';
  if (/var/i.test(name)) return 'variance';
  return 'bias';
}

/** Uniform numbers in [least, most), the same at every call with the same key. */
export function uniform(key: string, length: number, least: number, most: number): Float32Array {
  const random = seedrandom.alea(key);
  return Float32Array.from({ length }, () => least + (most - least) * random());
}

/** A feature map of uniform numbers in [−1, 1), the same at every call with the same key and shape. */
export function filledMap(key: string, shape: number[]): tf.Tensor {
  return tf.tensor(uniform(`${key}/${shape}`, tf.util.sizeFromShape(shape), -1, 1), shape);
}

/**
 * Fills weights by nothing but seed, kind and shape: equal-shaped weights of a kind get equal values. So every right
 * network is the same function, in whatever order and style it was built.
 */
export function fillWeights(weights: readonly Weight[], seed: number): void {
  for (const weight of weights) {
    const shape = weight.shape as number[];
    const kind = kindOf(weight);
    const [least, most] = rangeOf(kind, shape);
    const values = uniform(`${seed}/${kind}/${shape}`, tf.util.sizeFromShape(shape), least, most);
    tf.tidy(() => {
      weight.write(tf.tensor(values, shape));
    });
  }
}

/** Ranges in which signals neither die nor explode, and no weight is without effect. */
function rangeOf(kind: WeightKind, shape: number[]): [least: number, most: number] {
  switch (kind) {
    case 'kernel': {
      const bound = Math.sqrt((6 * shape[shape.length - 1]) / tf.util.sizeFromShape(shape));
      return [-bound, bound];
    }
    case 'gamma':
    case 'variance':
      return [0.6, 1.4];
    default:
      return [-0.4, 0.4];
  }
}
