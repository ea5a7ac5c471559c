import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../load';
import { hasOwnKernels } from '../native/kernels-addon';
import { Graph, makePlan, Plan } from './plan';
import { Keywords, runPlan } from './run';

interface Model extends Graph {
  call(inputs: Tensor | Tensor[], keywords: Keywords): Tensor | Tensor[];
  predictLoop(inputs: Tensor | Tensor[], batchSize?: number, verbose?: boolean): Tensor | Tensor[];
}

/**
 * Lets stock layers models compute convolution, batch normalisation and ReLU at once, where the kernels for it are
 * there: in inference as one operation whose weights are folded, in training normalisation and ReLU as one. Values go as
 * soon as nothing reads them, and `recomputed` finds its rows of layers. Layers, weights and saved models stay what they
 * are.
 */
export function installGraph(): void {
  const model = tf.LayersModel.prototype as unknown as Model;
  const container = Object.getPrototypeOf(model) as Model;
  const plans = new WeakMap<Model, { plan: Plan | undefined }>();
  const planOf = (owner: Model): Plan | undefined => {
    const known = plans.get(owner) ?? { plan: makePlan(owner, hasOwnKernels()) };
    plans.set(owner, known);
    return known.plan;
  };

  const { call } = container;
  container.call = function (inputs, keywords) {
    const plan = planOf(this);
    if (plan === undefined) return call.call(this, inputs, keywords);
    return tf.tidy(() => runPlan(plan, [inputs].flat(), keywords ?? {}));
  };

  const { predictLoop } = model;
  model.predictLoop = function (inputs, batchSize = 32, verbose) {
    const plan = planOf(this);
    if (plan === undefined) return predictLoop.call(this, inputs, batchSize, verbose);
    const images = [inputs].flat();
    const [count] = images[0].shape;
    return tf.tidy(() => {
      const parts: Tensor[][] = [];
      for (let start = 0; start < count; start += batchSize) {
        const size = Math.min(batchSize, count - start);
        parts.push(
          tf.tidy(() =>
            runPlan(
              plan,
              images.map((image) => tf.slice(image, start, size)),
              {},
            ),
          ),
        );
      }
      const outputs = plan.outputs.map((_, index) =>
        tf.concat(
          parts.map((part) => part[index]),
          0,
        ),
      );
      return outputs.length === 1 ? outputs[0] : outputs;
    });
  };
}
