import type { Image } from '../io/image';
import { confusion, iouScore } from '../metrics/confusion';
import { windowOf } from './mask-window';
import type { Promptable, PromptedMask } from './promptable-model';
import type { PromptBox, Prompts } from './prompts';

export interface SegmentVolumeOptions {
  /** The slice that the prompts are for, from 0. */
  slice: number;
  /** The object in that slice. */
  prompts: Prompts;
  /** What of a slice's mask is the prompt of the next one: the mask, its box, or both. Default 'mask'; for SAM take 'box'. */
  carry?: 'mask' | 'box' | 'both';
  /** Pixels that a box is made larger by on each side, for an object that grows. Default 2. */
  margin?: number;
  /** The object has ended where its mask overlaps that of the slice before by a smaller IoU. Default 0.2. */
  leastOverlap?: number;
  /** Called after each slice that was segmented. */
  onSlice?: (slice: number) => void;
  signal?: AbortSignal;
}

export interface SegmentedVolume<I extends Image = Image> {
  /** Shape: the volume's; 1 inside. With the volume's affine, where it has one. */
  mask: Omit<I, 'data' | 'channels'> & Image<Uint8Array>;
  /** The model's score of each slice that the object is in. */
  scores: Map<number, number>;
}

/**
 * Follows an object through a volume: the prompts segment one slice, and the mask of each slice is the prompt of its
 * neighbour, towards both ends, until the object is empty or no longer overlaps.
 *
 * ```ts
 * const { mask } = await segmentVolume(model, ctWindow(volume, 'abdomen'), {
 *   slice: 40,
 *   prompts: { points: [{ row: 210, column: 150 }] },
 * });
 * ```
 *
 * @param volume [depth, height, width], gray or RGB, bytes 0…255 or floats 0…1
 * @returns what was found; with a signal that was raised, what was found until then
 * @throws RangeError for what is no volume, a slice outside of it and options out of their ranges; what `segment` throws
 */
export async function segmentVolume<I extends Image>(
  model: Promptable,
  volume: I,
  options: SegmentVolumeOptions,
): Promise<SegmentedVolume<I>> {
  requireOptions(volume, options);
  const { slice: start, prompts, carry = 'mask', margin = 2, leastOverlap = 0.2, onSlice, signal } = options;
  const [depth, height, width] = volume.shape;
  const found = new Map<number, PromptedMask>();
  const segment = async (slice: number, given: Prompts) => {
    const [best] = await model.segment(sliceOf(volume, slice), given);
    onSlice?.(slice);
    return isEmpty(best.mask) ? undefined : best;
  };
  const first = await segment(start, prompts);
  if (first) found.set(start, first);
  for (const step of first ? [1, -1] : []) {
    let before = first!;
    for (let slice = start + step; slice >= 0 && slice < depth && !signal?.aborted; slice += step) {
      const next = await segment(slice, carried(before.mask, carry, margin));
      if (!next || iouScore(confusion(next.mask.data, before.mask.data)) < leastOverlap) break;
      found.set(slice, next);
      before = next;
    }
  }
  const data = new Uint8Array(depth * height * width);
  for (const [slice, { mask }] of found) data.set(mask.data, slice * height * width);
  const scores = [...found]
    .sort(([one], [other]) => one - other)
    .map(([slice, { score }]) => [slice, score] as const);
  return { mask: { ...volume, data, channels: 1 }, scores: new Map(scores) };
}

function sliceOf({ data, shape: [, height, width], channels }: Image, slice: number): Image {
  const size = height * width * channels;
  return {
    data: data.subarray(slice * size, (slice + 1) * size) as Image['data'],
    shape: [height, width],
    channels,
  };
}

const isEmpty = ({ data }: Image) => !data.includes(1 as never);

function carried(mask: Image<Uint8Array>, carry: 'mask' | 'box' | 'both', margin: number): Prompts {
  const box = boxAround(mask, margin);
  return carry === 'mask' ? { mask } : carry === 'box' ? { box } : { mask, box };
}

/** The smallest box with all of a mask, and a margin, within the image. */
function boxAround({ data, shape: [height, width] }: Image<Uint8Array>, margin: number): PromptBox {
  const { top, left, shape } = windowOf(data, [height, width])!;
  return {
    top: Math.max(top - margin, 0),
    left: Math.max(left - margin, 0),
    bottom: Math.min(top + shape[0] - 1 + margin, height - 1),
    right: Math.min(left + shape[1] - 1 + margin, width - 1),
  };
}

function requireOptions(volume: Image, options: SegmentVolumeOptions): void {
  const owner = 'segmentVolume';
  const { shape } = volume ?? {};
  if (!Array.isArray(shape) || shape.length !== 3) {
    throw new RangeError(
      `${owner}: got an image of shape [${shape?.join(', ')}]; expected [depth, height, width]: for one slice, ` +
        'call segment',
    );
  }
  const { slice, carry = 'mask', margin = 2, leastOverlap = 0.2 } = options;
  if (!Number.isInteger(slice) || slice < 0 || slice >= shape[0]) {
    throw new RangeError(`${owner}: got slice ${slice}; expected an integer from 0 to ${shape[0] - 1}`);
  }
  if (!['mask', 'box', 'both'].includes(carry)) {
    throw new RangeError(`${owner}: got carry ${JSON.stringify(carry)}; expected 'mask', 'box' or 'both'`);
  }
  if (!(margin >= 0 && margin < Infinity) || !(leastOverlap >= 0 && leastOverlap <= 1)) {
    throw new RangeError(
      `${owner}: got margin ${margin} and leastOverlap ${leastOverlap}; expected pixels of at least 0, and 0…1`,
    );
  }
}
