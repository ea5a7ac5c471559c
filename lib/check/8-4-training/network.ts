import { tf, tidied } from '../../runtime';
import { uniform } from '../networks/fill';

/** A pass of images through the network. */
export type Pass = {
  /** Whether batch normalisation used the batch. */
  training: boolean;
  /** Number of images. */
  count: number;
  /** Their pixels, one image after the other. */
  images: Float32Array;
  /** All weights of the network before it, in its order. */
  weights: Float32Array;
};

/** Hands its input on, and tells what passes. */
class Recorder extends tf.layers.Layer {
  static className = 'Recorder';
  record?: (images: tf.Tensor, training: boolean) => void;

  override computeOutputShape(shape: tf.Shape | tf.Shape[]) {
    return shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean }): tf.Tensor {
    const [images] = [inputs].flat();
    this.record?.(images, training === true);
    return images.clone();
  }
}

/**
 * The least that trains like a U-Net: convolution, batch normalisation, activation, logits. Kernels of 1 × 1, to which
 * flips and turns of an image make no difference.
 */
export function makeNetwork(seed: number): tf.LayersModel {
  const image = tf.input({ shape: [null, null, 1] });
  const layers = [
    new Recorder({ name: 'images' }),
    // Without a bias: batch normalisation takes it away again, and its gradient would be nothing but rounding.
    tf.layers.conv2d({ filters: 4, kernelSize: 1, useBias: false }),
    tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-3 }),
    tf.layers.activation({ activation: 'elu' }),
    tf.layers.conv2d({ filters: 1, kernelSize: 1 }),
  ];
  const logits = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, image);
  const model = tf.model({ inputs: image, outputs: logits });
  tf.tidy(() =>
    model.setWeights(model.weights.map((weight, index) => initialWeight(weight, `${seed}/${index}`))),
  );
  return model;
}

function initialWeight({ originalName, shape }: tf.LayersModel['weights'][number], key: string): tf.Tensor {
  const sizes = shape as number[];
  if (/variance|gamma/.test(originalName)) return tf.ones(sizes);
  if (/mean|beta|bias/.test(originalName)) return tf.zeros(sizes);
  return tf.tensor(uniform(key, tf.util.sizeFromShape(sizes), -1, 1), sizes);
}

/** All weights one after the other, in the network's order. */
export function flatWeights(model: tf.LayersModel): Float32Array {
  const parts = model.weights.map((weight) => tidied(() => weight.read().dataSync()));
  const flat = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    flat.set(part, at);
    at += part.length;
  }
  return flat;
}

/** A list that grows by each pass of images through the network. */
export function recordPasses(model: tf.LayersModel): Pass[] {
  const passes: Pass[] = [];
  (model.getLayer('images') as Recorder).record = (images, training) => {
    passes.push({
      training,
      count: images.shape[0],
      images: Float32Array.from(images.dataSync()),
      weights: flatWeights(model),
    });
  };
  return passes;
}
