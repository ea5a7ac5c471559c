import { gaussianBlur } from '../transforms/intensity/blur';
import { fillHoles } from '../transforms/spatial/fill-holes';
import { bestTolerance } from './best-tolerance';
import { growRegions } from './grow-regions';
import { eachPixel, windowOf } from './mask-window';
import type { PromptImage } from './prompt-image';
import { PromptableModel, type PromptedMask } from './promptable-model';
import type { Prompts } from './prompts';
import { seedsOf } from './region-seeds';

/** Smooths the image first, in pixels. */
const SIGMA = 1;
/** Mean difference across the border, in grey values, below which a box or a mask without a click holds no object. */
const LEAST_CONTRAST = 4;

/**
 * The classical baseline, without anything learned: seeded region growing (Adams and Bischof 1994). Regions grow from the
 * clicks, the pixel that differs least from its click first; what lies beside the object grows too, from negative clicks
 * and from outside of the box. How far the object grows is where its border has the strongest contrast; a box or a mask
 * without such a border gives an empty mask.
 *
 * The score is the stability of segment-anything: how little the area changes with a slightly smaller or larger tolerance.
 */
export class RegionGrowing extends PromptableModel<Float32Array> {
  readonly name = 'RegionGrowing';

  /** @returns the smoothed image, 0…255 */
  protected encode(image: PromptImage): Float32Array {
    const { data } = gaussianBlur(image, SIGMA);
    return image.data instanceof Uint8Array ? data : data.map((value) => 255 * value);
  }

  protected decode(smooth: Float32Array, prompts: Prompts, image: PromptImage): PromptedMask[] {
    const { shape, channels } = image;
    const grown = growRegions(smooth, shape, channels, seedsOf(prompts, shape));
    const { tolerance, stability, contrast } = bestTolerance(smooth, shape, channels, grown);
    const clicked = prompts.points?.some(({ label }) => label !== 'negative') ?? false;
    const found = clicked || contrast >= LEAST_CONTRAST;
    const mask = new Uint8Array(grown.costs.length);
    for (let at = 0; found && at < mask.length; at++) {
      if (grown.costs[at] <= tolerance) mask[at] = grown.positive[at];
    }
    const window = windowOf(mask, shape);
    if (window) {
      const filled = fillHoles(window.data, window.shape);
      eachPixel(window, shape[1], (at, place) => (mask[place] = filled[at]));
    }
    // Costs are whole numbers: half a step more than the tolerance is the border.
    const logits = new Float32Array(mask.length);
    for (let at = 0; at < mask.length; at++) {
      const beyond = grown.costs[at] - tolerance;
      logits[at] = mask[at] === 1 ? Math.max(-beyond, 0) + 0.5 : -Math.max(beyond, 0) - 0.5;
    }
    return [
      {
        mask: { data: mask, shape, channels: 1 },
        score: stability,
        logits: { data: logits, shape, channels: 1 },
      },
    ];
  }
}
