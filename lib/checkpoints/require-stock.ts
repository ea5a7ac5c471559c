import { SavedLayer, savedLayers } from './saved-topology';
import { STOCK_CLASSES } from './stock-classes';

/**
 * Throws where stock TensorFlow.js could not load a model, for classes that it does not have (this library's group
 * normalisation, its 3-D up-sampling, …), by the names of the layers.
 *
 * @param topology what `model.toJSON` gives
 */
export function requireStock(name: string, topology: SavedLayer): void {
  const foreign = savedLayers(topology).flatMap(({ class_name, config }) => {
    const unknown = [...new Set(classNames({ class_name, config }))].filter(
      (name) => !STOCK_CLASSES.has(name),
    );
    return unknown.length ? [`'${config.name}' (${unknown.join(', ')})`] : [];
  });
  if (foreign.length === 0) return;
  const shown =
    foreign.slice(0, 8).join(', ') + (foreign.length > 8 ? ` and ${foreign.length - 8} more` : '');
  throw new Error(
    `saveModel: model '${name}' has layers that stock TensorFlow.js does not: ${shown}. Build the network of ` +
      'stock layers (such as normalization: batch and a fixed inputSize), or save it for this library alone: ' +
      'allowCustomLayers, or saveWeights',
  );
}

/** Names of classes and activations anywhere in a layer's configuration. */
function classNames(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return key === 'class_name' || key.endsWith('activation') ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, part]) => classNames(part, inner));
}
