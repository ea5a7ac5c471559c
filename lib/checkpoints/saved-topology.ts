/** A layer, or a model with layers, as `toJSON` writes it: only what is read of it. */
export interface SavedLayer {
  class_name: string;
  config: Record<string, unknown> & { name?: string; layers?: SavedLayer[] };
}

/** The layers of a saved topology, those of models within it too. */
export function savedLayers(model: SavedLayer): SavedLayer[] {
  const { layers } = model.config;
  return layers === undefined ? [model] : layers.flatMap(savedLayers);
}
