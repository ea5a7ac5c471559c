import type { Image } from '../io/image';
import { confusion, iouScore } from '../metrics/confusion';
import { connectedComponents } from '../metrics/components';
import { distanceTransform } from '../metrics/distance-transform';
import { windowOf, type MaskWindow } from './mask-window';
import type { Promptable, PromptedMask } from './promptable-model';
import type { PromptPoint } from './prompts';

/**
 * Where a user who knows the object clicks next: into the middle of the largest connected error, positive where the object is
 * missing and negative where there is too much (Kirillov et al. 2023). Without a prediction it is the middle of the object's
 * largest part. The middle is the pixel farthest from the error's border; the image's border is one too.
 *
 * @param object what is wanted, any but 0 inside
 * @param prediction what is there, any but 0 inside
 * @returns undefined where nothing is wrong
 * @throws RangeError for sizes that do not fit
 */
export function nextClick(object: Image, prediction?: Image): PromptPoint | undefined {
  const { shape, data } = object;
  for (const image of [object, prediction ?? object]) {
    if (String(image.shape) === String(shape) && image.data.length === shape[0] * shape[1]) continue;
    throw new RangeError(
      `nextClick: got a mask of ${image.shape.join(' × ')} with ${image.data.length} values; expected the object's ` +
        `${shape.join(' × ')}, a value each`,
    );
  }
  // Missing and superfluous pixels that touch are two errors.
  const missing = new Uint8Array(data.length);
  const superfluous = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const there = prediction !== undefined && prediction.data[at] !== 0;
    if ((data[at] !== 0) !== there) (there ? superfluous : missing)[at] = 1;
  }
  const [lack, excess] = [missing, superfluous].map((mask) => largestPart(mask, shape));
  const label = (lack?.area ?? 0) >= (excess?.area ?? 0) ? 'positive' : 'negative';
  const chosen = label === 'positive' ? lack : excess;
  return chosen && { ...innermost(chosen.part), label };
}

export interface SimulatedClicks {
  points: PromptPoint[];
  /** IoU after each click. */
  ious: number[];
  /** After the last click. */
  best: PromptedMask;
}

/**
 * Segments an object as the interactive protocol of segment-anything does: a click into its middle, then one after the other
 * where the best mask is most wrong, each with the logits of the answer before. A mask without an error gets no more clicks
 * and keeps its IoU.
 *
 * @param object any but 0 inside
 * @param clicks how many, 5 by default
 * @throws RangeError for an object without pixels, and what `segment` throws
 */
export async function simulateClicks(
  model: Promptable,
  image: Image,
  object: Image,
  clicks = 5,
): Promise<SimulatedClicks> {
  if (!Number.isSafeInteger(clicks) || clicks < 1) {
    throw new RangeError(`simulateClicks: got ${clicks} clicks; expected an integer of at least 1`);
  }
  if (String(object.shape) !== String(image.shape)) {
    throw new RangeError(
      `simulateClicks: got an object of ${object.shape.join(' × ')}; expected the image's ${image.shape.join(' × ')}`,
    );
  }
  const truth = Uint8Array.from(object.data, (value) => Number(value !== 0));
  const points: PromptPoint[] = [];
  const ious: number[] = [];
  let best: PromptedMask | undefined;
  for (let click = 0; click < clicks; click++) {
    const point = nextClick(object, best?.mask);
    if (point !== undefined) {
      points.push(point);
      [best] = await model.segment(image, { points, mask: best?.logits });
    }
    if (best === undefined)
      throw new RangeError('simulateClicks: got an empty object; expected pixels inside');
    ious.push(iouScore(confusion(best.mask.data, truth)));
  }
  return { points, ious, best: best! };
}

function largestPart(
  mask: Uint8Array,
  shape: readonly number[],
): { part: MaskWindow; area: number } | undefined {
  const window = windowOf(mask, shape);
  if (!window) return undefined;
  const { labels, count } = connectedComponents(window.data, window.shape, 8);
  const areas = new Int32Array(count + 1);
  for (const label of labels) if (label > 0) areas[label]++;
  const area = areas.reduce((most, value) => Math.max(most, value), 0);
  const largest = areas.indexOf(area);
  const data = new Uint8Array(labels.length);
  for (let at = 0; at < data.length; at++) data[at] = Number(labels[at] === largest);
  return { part: { ...window, data }, area };
}

/** The pixel farthest from what is 0 and from what lies beyond the window. */
function innermost({ data, shape: [height, width], top, left }: MaskWindow): { row: number; column: number } {
  const framed = new Uint8Array((height + 2) * (width + 2));
  for (let row = 0; row < height; row++) {
    framed.set(data.subarray(row * width, (row + 1) * width), (row + 1) * (width + 2) + 1);
  }
  const distances = distanceTransform(framed, [height + 2, width + 2]);
  const farthest = distances.indexOf(distances.reduce((most, distance) => Math.max(most, distance), 0));
  return {
    row: top + Math.floor(farthest / (width + 2)) - 1,
    column: left + (farthest % (width + 2)) - 1,
  };
}
