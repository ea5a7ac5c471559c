import type { io } from '@tensorflow/tfjs-core';
import { tf } from '../../lib/runtime';

/** The model after it was saved and loaded again, in memory. */
export async function savedAndLoaded(model: tf.LayersModel): Promise<tf.LayersModel> {
  let saved: io.ModelArtifacts = {};
  const handler = tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
  });
  await model.save(handler);
  return tf.loadLayersModel(tf.io.fromMemory(saved));
}
