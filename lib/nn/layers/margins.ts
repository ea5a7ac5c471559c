import { tf } from '../../runtime';

/** Pixels before and after a feature map along one spatial axis. */
export type Margin = readonly [before: number, after: number];

type Configuration = ConstructorParameters<typeof tf.layers.Layer>[0] & { margins: readonly Margin[] };

/** A layer that changes the spatial sizes by fixed margins; open sizes stay open. */
abstract class Margins extends tf.layers.Layer {
  protected readonly margins: readonly Margin[];

  constructor(config: Configuration) {
    super(config);
    this.margins = config.margins;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), margins: this.margins.map((margin) => [...margin]) };
  }

  protected resized(inputShape: tf.Shape | tf.Shape[], sign: 1 | -1): tf.Shape {
    const shape = inputShape as tf.Shape;
    return shape.map((length, axis) => {
      const [before, after] = this.margins[axis - 1] ?? [0, 0];
      return length === null ? null : length + sign * (before + after);
    });
  }
}

/** Zeros around a feature map: [B, ..., C] → [B, ... + before + after, C]. Stock TensorFlow.js has it for 2-D only. */
export class ZeroPadding extends Margins {
  static className = 'ZeroPadding';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return this.resized(inputShape, 1);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.pad(x, [
      [0, 0],
      ...this.margins.map(([before, after]): [number, number] => [before, after]),
      [0, 0],
    ]);
  }
}

/**
 * Cuts a feature map: [B, ..., C] → [B, ... − before − after, C]. Stock TensorFlow.js has it for 2-D and fixed sizes
 * only.
 */
export class Cropping extends Margins {
  static className = 'Cropping';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return this.resized(inputShape, -1);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.slice(
      x,
      [0, ...this.margins.map(([before]) => before), 0],
      this.resized(x.shape, -1) as number[],
    );
  }
}

tf.serialization.registerClass(ZeroPadding);
tf.serialization.registerClass(Cropping);

/** Zero padding as a layer: the stock one where there is one. */
export function zeroPadding(name: string, margins: readonly Margin[]): tf.layers.Layer {
  if (margins.length === 2) {
    const [[top, bottom], [left, right]] = margins;
    const padding: [[number, number], [number, number]] = [
      [top, bottom],
      [left, right],
    ];
    return tf.layers.zeroPadding2d({ name, padding });
  }
  return new ZeroPadding({ name, margins });
}

/** Cropping as a layer. */
export function cropping(name: string, margins: readonly Margin[]): tf.layers.Layer {
  return new Cropping({ name, margins });
}
