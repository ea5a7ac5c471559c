import { ensemble } from '../inference/ensemble';
import type { Predict } from '../inference/predict';
import { slidingWindow } from '../inference/sliding-window';
import { mirrored } from '../inference/test-time-augmentation';
import { loadWeights } from '../checkpoints/load-weights';
import type { Image } from '../io/image';
import type { SegmentationModel } from '../nn/segmentation-model';
import type { Configuration } from '../planning/plan';
import type { tf } from '../runtime';
import { buildNetwork } from './build-network';
import { foldFiles, type Fold, type Results } from './results';

export interface PredictorOptions {
  /** Default: all that were trained. Their logits are averaged, as nnU-Net does. */
  folds?: readonly Fold[];
  /** Averages over the mirror images along all axes: 4 times the work in 2-D, 8 times in 3-D. Default false. */
  mirrors?: boolean;
}

/** Networks that predict preprocessed images; to be disposed of. */
export class Predictor {
  readonly #models: SegmentationModel[];
  readonly #predict: Predict;

  constructor(
    models: SegmentationModel[],
    private readonly network: Configuration,
    { mirrors = false }: PredictorOptions = {},
  ) {
    this.#models = models;
    const members = models.map(
      (model): Predict =>
        (batch) =>
          model.predict(batch) as tf.Tensor | tf.Tensor[],
    );
    const mean = members.length === 1 ? members[0] : ensemble(members);
    this.#predict = mirrors
      ? mirrored(
          mean,
          network.patchSize.map((_, axis) => axis),
        )
      : mean;
  }

  /**
   * @throws RangeError for folds that were not trained; Error for weights of another network
   */
  static open(
    { folder, dataset, settings, folds: trained }: Results,
    options: PredictorOptions = {},
  ): Predictor {
    const { folds = trained } = options;
    const strange = folds.find((fold) => !trained.includes(fold));
    if (strange !== undefined || folds.length === 0) {
      throw new RangeError(
        `${folder}: got fold ${strange ?? 'none'}; expected some of those whose training has ended: ${trained.join(', ')}`,
      );
    }
    const models = folds.map((fold) => {
      const model = buildNetwork(settings.network, dataset);
      loadWeights(model, foldFiles(folder, fold).weights);
      return model;
    });
    return new Predictor(models, settings.network, options);
  }

  /**
   * Logits of an image of any size, by windows that overlap by half.
   *
   * Shape: [slices, rows, columns] with the data set's channels → the same with a channel for each head
   */
  logits(
    image: Image<Float32Array>,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (share: number) => void } = {},
  ): Promise<Image<Float32Array>> {
    return slidingWindow(image, this.#predict, {
      window: this.network.patchSize,
      batchSize: this.network.batchSize,
      signal,
      onProgress: onProgress && (({ done, total }) => onProgress(done / total)),
    });
  }

  dispose(): void {
    for (const model of this.#models) model.dispose();
  }
}
