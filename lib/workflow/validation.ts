import { join } from 'node:path';
import type { Image } from '../io/image';
import { readNpy } from '../io/npy';
import type { DatasetPlan } from '../planning/plan';
import { storedFile, type StoredCase } from './stored-case';
import { labelScores, summarise, type LabelScores, type ScoreSummary } from './label-scores';
import type { Predictor } from './predict-case';
import type { RawDataset } from './raw-dataset';
import { readCase } from './read-case';
import { restoreLabels } from './restore';
import { labelEnding, writeLabels } from './write-labels';

export interface ValidationOptions {
  raw: Pick<RawDataset, 'dataset' | 'cases'>;
  plan: DatasetPlan;
  predictor: Predictor;
  /** The store of preprocessed cases, and those to predict. */
  preprocessed: string;
  heldOut: readonly StoredCase[];
  /** Where the label maps go. */
  folder: string;
  onCase?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Predicts held-out cases whole, writes their label maps with the geometry of their images, and scores them against
 * the masks as they are, as nnU-Net's validation does.
 */
export async function validate(options: ValidationOptions): Promise<ScoreSummary> {
  const { raw, plan, predictor, preprocessed, heldOut, folder, onCase, signal } = options;
  const { labels, channels } = raw.dataset;
  const scored: { case: string; metrics: LabelScores }[] = [];
  for (const { id, shape, channels: stored, properties } of heldOut) {
    signal?.throwIfAborted();
    const one = raw.cases.find((candidate) => candidate.id === id)!;
    const { values } = await readNpy(storedFile(preprocessed, id, 'image'));
    const image: Image<Float32Array> = { data: values as Float32Array, shape, channels: stored };
    const logits = await predictor.logits(image, { signal });
    const predicted = restoreLabels(logits, properties, plan, labels);
    const { labels: truth, ...geometry } = await readCase(one, channels.length);
    await writeLabels(join(folder, id + labelEnding(one.images[0], geometry)), predicted, geometry);
    scored.push({ case: id, metrics: labelScores(predicted.data, truth!.data, labels) });
    onCase?.(scored.length, heldOut.length);
  }
  return summarise(scored);
}
