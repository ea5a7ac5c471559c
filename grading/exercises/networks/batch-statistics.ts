import { tf } from '../../../lib/runtime';

/** Batch normalisation as it is written without running statistics: by the batch, in inference too. */
export class BatchStatistics extends tf.layers.Layer {
  static className = 'BatchStatistics';
  private gamma!: tf.LayerVariable;
  private beta!: tf.LayerVariable;

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape).at(-1) as number;
    this.gamma = this.addWeight('gamma', [channels], 'float32', tf.initializers.ones());
    this.beta = this.addWeight('beta', [channels], 'float32', tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x] = [inputs].flat();
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        this.beta.read() as tf.Tensor1D,
        this.gamma.read() as tf.Tensor1D,
        1e-5,
      );
    });
  }
}
