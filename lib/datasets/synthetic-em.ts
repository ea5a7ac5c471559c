import type { ImageStack } from '../io/image-stack';
import { seededRandom } from '../runtime/seed';
import { placeCells } from './em/cells';
import { render } from './em/render';
import { section } from './em/section';
import { mixSeeds } from './hash';

export interface SyntheticEmOptions {
  /** Sections in the stack; 30 by default, as in ISBI 2012. */
  pages?: number;
  /** Side of the square sections in pixels of 4 nm; 512 by default. A smaller one is a smaller field of view. */
  size?: number;
  /** Non-negative integer; 0 by default. */
  seed?: number;
}

export interface SyntheticEmStack {
  /** Shape: [pages, size, size], 0…255 */
  images: ImageStack<Uint8Array>;
  /** Shape: [pages, size, size], 255 in cells and 0 on membranes, as in the challenge */
  labels: ImageStack<Uint8Array>;
}

/** Share of membrane pixels in the 30 labels of ISBI 2012. */
const MEMBRANE_SHARE = 0.22;
/** Steps of a pixel in which the distance to a membrane is counted. */
const STEPS = 16;

/**
 * Sections through made-up nerve tissue that look like the electron micrographs of ISBI 2012: cells that keep their
 * place from page to page, dark membranes of changing thickness and contrast, mitochondria, vesicles, granules, uneven
 * light, blur and shot noise. Membranes are 22 % of all pixels, as in the real labels.
 *
 * The same options give the same bytes on every machine: only integer hashes, sums, products and square roots.
 *
 * @throws RangeError when pages, size or seed is out of range
 */
export function syntheticEmStack(options: SyntheticEmOptions = {}): SyntheticEmStack {
  const { pages = 30, size = 512, seed = 0 } = options;
  requireInteger('pages', pages, 1, 200);
  requireInteger('size', size, 16, 2048);
  const cells = placeCells(size, seededRandom(seed));
  const shapeSeed = mixSeeds(seed, 1);
  const area = size * size;
  const images = new Uint8Array(pages * area);
  const steps = new Uint8Array(pages * area);
  for (let page = 0; page < pages; page++) {
    const { image, membrane } = render(cells, section(cells, size, page, shapeSeed), size, page, shapeSeed);
    for (let at = 0; at < area; at++) {
      images[page * area + at] = Math.min(Math.max(image[at] + 0.5, 0), 255);
      steps[page * area + at] = Math.min(membrane[at] * STEPS, 255);
    }
  }
  const shape = { pages, height: size, width: size };
  const widest = stepWithShare(steps, MEMBRANE_SHARE);
  const labels = steps.map((step) => (step <= widest ? 0 : 255));
  return { images: { data: images, ...shape }, labels: { data: labels, ...shape } };
}

/** The step up to which the share of pixels comes nearest to `share`. */
function stepWithShare(steps: Uint8Array, share: number): number {
  const counts = new Uint32Array(256);
  for (const step of steps) counts[step]++;
  const wanted = share * steps.length;
  let sum = counts[0];
  let step = 0;
  while (sum + counts[step + 1] / 2 < wanted) sum += counts[++step];
  return step;
}

function requireInteger(name: string, value: number, lowest: number, highest: number): void {
  if (!Number.isInteger(value) || value < lowest || value > highest) {
    throw new RangeError(
      `syntheticEmStack: got ${name} ${value}; expected an integer from ${lowest} to ${highest}`,
    );
  }
}
