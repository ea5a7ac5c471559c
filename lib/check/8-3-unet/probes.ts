import { tf, tidied } from '../../runtime';
import { make, UNetModel } from '../networks/answers';
import { filledMap, fillWeights } from '../networks/fill';
import { trainableParameters } from '../networks/model';
import { gradientSizes, initialStatistics, valuesOf, weightsOf } from '../networks/observe';
import type { Plain } from '../plain';

export type UNetInput = {
  options: {
    inputChannels?: number;
    numClasses?: number;
    baseChannels?: number;
    numBlocks?: number;
    numConvolutions?: number;
    normalization?: 'batch' | 'none';
    activation?: 'relu' | 'elu' | 'tanh' | 'linear';
  };
  /** Sizes of the images that it is applied to. */
  sizes: [height: number, width: number][];
  batch?: number;
  seed?: number;
  training?: boolean;
};

const imageShapes = ({ options: { inputChannels = 3 }, sizes, batch = 1 }: UNetInput): number[][] =>
  sizes.map((size) => [batch, ...size, inputChannels]);

function unet(answer: UNetModel, { options }: UNetInput): tf.LayersModel {
  const model = make(answer.BasicUNet, options);
  if (model instanceof tf.LayersModel) return model;
  throw new TypeError('BasicUNet: got something else; expected a tf.LayersModel');
}

const ofModel =
  (observe: (model: tf.LayersModel, input: UNetInput) => Plain) =>
  (answer: UNetModel, input: UNetInput): Plain =>
    observe(unet(answer, input), input);

const runOf = (input: UNetInput) => ({
  seed: input.seed ?? 0,
  shapes: imageShapes(input).slice(0, 1),
  training: input.training ?? false,
});

export const unetProbes = {
  /** Number of parameters that training changes. */
  parameters: ofModel(trainableParameters),

  /** Shapes of the logits of images of each size. */
  shapes: ofModel((model, input) =>
    imageShapes(input).map(
      (shape, index) => (model.predict(filledMap(`image ${index}`, shape)) as tf.Tensor).shape,
    ),
  ),

  /** Kind and shape of each weight. */
  weights: ofModel(weightsOf),

  /** What filled weights make of a filled image. */
  values: ofModel((model, input) => valuesOf(model, runOf(input))),

  /** How the weights start. */
  initialWeights: ofModel(initialStatistics),

  /** How far the loss follows each weight. */
  gradients: ofModel((model, input) => gradientSizes(model, runOf(input))),

  /** The largest change of the logits, in each row and each column, by a point in the image's middle. */
  reach: ofModel((model, input) => {
    fillWeights(model.weights, input.seed ?? 0);
    const [[, height, width, channels]] = imageShapes(input);
    return tidied(() => {
      const point = tf.buffer([1, height, width, channels]);
      for (let channel = 0; channel < channels; channel++) point.set(4, 0, height / 2, width / 2, channel);
      const image = filledMap(`${input.seed}/image`, [1, height, width, channels]);
      const change = tf
        .sub(model.predict(tf.add(image, point.toTensor())) as tf.Tensor, model.predict(image) as tf.Tensor)
        .abs();
      return {
        rows: Float32Array.from(change.max([0, 2, 3]).dataSync()),
        columns: Float32Array.from(change.max([0, 1, 3]).dataSync()),
      };
    });
  }),

  /** Tensors that a prediction leaves beside its result. */
  leaks: ofModel((model, input) => {
    const image = filledMap('image', imageShapes(input)[0]);
    tf.dispose(model.predict(image));
    const before = tf.memory().numTensors;
    tf.dispose(model.predict(image));
    return tf.memory().numTensors - before;
  }),
};
