import { field, Plain } from '../plain';
import type { Pass } from './network';
import { FIRST_VALIDATION, pixelsOf, TrainingInput, VALIDATION_IMAGES } from './problem';

export interface ReadPass extends Pass {
  /** Which images: those for training from 0, for validation from 1000, −1 for any other. */
  numbers: number[];
}

/** The passes of the evidence, where it is what the probe `run` gives. */
export function readPasses(evidence: Plain, input: TrainingInput): ReadPass[] | undefined {
  const passes = field(evidence, 'passes');
  if (!Array.isArray(passes)) return undefined;
  const known = knownImages(input);
  const area = input.side * input.side;
  const read: ReadPass[] = [];
  for (const pass of passes as Plain[]) {
    const [training, count, images, weights] = ['training', 'count', 'images', 'weights'].map((name) =>
      field(pass, name),
    );
    if (typeof training !== 'boolean' || typeof count !== 'number') return undefined;
    if (!(images instanceof Float32Array) || !(weights instanceof Float32Array)) return undefined;
    if (images.length !== count * area) return undefined;
    const numbers = Array.from(
      { length: count },
      (_, index) => known.get(keyOf(images.subarray(index * area, (index + 1) * area))) ?? -1,
    );
    read.push({ training, count, images, weights, numbers });
  }
  return read;
}

/** Flips and turns move pixels, and leave them the same when they are sorted. */
const keyOf = (pixels: Float32Array) => pixels.slice().sort().join();

function knownImages(input: TrainingInput): Map<string, number> {
  const training = Array.from({ length: input.images }, (_, number) => number);
  const validation = Array.from({ length: VALIDATION_IMAGES }, (_, number) => FIRST_VALIDATION + number);
  return new Map([...training, ...validation].map((number) => [keyOf(pixelsOf(input, number)), number]));
}

export const isValidation = ({ numbers }: ReadPass) => numbers.every((number) => number >= FIRST_VALIDATION);

/** The passes in training mode, by epochs of as many images as there are for training; validation images aside. */
export function trainingEpochs(passes: readonly ReadPass[], images: number): ReadPass[][] {
  const epochs: ReadPass[][] = [];
  let seen = images;
  for (const pass of passes) {
    if (!pass.training || isValidation(pass)) continue;
    if (seen >= images) {
      epochs.push([]);
      seen = 0;
    }
    epochs[epochs.length - 1].push(pass);
    seen += pass.count;
  }
  return epochs;
}
