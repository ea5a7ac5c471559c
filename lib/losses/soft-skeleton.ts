import { tf } from '../runtime';

/**
 * Soft skeleton of probabilities (Shit et al. 2021, algorithm 1): what each of `iterations` + 1 ever thinner erosions
 * of the image has that its opening has not. Equal to MONAI's `soft_skel`.
 *
 * Erosion is the minimum over a cross of 3 pixels an axis, dilation the maximum over a cube of 3. Inside, the image is
 * negative, so that both are maxima, and the batch comes after the spatial axes, which pools up to ten times as fast.
 *
 * Shape: x [B, H, W, C] or [B, D, H, W, C] in [0, 1] → the same
 */
export function softSkeleton(x: tf.Tensor, iterations: number): tf.Tensor {
  const spatial = spatialAxes(x);
  const batchLast = [...spatial.map((axis) => axis + 1), 0, x.rank - 1];
  const batchFirst = [spatial.length, ...spatial, x.rank - 1];
  let negative = x.transpose(batchLast).neg(); // [H, W, B, C]
  let skeleton: tf.Tensor | undefined;
  for (let pass = 0; pass <= iterations; pass++) {
    const eroded = erode(negative);
    const rest = tf.relu(negative.neg().sub(dilate(eroded.neg())));
    // the union of soft sets: s + r − s·r
    skeleton = skeleton === undefined ? rest : skeleton.add(tf.relu(rest.sub(skeleton.mul(rest))));
    negative = eroded;
  }
  return skeleton!.transpose(batchFirst); // [B, H, W, C]
}

function erode(negative: tf.Tensor): tf.Tensor {
  return spatialAxes(negative)
    .map((axis) => maximumAlong(negative, axis))
    .reduce((left, right) => left.maximum(right));
}

function dilate(x: tf.Tensor): tf.Tensor {
  return spatialAxes(x).reduce((result, axis) => maximumAlong(result, axis), x);
}

/** The axes before batch and channels. */
function spatialAxes({ rank }: tf.Tensor): number[] {
  return Array.from({ length: rank - 2 }, (_, axis) => axis);
}

/**
 * Maximum of each pixel and its two neighbours along one axis. All later axes are one for the pooling, which so runs
 * along memory, and is one in 2-D also where the image is 3-D.
 */
function maximumAlong(x: tf.Tensor, axis: number): tf.Tensor {
  const product = (sizes: number[]): number => sizes.reduce((left, right) => left * right, 1);
  const { shape } = x;
  const lines: [number, number, number, number] = [
    product(shape.slice(0, axis)),
    shape[axis],
    1,
    product(shape.slice(axis + 1)),
  ];
  return tf.maxPool(x.reshape(lines) as tf.Tensor4D, [3, 1], 1, 'same').reshape(shape);
}
