import type { Image } from '../../io/image';
import { requireNumber, type InFloats } from '../intensity/planes';
import { normalNumbers, type Random } from '../intensity/random-numbers';
import { requirePlane, type Sinogram } from './radon';
import { addReconstructed, requireHounsfield, turnOf, type ScannerOptions } from './scanner';

/**
 * What detector elements with wrong gains measure of line integrals p: p − ln g, with one g for each element at all
 * angles.
 *
 * Shape: [detectors, angles] → the same
 *
 * @param gains measured photons for each real one; 1 is right
 * @throws RangeError for another number of gains than detectors, and gains that are not positive
 */
export function addDetectorGains(sinogram: Image, gains: readonly number[]): Sinogram {
  const owner = 'addDetectorGains';
  requirePlane(owner, sinogram);
  const [detectors, angles] = sinogram.shape;
  if (gains.length !== detectors || !gains.every((gain) => gain > 0 && gain < Infinity)) {
    throw new RangeError(
      `${owner}: got ${gains.length} gains; expected ${detectors} positive numbers, one for each detector`,
    );
  }
  const data = Float32Array.from(
    sinogram.data,
    (value, index) => value - Math.log(gains[Math.floor(index / angles)]),
  );
  return { ...sinogram, data };
}

export interface RingOptions extends ScannerOptions {
  /** Standard deviation of the gains of all detector elements around 1; default 0.002. */
  gainDeviation?: number;
  /** Share of elements that are worse; default 0.01. */
  defective?: number;
  /** Standard deviation of the gains of these; default 0.02. */
  defectiveDeviation?: number;
}

/**
 * Rings around the middle of each slice of a CT image, of detector elements whose gains were measured wrongly
 * (`addDetectorGains`). Each slice has gains of its own, as the rows of a detector do.
 *
 * Shape: the image's, of one channel in Hounsfield units; float32
 *
 * @throws RangeError for negative deviations, a share outside of 0 to 1, and a pixel size that is not positive
 */
export function ringArtefacts<I extends Image>(image: I, options: RingOptions, random: Random): InFloats<I> {
  const owner = 'ringArtefacts';
  requireHounsfield(owner, image);
  const { gainDeviation = 0.002, defective = 0.01, defectiveDeviation = 0.02 } = options;
  requireNumber(owner, 'gainDeviation', gainDeviation, 0, 0.2);
  requireNumber(owner, 'defective', defective, 0, 1);
  requireNumber(owner, 'defectiveDeviation', defectiveDeviation, 0, 0.2);
  const normal = normalNumbers(random);
  const angles = turnOf(options).length;
  return addReconstructed(owner, image, options, (_, shape) => {
    const detectors = Math.ceil(Math.SQRT2 * Math.max(...shape));
    const gains = Array.from({ length: detectors }, () => {
      const deviation = random() < defective ? defectiveDeviation : gainDeviation;
      // Within 4.5 deviations of at most 0.2, a gain stays positive.
      return 1 + Math.min(Math.max(normal(), -4.5), 4.5) * deviation;
    });
    const nothing = new Float32Array(detectors * angles);
    return addDetectorGains({ data: nothing, shape: [detectors, angles], channels: 1 }, gains);
  });
}
