import { spacingOf, type Image, type Samples, type Volume } from '../../io/image';
import { requireSpacing } from '../../metrics/grid';
import { moveAffine } from './affine';
import type { Order } from './borders';
import { resizeLabels } from './resample-labels';
import { mapsAsAffine, resize, resizeMaps } from './resize';
import { asFloats, fromFloats, requireImage, requireSizes, roundHalfEven } from './samples';
import { pickSeparable } from './separable';
import { changeSlices } from './slices';

export interface ResampleOptions {
  /** Within slices, or along all axes; default 3. Ignored for labels, which are resampled label by label. */
  order?: Order;
  /** Samples are labels; default false. */
  labels?: boolean;
  /**
   * Resamples slice by slice, and then the axis of the greatest spacing by taking the nearest slice. Default: where the
   * greatest spacing, before or else after, is more than 3 times the least.
   */
  separateSlices?: boolean;
}

/** nnU-Net's threshold: `ANISO_THRESHOLD`. */
const ANISOTROPIC = 3;

/**
 * A volume with (nearly) the given spacing, by nnU-Net's rules: sizes are rounded to whole samples (halves to even),
 * edges are continued, values stay in their range, anisotropic volumes are resampled slice by slice with order 0 across.
 * Equals nnunetv2's `resample_data_or_seg_to_shape` with order_z 0.
 *
 * The result's affine tells its true spacing, N · old spacing / n: the picture's outline stays in its place.
 *
 * Shape: [d, h, w] → [round(d · old / new), …]; element type as before
 *
 * @param spacing of the result in mm along slices, rows and columns
 * @throws RangeError for a spacing that is not positive, a result with no samples along an axis, and as `resize`
 */
export function resampleToSpacing<T extends Samples>(
  volume: Volume<T>,
  spacing: readonly number[],
  options: ResampleOptions = {},
): Volume<T> {
  const owner = 'resampleToSpacing';
  requireImage(owner, volume);
  const current = requireSpacing(owner, volume.shape, spacingOf(volume));
  requireSpacing(owner, volume.shape, spacing);
  const shape = volume.shape.map((size, axis) => roundHalfEven((current[axis] / spacing[axis]) * size));
  return resampleToShape(volume, shape, current, spacing, options);
}

/**
 * `resampleToSpacing` to sizes that are known, such as those of before: what brings predictions back to the scan.
 *
 * @param image a volume, or a picture: [h, w]
 * @param shape of the result
 * @param current spacing of the image, slowest axis first
 * @param spacing of the result; both only say whether slices are resampled on their own
 * @throws RangeError as `resampleToSpacing`
 */
export function resampleToShape<I extends Image>(
  image: I,
  shape: readonly number[],
  current: readonly number[],
  spacing: readonly number[],
  { order = 3, labels = false, separateSlices }: ResampleOptions = {},
): I {
  const owner = 'resampleToShape';
  requireImage(owner, image);
  requireSizes(owner, shape, image.shape.length);
  requireSpacing(owner, image.shape, current);
  requireSpacing(owner, image.shape, spacing);
  const axis = sliceAxis(current, spacing, separateSlices);
  if (axis === undefined || image.shape.every((size, index) => size === shape[index])) {
    return labels ? resizeLabels(image, shape) : resize(image, shape, { order, border: 'nearest' });
  }
  const { channels, data } = image;
  const plane = shape.filter((_, index) => index !== axis);
  const between = shape.map((size, index) => (index === axis ? image.shape[axis] : size));
  const across = resizeMaps(between, shape);
  const moved = moveAffine({ ...image, shape: [...shape] }, mapsAsAffine(resizeMaps(image.shape, shape)));
  const pick = <T extends Samples>(values: T) =>
    pickSeparable(values, between, channels, across, 'nearest', 0);
  if (labels) {
    const mask = { data, shape: image.shape, channels };
    return { ...moved, data: pick(changeSlices(mask, axis, plane, (slice) => resizeLabels(slice, plane))) };
  }
  const floats = { data: asFloats(data), shape: image.shape, channels };
  const slices = changeSlices(floats, axis, plane, (slice) =>
    resize(slice, plane, { order, border: 'nearest' }),
  );
  return { ...moved, data: fromFloats(pick(slices), data) };
}

/**
 * The axis across which slices are resampled on their own, if any: the one of the greatest spacing, where only one has
 * it (nnU-Net's `determine_do_sep_z_and_axis`).
 */
export function sliceAxis(
  current: readonly number[],
  spacing: readonly number[],
  separateSlices?: boolean,
): number | undefined {
  if (separateSlices === false || current.length !== 3) return undefined;
  const anisotropic = (steps: readonly number[]) => Math.max(...steps) / Math.min(...steps) > ANISOTROPIC;
  const decides =
    separateSlices || anisotropic(current) ? current : anisotropic(spacing) ? spacing : undefined;
  if (!decides) return undefined;
  const greatest = Math.max(...decides);
  const axes = [0, 1, 2].filter((axis) => greatest / decides[axis] === 1);
  return axes.length === 1 ? axes[0] : undefined;
}
