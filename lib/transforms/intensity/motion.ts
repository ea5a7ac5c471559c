import type { Image } from '../../io/image';
import { requireCounts } from '../../nn/options';
import { aboutCentre, composeMaps, rotationMap, translationMap } from '../spatial/affine';
import { asFloats, requireImage } from '../spatial/samples';
import { warp } from '../spatial/warp';
import { changeSpectra, middleOf } from './fourier';
import { requireAxis } from './ghosting';
import { requireInterval, type InFloats, type Interval } from './planes';
import { uniform, type Random } from './random-numbers';
import { extentOf } from './statistics';

/** A pose of what is in the image. */
export interface PatientPose {
  /** When it is taken: a share of the acquisition, above 0 and below 1. */
  time: number;
  /** Degrees about the middle, as of `rotationMap`: one number for a picture, three for a volume. */
  angles: readonly number[];
  /** Samples along each axis, slowest first: where in the image a place of the pose lies after it was turned. */
  translation: readonly number[];
}

export interface MotionOptions {
  /** The poses in the order of their times. */
  poses: readonly PatientPose[];
  /** The phase-encoding axis, along which k-space is filled in time; default the last. */
  axis?: number;
}

/**
 * What an MR image becomes when the patient moves while k-space is filled: each part of k-space comes from the image in
 * the pose of its time. The pose in which the middle of k-space is taken is the one of the image, so that it stays in
 * its place (Shaw et al. 2019, "MRI k-space motion artefact augmentation"). As TorchIO's `Motion`, which turns about the
 * origin of the scanner.
 *
 * Poses are interpolated linearly; what they bring in from outside is the least sample.
 *
 * Shape: the image's; float32
 *
 * @throws RangeError for times that do not ascend between 0 and 1, other numbers of angles or translations than the image
 *   has, and an axis that it lacks
 */
export function addMotion<I extends Image>(image: I, options: MotionOptions): InFloats<I> {
  const owner = 'addMotion';
  requireImage(owner, image);
  const { poses, axis = image.shape.length - 1 } = options;
  requireAxis(owner, axis, image.shape);
  requirePoses(owner, poses, image.shape.length);
  const still = { ...image, data: asFloats(image.data) };
  const [fill] = extentOf([still.data]);
  const images = [still.data];
  for (const { angles, translation } of poses) {
    const map = composeMaps(translationMap(translation), aboutCentre(rotationMap(angles), image.shape));
    images.push(warp(still, { affine: map }, { order: 1, fill }).data);
  }
  const times = poses.map(({ time }) => time);
  const late = times.findIndex((time) => time > 0.5);
  const central = late < 0 ? images.length - 1 : late;
  [images[0], images[central]] = [images[central], images[0]];
  const size = image.shape[axis];
  const ends = [...times.map((time) => Math.floor(size * time)), size];
  const middle = middleOf(size);
  const data = changeSpectra(images, image.shape, image.channels, axis, (spectra) => {
    for (let pose = 1; pose < spectra.length; pose++) {
      for (let place = ends[pose - 1]; place < ends[pose]; place++) {
        const at = 2 * ((place - middle + size) % size);
        spectra[0][at] = spectra[pose][at];
        spectra[0][at + 1] = spectra[pose][at + 1];
      }
    }
  });
  return { ...image, data };
}

export interface RandomMotionOptions {
  /** Of each angle; default [−10, 10]. */
  degrees?: Interval;
  /** Of each translation in samples; default [−10, 10]. */
  translation?: Interval;
  /** Number of poses besides that of the image; default 2. */
  poses?: number;
  /** The phase-encoding axis; default the last. */
  axis?: number;
}

/** A drawn time differs from evenly spaced ones by up to this share of their distance, as in TorchIO. */
const UNEVENNESS = 0.3;

/** `addMotion` by drawn poses; the defaults are those of TorchIO's `RandomMotion`. @throws RangeError as `addMotion` */
export function randomMotion<I extends Image>(
  image: I,
  options: RandomMotionOptions,
  random: Random,
): InFloats<I> {
  const owner = 'randomMotion';
  const { degrees = [-10, 10], translation = [-10, 10], poses = 2, axis } = options;
  requireInterval(owner, 'degrees', degrees);
  requireInterval(owner, 'translation', translation);
  requireCounts(owner, { poses });
  const step = 1 / (poses + 1);
  const drawn = Array.from({ length: poses }, (_, index) => ({
    time: (index + 1 + uniform([-UNEVENNESS, UNEVENNESS], random)) * step,
    angles: (image.shape.length === 2 ? [0] : [0, 1, 2]).map(() => uniform(degrees, random)),
    translation: image.shape.map(() => uniform(translation, random)),
  }));
  return addMotion(image, { poses: drawn, axis });
}

function requirePoses(owner: string, poses: readonly PatientPose[], axes: number): void {
  let before = 0;
  for (const { time, angles, translation } of poses) {
    if (!(time > before && time < 1)) {
      throw new RangeError(
        `${owner}: got time ${time} after ${before}; expected times that ascend between 0 and 1`,
      );
    }
    before = time;
    if (angles.length !== (axes === 2 ? 1 : 3) || translation.length !== axes) {
      throw new RangeError(
        `${owner}: got ${angles.length} angles and ${translation.length} translations; expected ` +
          `${axes === 2 ? 1 : 3} and ${axes}`,
      );
    }
  }
}
