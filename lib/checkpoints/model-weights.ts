import { tf } from '../runtime';

/** A weight of a model, found by its own name. */
export interface ModelWeight {
  /** Layer and weight: `conv1_1/kernel`. */
  name: string;
  layer: tf.layers.Layer;
  /** `kernel`, `bias`, `gamma`, `beta`, `moving_mean`, `moving_variance`, … */
  kind: string;
  variable: tf.LayerVariable;
  shape: number[];
}

/**
 * All weights of a model in its order, by layer and weight; those of models within it too.
 *
 * @throws Error where two have one name, or the model has not been built
 */
export function modelWeights(owner: string, model: tf.LayersModel): Map<string, ModelWeight> {
  const weights = new Map<string, ModelWeight>();
  for (const layer of leaves(model.layers)) {
    for (const variable of layer.weights) {
      const { originalName } = variable;
      const kind = originalName.split('/').at(-1)!;
      // A layer that was built before it was applied does not name its weights by itself.
      const name = originalName.startsWith(`${layer.name}/`) ? originalName : `${layer.name}/${originalName}`;
      if (weights.has(name)) {
        throw new Error(
          `${owner}: got two weights '${name}' in model '${model.name}'; expected layers of different names`,
        );
      }
      weights.set(name, { name, layer, kind, variable, shape: variable.shape as number[] });
    }
  }
  if (weights.size === 0)
    throw new Error(`${owner}: got model '${model.name}' without weights; build it first`);
  return weights;
}

function leaves(layers: readonly tf.layers.Layer[]): tf.layers.Layer[] {
  return layers.flatMap((layer) => (layer instanceof tf.LayersModel ? leaves(layer.layers) : [layer]));
}
