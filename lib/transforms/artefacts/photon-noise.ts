import type { Image } from '../../io/image';
import { requireNumber, type InFloats } from '../intensity/planes';
import { normalNumbers, poisson, type Random } from '../intensity/random-numbers';
import { requirePlane, type Sinogram } from './radon';
import { addReconstructed, attenuationOf, requireHounsfield, scan, type ScannerOptions } from './scanner';

/** A detector that counts photons. */
export interface PhotonOptions {
  /** I₀, photons that reach a detector element where nothing is in the way; about 10⁶ in a usual scan. Default 10⁵. */
  photons?: number;
  /** Standard deviation of what the electronics add, in photons; default 0. */
  electronicNoise?: number;
}

/**
 * What a detector measures of line integrals p: N photons of the Poisson distribution with the mean I₀ · exp(−p) (Beer
 * and Lambert) and the noise of the electronics, at least one; p' = −ln(N / I₀). Where hardly any photon arrives, p'
 * stays near ln I₀, whatever p is: photon starvation.
 *
 * Shape: [detectors, angles], without unit
 *
 * @param sinogram integrals ∫ μ dl: the Radon transform of μ in 1/mm times the pixel size in mm
 * @throws RangeError for no photons and negative noise
 */
export function addPhotonNoise(sinogram: Image, options: PhotonOptions, random: Random): Sinogram {
  requirePlane('addPhotonNoise', sinogram);
  requirePhotons('addPhotonNoise', options);
  const { photons = 1e5, electronicNoise = 0 } = options;
  const normal = normalNumbers(random);
  const data = Float32Array.from(sinogram.data, (integral) => {
    const counted = poisson(photons * Math.exp(-integral), random);
    const read = electronicNoise > 0 ? counted + normal() * electronicNoise : counted;
    return -Math.log(Math.max(read, 1) / photons);
  });
  return { ...sinogram, data };
}

/**
 * A CT image as if it had been taken with fewer photons: each slice is scanned, counted by `addPhotonNoise` and
 * reconstructed. The noise has the streaks of the real one, along the directions of greatest attenuation.
 *
 * Shape: the image's, of one channel in Hounsfield units; float32. A slice of 512² takes about a second
 *
 * @throws RangeError as `addPhotonNoise`, and for a pixel size that is not positive
 */
export function lowDoseCt<I extends Image>(
  image: I,
  options: ScannerOptions & PhotonOptions,
  random: Random,
): InFloats<I> {
  const owner = 'lowDoseCt';
  requireHounsfield(owner, image);
  requirePhotons(owner, options);
  return addReconstructed(owner, image, options, (slice, shape) => {
    const clean = scan(slice.map(attenuationOf), shape, options);
    const noisy = addPhotonNoise(clean, options, random);
    return { ...noisy, data: noisy.data.map((value, index) => value - clean.data[index]) };
  });
}

/** @throws RangeError for less than one photon, and negative noise */
export function requirePhotons(owner: string, { photons = 1e5, electronicNoise = 0 }: PhotonOptions): void {
  requireNumber(owner, 'photons', photons, 1);
  requireNumber(owner, 'electronicNoise', electronicNoise, 0);
}
