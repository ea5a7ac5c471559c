import type { SegmentationData } from '../../lib/datasets/segmentation-data';
import { toTensors } from '../../lib/datasets/segmentation-data';
import { binaryCrossEntropy } from '../../lib/losses/binary-cross-entropy';
import { BasicUNet } from '../../lib/nn/models/basic-unet';
import { seededRandom, setSeed, tf } from '../../lib/runtime';
import type { TrainingBatch } from '../../lib/train/step';

const SIDE = 8;

export const loss = (masks: tf.Tensor, logits: tf.Tensor) =>
  binaryCrossEntropy(masks, logits, { positiveWeight: 3 });

/** Noisy images of a bright half whose mask is that half. */
export function sampleData(count: number, seed: number): SegmentationData {
  const random = seededRandom(seed);
  const masks = new Uint8Array(count * SIDE * SIDE);
  for (let image = 0; image < count; image++) {
    const vertical = random() < 0.5;
    for (let at = 0; at < SIDE * SIDE; at++) {
      const along = vertical ? at % SIDE : Math.floor(at / SIDE);
      masks[image * SIDE * SIDE + at] = along < SIDE / 2 ? 1 : 0;
    }
  }
  const size = { pages: count, height: SIDE, width: SIDE };
  const images = Float32Array.from(masks, (value) => value * 0.6 + random() * 0.4);
  return { images: { ...size, data: images }, masks: { ...size, data: masks } };
}

export const sample = (count: number, seed: number) => toTensors(sampleData(count, seed));

export function network(): BasicUNet {
  setSeed(11);
  return new BasicUNet({ inputChannels: 1, baseChannels: 2, numBlocks: 1 });
}

/** A network without batch normalisation: each image for itself. */
export function plainNetwork(): tf.LayersModel {
  setSeed(12);
  return tf.sequential({
    layers: [
      tf.layers.conv2d({
        filters: 3,
        kernelSize: 3,
        padding: 'same',
        activation: 'tanh',
        inputShape: [8, 8, 1],
      }),
      tf.layers.conv2d({ filters: 1, kernelSize: 1 }),
    ],
  });
}

/** Batches of these sizes, other images in each epoch. */
export function batchesOf(...counts: number[]): (epoch: number) => Iterable<TrainingBatch> {
  return function* (epoch) {
    for (const [index, count] of counts.entries()) {
      const batch = sample(count, counts.length * epoch + index);
      try {
        yield batch;
      } finally {
        tf.dispose([batch.images, batch.masks]);
      }
    }
  };
}
