import type { Image } from '../../io/image';
import { seededRandom } from '../../runtime/seed';
import { mixSeeds } from '../hash';
import { between, requireSize } from './field';
import { drawNuclei, placeNuclei } from './nuclei-cells';
import { stainNuclei } from './nuclei-stains';

/** How the picture was taken: bright nuclei on black, haematoxylin and eosin in colour, dark nuclei on grey. */
export type NucleusStain = 'fluorescence' | 'histology' | 'brightfield';

export interface SyntheticNucleiOptions {
  /** Pixels; 256 each by default. */
  height?: number;
  width?: number;
  /** By default as in DSB 2018, four fifths fluorescence, by the seed. */
  stain?: NucleusStain;
  /** Non-negative integer; 0 by default. */
  seed?: number;
}

export interface SyntheticNuclei {
  /** Grey, or RGB where the stain is histology; 0…255. */
  image: Image<Uint8Array>;
  /** 0 outside, 1 … `count` for the nuclei. */
  labels: Image<Uint16Array>;
  stain: NucleusStain;
  count: number;
}

/**
 * A made-up micrograph of cell nuclei of varied size and brightness, single, touching and in clusters, as in the 2018
 * Data Science Bowl. Same options, same bytes on every machine.
 *
 * @throws RangeError when a size, the seed or the stain is not one of those above
 */
export function syntheticNuclei(options: SyntheticNucleiOptions = {}): SyntheticNuclei {
  const { height = 256, width = 256, seed = 0 } = options;
  requireSize('syntheticNuclei', 'height', height, 32, 2048);
  requireSize('syntheticNuclei', 'width', width, 32, 2048);
  const random = seededRandom(seed);
  const drawn = random();
  const stain = options.stain ?? (drawn < 0.8 ? 'fluorescence' : drawn < 0.92 ? 'histology' : 'brightfield');
  if (!['fluorescence', 'histology', 'brightfield'].includes(stain)) {
    throw new RangeError(
      `syntheticNuclei: got stain ${JSON.stringify(stain)}; expected fluorescence, histology or brightfield`,
    );
  }
  const radius = stain === 'histology' ? between(random, 8, 13) : between(random, 5.5, 15);
  const cover = stain === 'histology' ? between(random, 0.2, 0.4) : between(random, 0.06, 0.3);
  const layout = { radius, cover, touching: between(random, 0.25, 0.7) };
  const nuclei = placeNuclei(height, width, layout, random);
  const map = drawNuclei(nuclei, height, width, radius, mixSeeds(seed, 1));
  const count = map.labels.reduce((most, label) => Math.max(most, label), 0);
  const image = stainNuclei(stain, map, { height, width, count, radius, seed: mixSeeds(seed, 2) }, random);
  return { image, labels: { data: map.labels, shape: [height, width], channels: 1 }, stain, count };
}
