import { tf } from '../../runtime';
import { normalizeGroups } from './normalize-groups';
import { canNormalizeInstances, normalizeInstances } from './normalize-instances';

export type GroupNormalizationConfiguration = ConstructorParameters<typeof tf.layers.Layer>[0] & {
  /** Groups of neighbouring channels; −1 for as many as channels (instance normalisation). */
  groups: number;
  /** Added to the variance. Default 1e-5. */
  epsilon?: number;
  /** Whether there is a γ for each channel. Default true. */
  scale?: boolean;
  /** Whether there is a β for each channel. Default true. */
  center?: boolean;
};

/**
 * Group normalisation (Wu and He 2018): for each image and each group of channels,
 * y = γ · (x − mean) / √(variance + ε) + β with mean and biased variance over the group's channels and all pixels.
 * Equal to PyTorch's `GroupNorm`; with groups = −1 to `InstanceNorm2d` and `InstanceNorm3d` (Ulyanov et al. 2016). The
 * same in training and inference.
 *
 * Shape: [B, ..., C] → the same. Weights γ 1, β 0, as many as channels.
 *
 * @throws RangeError when it is built, for channels that the groups do not divide
 */
export class GroupNormalization extends tf.layers.Layer {
  static className = 'GroupNormalization';
  readonly groups: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly center: boolean;
  private gamma?: tf.LayerVariable;
  private beta?: tf.LayerVariable;

  constructor(config: GroupNormalizationConfiguration) {
    super(config);
    this.groups = config.groups;
    this.epsilon = config.epsilon ?? 1e-5;
    this.scale = config.scale ?? true;
    this.center = config.center ?? true;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape).at(-1) as number;
    if (this.groups !== -1 && (this.groups < 1 || channels % this.groups !== 0)) {
      throw new RangeError(
        `GroupNormalization: got ${this.groups} groups for ${channels} channels; expected a divisor of ${channels}`,
      );
    }
    if (this.scale) {
      this.gamma = this.addWeight('gamma', [channels], 'float32', tf.initializers.ones());
    }
    if (this.center) {
      this.beta = this.addWeight('beta', [channels], 'float32', tf.initializers.zeros());
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x] = Array.isArray(inputs) ? inputs : [inputs];
      const channels = x.shape[x.rank - 1];
      const parameters = {
        gamma: (this.gamma?.read() ?? tf.ones([channels])) as tf.Tensor1D,
        beta: (this.beta?.read() ?? tf.zeros([channels])) as tf.Tensor1D,
        groups: this.groups === -1 ? channels : this.groups,
        epsilon: this.epsilon,
      };
      return parameters.groups === channels && canNormalizeInstances()
        ? normalizeInstances(x, parameters)
        : normalizeGroups(x, parameters);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { groups, epsilon, scale, center } = this;
    return { ...super.getConfig(), groups, epsilon, scale, center };
  }
}

tf.serialization.registerClass(GroupNormalization);
