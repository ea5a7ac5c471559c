import type { Image } from '../../io/image';
import { elementsOf } from '../../metrics/grid';
import { moveAffine } from './affine';
import type { Border } from './borders';
import { requireImage, requireSizes, samplesLike } from './samples';
import { pickSeparable, resampleSeparable, type AxisMap } from './separable';
import { mapsAsAffine, resizeMaps } from './resize';

/**
 * Another number of samples for the same labels, without new ones between two: each label's indicator (1 in it, 0
 * outside) is interpolated linearly, and the greatest wins; with two labels that is the one above ½. Where labels draw,
 * the nearest sample's wins if it is among them, otherwise the least.
 *
 * Smoother than order 0. Equals batchgenerators' `resize_segmentation(order=1)`, which nnU-Net resamples masks with.
 *
 * Shape: [h, w] or [d, h, w] → shape; element type as before; a volume's affine follows
 *
 * @throws RangeError for more than one channel, and as `resize`
 */
export function resizeLabels<I extends Image>(mask: I, shape: readonly number[]): I {
  const owner = 'resizeLabels';
  requireImage(owner, mask);
  requireSizes(owner, shape, mask.shape.length);
  if (mask.channels !== 1) {
    throw new RangeError(`${owner}: got ${mask.channels} channels; expected 1 with a label at each place`);
  }
  const maps = resizeMaps(mask.shape, shape);
  const moved = moveAffine({ ...mask, shape: [...shape] }, mapsAsAffine(maps));
  return { ...moved, data: resampleLabels(mask, maps, 'nearest') };
}

/** What differs by less is a draw: twice what single precision loses in sums of eight products. */
const DRAW = 1e-6;

function resampleLabels(mask: Image, maps: readonly AxisMap[], border: Border): Image['data'] {
  const { data, shape } = mask;
  const nearest = pickSeparable(data, shape, 1, maps, border, 0);
  const labels = [...new Set(data as Iterable<number>)].sort((a, b) => a - b);
  if (labels.length === 1) return nearest;
  const count = elementsOf(maps.map((map) => map.count));
  const result = samplesLike(data, count);
  const best = new Float32Array(count).fill(-1);
  const indicator = new Float32Array(data.length);
  for (const label of labels) {
    for (let index = 0; index < indicator.length; index++) indicator[index] = data[index] === label ? 1 : 0;
    const score = resampleSeparable(indicator, shape, 1, maps, 1, border, 0);
    for (let index = 0; index < count; index++) {
      const lead = score[index] - best[index];
      if (lead > DRAW || (lead > -DRAW && nearest[index] === label)) {
        result[index] = label;
        best[index] = Math.max(score[index], best[index]);
      }
    }
  }
  return result;
}
