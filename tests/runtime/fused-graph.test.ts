import assert from 'node:assert/strict';
import { setSeed, tf } from '../../lib/runtime';
import { makePlan } from '../../lib/runtime/graph/plan';
import { hasOwnKernels } from '../../lib/runtime/native/kernels-addon';
import { assertClose, assertNoLeak } from '../gradients';

type Symbolic = ReturnType<typeof tf.input>;
type Tensor = import('@tensorflow/tfjs-core').Tensor;
type Model = ReturnType<typeof tf.model>;

const at = (layer: { apply(x: unknown): unknown }, ...inputs: Symbolic[]) =>
  layer.apply(inputs.length === 1 ? inputs[0] : inputs) as Symbolic;
const conv = (options = {}) =>
  tf.layers.conv2d({
    filters: 12,
    kernelSize: 3,
    padding: 'same',
    biasInitializer: 'randomNormal',
    ...options,
  });
const normalization = () =>
  tf.layers.batchNormalization({
    gammaInitializer: 'randomNormal',
    betaInitializer: 'randomNormal',
    movingMeanInitializer: 'randomNormal',
    movingVarianceInitializer: tf.initializers.randomUniform({ minval: 0.5, maxval: 2 }),
  });
const relu = () => tf.layers.activation({ activation: 'relu' });

/** Models in which convolution, normalisation and ReLU meet in different ways. */
const MODELS: Record<string, (image: Symbolic) => Symbolic[]> = {
  'a block': (image) => [at(relu(), at(normalization(), at(conv(), image)))],
  'a ReLU layer': (image) => [at(tf.layers.reLU(), at(normalization(), at(conv({ useBias: false }), image)))],
  'a ReLU layer with a largest value': (image) => [
    at(tf.layers.reLU({ maxValue: 0.5 }), at(normalization(), at(conv(), image))),
  ],
  'no ReLU': (image) => [
    at(tf.layers.activation({ activation: 'tanh' }), at(normalization(), at(conv(), image))),
  ],
  'normalisation of the image': (image) => [at(conv(), at(relu(), at(normalization(), image)))],
  'an activation in the convolution': (image) => [
    at(relu(), at(normalization(), at(conv({ activation: 'elu' }), image))),
  ],
  'a transposed convolution': (image) => [
    at(
      relu(),
      at(normalization(), at(tf.layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2 }), image)),
    ),
  ],
  'a convolution with stride': (image) => [at(relu(), at(normalization(), at(conv({ strides: 2 }), image)))],
  'a convolution that two layers read': (image) => {
    const x = at(conv(), image);
    return [at(tf.layers.add(), x, at(relu(), at(normalization(), x)))];
  },
  'a normalisation that is a result': (image) => {
    const y = at(normalization(), at(conv(), image));
    return [y, at(relu(), y)];
  },
  'one block used twice': (image) => {
    const layers = [conv({ filters: 8 }), normalization(), relu()];
    const once = (x: Symbolic) => layers.reduce((value, layer) => at(layer, value), x);
    return [once(once(image))];
  },
  'a dropout, which hands its input on': (image) => [
    at(
      tf.layers.add(),
      at(tf.layers.dropout({ rate: 0 }), image),
      at(normalization(), at(conv({ filters: 8 }), image)),
    ),
  ],
};

function build(name: string): Model {
  setSeed(3);
  const image = tf.input({ shape: [null, null, 8] });
  return tf.model({ inputs: image, outputs: MODELS[name](image) });
}

/** What the layers give one by one, called as stock TensorFlow.js calls them. */
function layerByLayer(model: Model, x: Tensor, training: boolean): Tensor[] {
  const values = new Map<number, Tensor>([[model.inputs[0].id, x]]);
  const value = (tensor: Symbolic): Tensor => {
    const known = values.get(tensor.id);
    if (known) return known;
    const inputs = tensor.inputs.map(value);
    const result = tensor.sourceLayer.apply(inputs, { training }) as Tensor;
    values.set(tensor.id, result);
    return result;
  };
  return model.outputs.map(value);
}

const movingOf = (model: Model) =>
  model.weights
    .filter(({ originalName }) => originalName.includes('moving'))
    .map((weight) => weight.read().clone());

describe('convolution, normalisation and ReLU at once', () => {
  before(function () {
    if (!hasOwnKernels()) this.skip();
  });

  for (const name of Object.keys(MODELS)) {
    it(`${name}: predictions are those of the layers one by one`, () => {
      const model = build(name);
      tf.tidy(() => {
        const x = tf.randomNormal([3, 32, 32, 8], 0, 1, 'float32', 1);
        const expected = layerByLayer(model, x, false);
        for (const actual of [model.predict(x), model.predict(x, { batchSize: 2 }), model.apply(x)]) {
          [actual as Tensor | Tensor[]].flat().forEach((y, index) => assertClose(y, expected[index], 1e-4));
        }
      });
      model.dispose();
    });

    it(`${name}: training gives their outputs, running statistics and gradients`, () => {
      const [model, twin] = [build(name), build(name)];
      tf.tidy(() => {
        const x = tf.randomNormal([2, 32, 32, 8], 0, 1, 'float32', 1);
        const weigh = (outputs: Tensor | Tensor[]) =>
          tf.addN(
            [outputs].flat().map((y) => tf.mean(tf.mul(y, tf.randomNormal(y.shape, 0, 1, 'float32', 2)))),
          ) as import('@tensorflow/tfjs-core').Scalar;
        const variables = (of: Model) => of.trainableWeights.map((weight) => weight.read() as never);
        const actual = tf.variableGrads(
          () => weigh(model.apply(x, { training: true }) as Tensor),
          variables(model),
        );
        const expected = tf.variableGrads(() => weigh(layerByLayer(twin, x, true)), variables(twin));
        assertClose(actual.value, expected.value, 1e-5);
        const gradients = [actual, expected].map(({ grads }) => Object.values(grads));
        assert.equal(gradients[0].length, model.trainableWeights.length);
        gradients[0].forEach((gradient, index) => assertClose(gradient, gradients[1][index], 1e-5));
        const moving = movingOf(twin);
        movingOf(model).forEach((value, index) => assertClose(value, moving[index], 1e-5));
      });
      [model, twin].forEach((each) => each.dispose());
    });
  }

  it('hands NaN on, in training and in inference', () => {
    const model = build('a block');
    tf.tidy(() => {
      const x = tf.fill([1, 32, 32, 8], NaN);
      for (const y of [model.predict(x), model.apply(x, { training: true })]) {
        assert.ok((y as Tensor).dataSync().every(Number.isNaN));
      }
    });
    model.dispose();
  });

  it('takes another way where a gradient is recorded in inference', () => {
    const model = build('a block');
    tf.tidy(() => {
      const x = tf.randomNormal([1, 32, 32, 8], 0, 1, 'float32', 1);
      const gradient = tf.grad((image) => model.apply(image) as Tensor)(x);
      assertClose(gradient, tf.grad((image) => layerByLayer(model, image, false)[0])(x), 1e-4);
    });
    model.dispose();
  });

  it('puts a block together where the kernels for it are there', () => {
    const image = tf.input({ shape: [8, 8, 8] });
    const block = at(relu(), at(normalization(), at(conv(), image)));
    const graph = tf.model({ inputs: image, outputs: at(conv(), block) });
    const kinds = (together: boolean) =>
      makePlan(graph, together)?.rows.map((row) => row.map(({ kind }) => kind));
    assert.deepEqual(kinds(true), [['normalization', 'layer']]);
    assert.deepEqual(kinds(false), [['layer', 'layer', 'layer', 'layer']]);
  });

  it('leaves masks to stock execution', () => {
    const steps = tf.input({ shape: [4, 2] });
    const masked = at(normalization(), at(tf.layers.masking({ maskValue: 0 }), steps));
    assert.equal(makePlan(tf.model({ inputs: steps, outputs: masked }), true), undefined);
  });

  it('leaves no tensor behind, and the image alone', () => {
    const model = build('a dropout, which hands its input on');
    const x = tf.randomNormal([1, 8, 8, 8]);
    tf.dispose(model.predict(x));
    assertNoLeak(() => tf.dispose(model.predict(x)));
    assertNoLeak(() => tf.dispose(model.apply(x, { training: true }) as Tensor));
    assert.equal(x.isDisposed, false);
    x.dispose();
    model.dispose();
  });

  it('throws what the layers throw', () => {
    const model = build('a block');
    tf.tidy(() => assert.throws(() => model.apply(tf.zeros([1, 4, 4, 3])), /shape|channels|axis/));
    model.dispose();
  });
});
