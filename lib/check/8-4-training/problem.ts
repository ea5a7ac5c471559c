import type { Batch, SegmentationData } from '../../datasets/segmentation-data';
import { tf } from '../../runtime';
import type { TrainingObserver } from '../../train/fit-options';
import { uniform } from '../networks/fill';

/** All that a training run needs beside the network. */
export interface TrainingTask {
  data: SegmentationData;
  /** Which images of the data are for training. */
  training: number[];
  /** Shape: [images, height, width, 1] each */
  validation: Batch;
  batchSize: number;
  epochs: number;
  /** Draws the run. */
  display: TrainingObserver;
}

/** A tiny problem: bright pixels are true. */
export type TrainingInput = {
  seed: number;
  /** Side of the images in pixels. */
  side: number;
  /** Number of training images. */
  images: number;
  batchSize: number;
  epochs: number;
  /** Whether the validation masks are turned round, so that their loss rises while the network learns. */
  contrary?: boolean;
};

/** Validation images of every problem. */
export const VALIDATION_IMAGES = 3;
/** They have numbers from here on; training images have them from 0. */
export const FIRST_VALIDATION = 1000;
/** Images of the data that are for nothing: to train on them is a mistake. */
const OTHERS = 2;

/** From 0 to 1, above ½ where the mask is 1; each image has its share of those. */
export function pixelsOf({ seed, side }: TrainingInput, image: number): Float32Array {
  const [share] = uniform(`${seed}/share ${image}`, 1, 0.15, 0.6);
  const chance = uniform(`${seed}/mask ${image}`, side * side, 0, 1);
  const values = uniform(`${seed}/image ${image}`, side * side, 0, 0.4);
  return values.map((value, at) => value + (chance[at] < share ? 0.55 : 0.05));
}

/** The mask of pixels. */
export const maskOf = (pixels: Float32Array): Uint8Array =>
  Uint8Array.from(pixels, (value) => (value > 0.5 ? 1 : 0));

export function taskOf(input: TrainingInput): TrainingTask {
  const { side, images, batchSize, epochs, contrary = false } = input;
  const stack = (first: number, count: number) => {
    const data = new Float32Array(count * side * side);
    for (let image = 0; image < count; image++) data.set(pixelsOf(input, first + image), image * side * side);
    return data;
  };
  const data = stack(0, images + OTHERS);
  const grid = { pages: images + OTHERS, height: side, width: side };
  const validation = stack(FIRST_VALIDATION, VALIDATION_IMAGES);
  const truth = Float32Array.from(maskOf(validation), (value) => (contrary ? 1 - value : value));
  const shape: [number, number, number, number] = [VALIDATION_IMAGES, side, side, 1];
  return {
    data: { images: { data, ...grid }, masks: { data: maskOf(data), ...grid } },
    training: Array.from({ length: images }, (_, number) => number),
    validation: { images: tf.tensor4d(validation, shape), masks: tf.tensor4d(truth, shape) },
    batchSize,
    epochs,
    display: {},
  };
}
