import { mixSeeds } from '../datasets/hash';
import type { Nuclei } from '../datasets/nuclei';
import { splitIndices, type Split } from '../datasets/split';
import { syntheticNuclei } from '../datasets/synthetic/nuclei';
import { syntheticShapes } from '../datasets/synthetic/shapes';
import { VOC_VOID } from '../datasets/voc-classes';
import type { Image } from '../io/image';
import { momentsOf, type Moments } from './network-frame';

/** An image whose objects are numbered from 1. */
export interface Scene {
  image: Image<Uint8Array>;
  labels: Image<Uint8Array | Uint16Array>;
  moments: Moments;
}

/** Share of the nuclei's images that the network never sees. */
const HELD_OUT = 0.2;
/** Made-up scenes of each kind. */
const MADE_UP = 60;

/**
 * Which images of the nuclei the prompt network is trained on, and which are held out: by image, each kind in the same
 * share, whatever the seed of other splits. Scores of `promptNetwork` mean something on `validation` alone.
 */
export function promptSplit({ count, kinds }: Pick<Nuclei, 'count' | 'kinds'>): Split {
  return splitIndices(count, { validation: Math.round(HELD_OUT * count), strata: kinds });
}

const scene = (image: Image<Uint8Array>, labels: Scene['labels']): Scene => ({
  image,
  labels,
  moments: momentsOf(image),
});

/** Scenes of nuclei that are not held out. */
export function nucleiScenes(nuclei: Nuclei): Scene[] {
  return promptSplit(nuclei).training.map((index) =>
    scene(nuclei.images[index].image, nuclei.images[index].labels),
  );
}

/** Made-up nuclei, and drawn animals, vehicles and things, whose sizes vary more. */
export function madeUpScenes(seed: number): Scene[] {
  return Array.from({ length: MADE_UP }, (_, number) => {
    const own = mixSeeds(seed, number);
    const nuclei = syntheticNuclei({ seed: own });
    const { image, instances } = syntheticShapes({ height: 256, width: 256, seed: own });
    const data = instances.data.map((instance) => (instance === VOC_VOID ? 0 : instance));
    return [scene(nuclei.image, nuclei.labels), scene(image, { ...instances, data })];
  }).flat();
}
