import assert from 'node:assert/strict';
import type { Image } from '../../../lib/io/image';
import { seededRandom } from '../../../lib/runtime/seed';
import { metalArtefacts, type Metal } from '../../../lib/transforms/artefacts/metal-artefacts';
import { addPhotonNoise, lowDoseCt } from '../../../lib/transforms/artefacts/photon-noise';
import { addDetectorGains, ringArtefacts } from '../../../lib/transforms/artefacts/ring-artefacts';
import { poisson } from '../../../lib/transforms/intensity/random-numbers';
import { spreadOf } from '../intensity/images';

const SIDE = 64;
const CENTRE = 32;
const OPTIONS = { pixelSize: 4, projections: 180 };

/** A disc of water in air, in Hounsfield units. */
function water(radius = 24): Image<Int16Array> {
  const data = new Int16Array(SIDE * SIDE).map((_, index) => (distance(index) <= radius ? 0 : -1000));
  return { data, shape: [SIDE, SIDE], channels: 1 };
}

const distance = (index: number) => Math.hypot(Math.floor(index / SIDE) - CENTRE, (index % SIDE) - CENTRE);

/** The values at which a condition on row and column holds. */
function where({ data }: Image, holds: (row: number, column: number) => boolean): number[] {
  return Array.from(data).filter((_, index) => holds(Math.floor(index / SIDE), index % SIDE));
}

describe('transforms/artefacts: photon noise', () => {
  it('counts photons of the Poisson distribution', () => {
    const random = seededRandom(1);
    for (const mean of [0, 0.3, 9, 11, 60, 5000]) {
      const counts = Array.from({ length: 40_000 }, () => poisson(mean, random));
      const spread = spreadOf(counts);
      assert.ok(
        Math.abs(spread.mean - mean) <= (5 * Math.sqrt(mean)) / 200,
        `mean ${spread.mean} of ${mean}`,
      );
      assert.ok(
        Math.abs(spread.deviation ** 2 - mean) <= 0.05 * mean,
        `variance ${spread.deviation ** 2} of ${mean}`,
      );
      // Its skewness, 1 / √mean, is where a wrong tail shows.
      const third = counts.reduce((sum, count) => sum + (count - mean) ** 3, 0) / counts.length;
      if (mean > 0 && mean < 100)
        assert.ok(Math.abs(third - mean) <= 0.35 * mean, `third moment ${third} of ${mean}`);
      assert.ok(counts.every((count) => Number.isInteger(count) && count >= 0));
    }
  });

  it('spreads line integrals by exp(p / 2) / √I₀, and starves near ln I₀', () => {
    const random = seededRandom(2);
    const integrals = (value: number) => ({
      data: new Float32Array(40_000).fill(value),
      shape: [200, 200],
      channels: 1,
    });
    const { mean, deviation } = spreadOf(addPhotonNoise(integrals(2), { photons: 1e5 }, random).data);
    assert.ok(Math.abs(mean - 2) < 1e-3);
    assert.ok(Math.abs(deviation / (Math.exp(1) / Math.sqrt(1e5)) - 1) < 0.03);
    const starved = addPhotonNoise(integrals(20), { photons: 1e4, electronicNoise: 2 }, random).data;
    assert.ok(starved.every((value) => value <= Math.fround(Math.log(1e4))));
  });

  it('makes ten times the noise of a hundredth of the photons, without a bias', () => {
    const image = water(16);
    const noise = [1e7, 1e5].map((photons) => {
      const result = lowDoseCt(image, { ...OPTIONS, photons }, seededRandom(3));
      const inner = where(result, (row, column) => Math.hypot(row - CENTRE, column - CENTRE) < 12);
      return spreadOf(inner);
    });
    const ratio = noise[1].deviation / noise[0].deviation;
    assert.ok(ratio > 8.5 && ratio < 11.5, `${ratio}`);
    assert.ok(Math.abs(noise[1].mean) < 4 * noise[1].deviation * 0.2, `${noise[1].mean}`);
  });

  it('treats slices of a volume, also such that are no squares, and is the same for a seed', () => {
    const data = new Int16Array(2 * 20 * 30);
    const volume = { data, shape: [2, 20, 30], channels: 1 };
    const once = lowDoseCt(volume, { projections: 30 }, seededRandom(4));
    assert.deepEqual(once, lowDoseCt(volume, { projections: 30 }, seededRandom(4)));
    assert.deepEqual(once.shape, [2, 20, 30]);
    assert.notDeepEqual(once.data.slice(0, 600), once.data.slice(600));
    assert.ok(data.every((value) => value === 0));
  });

  it('refuses what cannot be scanned', () => {
    const random = seededRandom(1);
    assert.throws(() => lowDoseCt(water(), { photons: 0 }, random), /lowDoseCt: got photons 0/);
    assert.throws(() => lowDoseCt(water(), { pixelSize: 0 }, random), /lowDoseCt: got pixelSize 0/);
    const colours = { data: new Uint8Array(12), shape: [2, 2], channels: 3 };
    assert.throws(() => lowDoseCt(colours, {}, random), /lowDoseCt: got 3 channels; expected 1/);
  });
});

describe('transforms/artefacts: rings', () => {
  it('lie around the middle', () => {
    const image = water();
    const result = ringArtefacts(image, { ...OPTIONS, gainDeviation: 0.01 }, seededRandom(5));
    const added = result.data.map((value, index) => value - image.data[index]);
    // The pixels at one distance on the four half axes are alike, those of neighbouring distances are not.
    let [along, across] = [0, 0];
    for (let away = 3; away < 28; away++) {
      const at = (row: number, column: number) => added[(CENTRE + row) * SIDE + CENTRE + column];
      const ring = [at(0, away), at(away, 0), at(0, -away), at(-away, 0)];
      along += Math.max(...ring) - Math.min(...ring);
      across += Math.abs(at(0, away) - at(0, away - 1));
    }
    assert.ok(along < 0.05 * across, `${along} along rings, ${across} across`);
    assert.ok(across / 25 > 1, `${across / 25} HU`);
  });

  it('are nothing where all gains are right', () => {
    const perfect = { ...OPTIONS, gainDeviation: 0, defective: 0 };
    assert.deepEqual([...ringArtefacts(water(), perfect, seededRandom(1)).data], [...water().data]);
  });

  it('come of measured photons', () => {
    const sinogram = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2], channels: 1 };
    const { data } = addDetectorGains(sinogram, [1, Math.E]);
    assert.deepEqual([...data], [1, 2, 2, 3]);
    assert.throws(
      () => addDetectorGains(sinogram, [1]),
      /addDetectorGains: got 1 gains; expected 2 positive/,
    );
    assert.throws(() => addDetectorGains(sinogram, [1, 0]), /expected 2 positive numbers/);
  });
});

describe('transforms/artefacts: metal', () => {
  const image = water();
  const hips = (row: number, column: number) => Math.hypot(row - CENTRE, Math.abs(column - CENTRE) - 12) <= 3;
  const mask = {
    ...image,
    data: Uint8Array.from(image.data, (_, index) => (hips(Math.floor(index / SIDE), index % SIDE) ? 1 : 0)),
  };
  const between = (row: number, column: number) =>
    Math.abs(row - CENTRE) < 2 && Math.abs(column - CENTRE) < 5;
  const above = (row: number, column: number) =>
    Math.abs(row - CENTRE + 14) < 2 && Math.abs(column - CENTRE) < 3;
  const add = (metal: Metal, photons: number) =>
    metalArtefacts(image, { ...OPTIONS, mask, metal, photons }, seededRandom(6));

  it('darkens what lies between two pieces, and leaves air and metal in the range of a scanner', () => {
    const result = add('titanium', 1e7);
    const dark = spreadOf(where(result, between)).mean;
    assert.ok(dark < -100, `${dark} HU between`);
    assert.ok(Math.abs(spreadOf(where(result, above)).mean) < -dark / 2);
    assert.ok(spreadOf(where(result, hips)).mean > 2000);
    assert.ok(result.data.every((value) => value >= -1024 && value <= 3071));
  });

  it('is worse of steel than of titanium, and of few photons', () => {
    const error = (metal: Metal, photons: number) =>
      spreadOf(
        where(add(metal, photons), (row, column) => {
          const away = Math.hypot(row - CENTRE, column - CENTRE);
          return away < 22 && !hips(row, column);
        }),
      ).deviation;
    assert.ok(error('steel', 1e7) > 1.3 * error('titanium', 1e7));
    assert.ok(error('steel', 1e3) > 1.3 * error('steel', 1e7));
  });

  it('refuses a mask without metal, and unknown metals', () => {
    const none = { ...mask, data: new Uint8Array(mask.data.length) };
    assert.throws(
      () => metalArtefacts(image, { mask: none }, Math.random),
      /metalArtefacts: got a mask that is 0/,
    );
    assert.throws(
      () => add('gold' as Metal, 10),
      /metalArtefacts: got metal 'gold'; expected one of 'titanium'/,
    );
  });
});
