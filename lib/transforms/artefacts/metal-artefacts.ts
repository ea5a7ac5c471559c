import type { Image } from '../../io/image';
import { requireOneOf } from '../../nn/options';
import { insideOf, requireInterval, type InFloats, type Interval } from '../intensity/planes';
import { poisson, type Random } from '../intensity/random-numbers';
import { requirePhotons, type PhotonOptions } from './photon-noise';
import {
  addReconstructed,
  attenuationOf,
  hounsfieldOf,
  maskSlice,
  requireHounsfield,
  scan,
  WATER_ATTENUATION,
  type ScannerOptions,
} from './scanner';

export type Metal = 'titanium' | 'steel';

/** Energies in keV that stand for a tube of 120 kV behind its filter, and roughly their shares of the photons. */
const SPECTRUM = [
  { energy: 40, share: 0.2 },
  { energy: 60, share: 0.4 },
  { energy: 80, share: 0.25 },
  { energy: 100, share: 0.15 },
];
/** At which of them Hounsfield units are told: 60 keV. */
const REFERENCE = 1;

/** Linear attenuation at these energies in 1/mm: NIST's mass attenuation times density. */
const WATER = [0.02683, WATER_ATTENUATION, 0.01837, 0.01707];
const METALS: Record<Metal, number[]> = {
  titanium: [0.2214, 0.07661, 0.04052, 0.02721].map((massAttenuation) => massAttenuation * 4.506),
  // Iron.
  steel: [0.3629, 0.1205, 0.05952, 0.03717].map((massAttenuation) => massAttenuation * 7.874),
};

export interface MetalOptions extends ScannerOptions, PhotonOptions {
  /** Where the metal is: where this is not 0. */
  mask: Image;
  /** Default 'titanium'. */
  metal?: Metal;
  /** What a scanner can tell, in Hounsfield units; default [−1024, 3071], 12 bits. */
  range?: Interval;
}

/**
 * A CT image with metal in it: dark bands and bright streaks.
 *
 * - Beam hardening: of a ray through water of the line integral p (at 60 keV) and L mm of metal arrive
 *   Σ share(E) · exp(−p · μ_water(E) / μ_water(60 keV) − L · μ_metal(E)). The scanner takes all for water and corrects for
 *   that, which is right where there is no metal.
 * - Photon starvation: behind metal only a few photons are counted, at least one (`addPhotonNoise`).
 *
 * Shape: the image's, of one channel in Hounsfield units; float32. A slice of 512² takes a second or two
 *
 * @throws RangeError for a mask of another shape or without metal, an unknown metal, and as `lowDoseCt`
 */
export function metalArtefacts<I extends Image>(
  image: I,
  options: MetalOptions,
  random: Random,
): InFloats<I> {
  const owner = 'metalArtefacts';
  requireHounsfield(owner, image);
  requirePhotons(owner, options);
  const { mask, metal = 'titanium', range = [-1024, 3071], photons = 1e5 } = options;
  requireOneOf(owner, 'metal', metal, Object.keys(METALS));
  requireInterval(owner, 'range', range);
  const inside = insideOf(owner, image, mask)!;
  const attenuations = METALS[metal];
  const filled = hounsfieldOf(attenuations[REFERENCE]);
  const withMetal = {
    ...image,
    data: Float32Array.from(image.data, (value, index) => (inside[index] ? filled : value)),
  };
  const result = addReconstructed(owner, withMetal, options, (slice, shape, index) => {
    const places = maskSlice(mask, index);
    const tissue = scan(
      slice.map((value, at) => (places[at] ? 0 : attenuationOf(value))),
      shape,
      options,
    );
    const lengths = scan(places, shape, options).data;
    const data = tissue.data.map((integral, ray) => {
      // Without metal, the correction for water undoes what the spectrum does.
      if (lengths[ray] === 0) return 0;
      const counted = poisson(photons * arriving(integral, lengths[ray], attenuations), random);
      const measured = -Math.log(Math.max(counted, 1) / photons);
      return waterIntegral(measured) - integral - lengths[ray] * attenuations[REFERENCE];
    });
    return { ...tissue, data };
  });
  const data = result.data.map((value) => Math.min(Math.max(value, range[0]), range[1]));
  return { ...result, data };
}

/** The share of photons behind water of a line integral at 60 keV and millimetres of metal. */
function arriving(integral: number, length: number, metal: readonly number[]): number {
  return SPECTRUM.reduce((sum, { share }, index) => {
    const water = (integral * WATER[index]) / WATER[REFERENCE];
    return sum + share * Math.exp(-water - length * metal[index]);
  }, 0);
}

/** The line integral at 60 keV of so much water that −ln(share of photons behind it) is `measured`; by Newton's method. */
function waterIntegral(measured: number): number {
  let integral = measured;
  for (let step = Infinity, round = 0; Math.abs(step) > 1e-9 && round < 50; round++, integral -= step) {
    let [sum, slope] = [0, 0];
    SPECTRUM.forEach(({ share }, index) => {
      const relative = WATER[index] / WATER[REFERENCE];
      const part = share * Math.exp(-integral * relative);
      sum += part;
      slope += part * relative;
    });
    step = ((-Math.log(sum) - measured) * sum) / slope;
  }
  return integral;
}
