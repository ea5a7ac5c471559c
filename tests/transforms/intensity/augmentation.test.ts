import assert from 'node:assert/strict';
import type { Image } from '../../../lib/io/image';
import { seededRandom } from '../../../lib/runtime/seed';
import { randomBiasField } from '../../../lib/transforms/intensity/bias-field';
import {
  gaussianBlur,
  lowerResolution,
  randomBlur,
  randomLowResolution,
} from '../../../lib/transforms/intensity/blur';
import {
  adjustBrightness,
  adjustContrast,
  randomBrightness,
  randomContrast,
} from '../../../lib/transforms/intensity/brightness';
import { cutout, randomCutout } from '../../../lib/transforms/intensity/cutout';
import { adjustGamma, randomGamma } from '../../../lib/transforms/intensity/gamma';
import { randomGhosting } from '../../../lib/transforms/intensity/ghosting';
import { randomMotion } from '../../../lib/transforms/intensity/motion';
import {
  addGaussianNoise,
  addRicianNoise,
  addSaltAndPepper,
  randomNoise,
} from '../../../lib/transforms/intensity/noise';
import { golden } from '../../golden';
import { assertClose, hashedImage, interleaved } from '../spatial/images';
import { row, spreadOf } from './images';

interface Goldens {
  augmentation: Record<string, number[]>;
  resolutions: { number: number; shape: number[]; scales: number[]; values: number[] }[];
  blurs: { number: number; shape: number[]; sigma: number | number[]; step: number; values: number[] }[];
}

const { augmentation, resolutions, blurs } = golden<Goldens>('intensity');

describe('transforms/intensity: augmentation by given numbers', () => {
  const image = hashedImage(7, [5, 7]);
  image.data.forEach((value, index) => (image.data[index] = value + 0.3));
  const results: Record<string, () => Image> = {
    gamma: () => adjustGamma(image, { gamma: 1.3 }),
    'gamma below 1, statistics': () => adjustGamma(image, { gamma: 0.7, keepStatistics: true }),
    'gamma inverted, statistics': () =>
      adjustGamma(image, { gamma: 1.4, keepStatistics: true, invert: true }),
    contrast: () => adjustContrast(image, { factor: 1.6 }),
    'contrast beyond the range': () => adjustContrast(image, { factor: 1.6, keepRange: false }),
  };
  for (const [name, compute] of Object.entries(results)) {
    it(`equals batchgenerators: ${name}`, () => assertClose(compute().data, augmentation[name], 2e-6));
  }

  for (const { number, shape, scales, values } of resolutions) {
    it(`lowerResolution as batchgeneratorsv2: ${shape.join('×')} by ${scales.join(', ')}`, () => {
      assertClose(lowerResolution(hashedImage(number, shape), scales).data, values, 2e-6);
    });
  }

  for (const { number, shape, sigma, step, values } of blurs) {
    it(`gaussianBlur as scipy.ndimage: ${shape.join('×')}, σ ${sigma}`, () => {
      const one = hashedImage(number, shape);
      const every = (data: Float32Array, stride: number) => data.filter((_, index) => index % stride === 0);
      assertClose(every(gaussianBlur(one, sigma).data, step), values, 1e-6);
      // Channels do not mix.
      const two = interleaved(one, hashedImage(number + 1, shape));
      assertClose(every(gaussianBlur(two, sigma).data, 2 * step), values, 1e-6);
    });
  }

  it('keeps gamma finite where all samples are equal', () => {
    const flat = row(Float32Array.of(3, 3));
    assertClose(adjustGamma(flat, { gamma: 2, keepStatistics: true }).data, [3, 3], 1e-6);
  });

  it('multiplies and shifts', () => {
    const { data } = adjustBrightness(row(Uint8Array.of(0, 10, 250)), { factor: 2, shift: -5 });
    assert.deepEqual([...data], [-5, 15, 495]);
  });

  it('cuts boxes, also where they reach over the border, from all channels', () => {
    const full = { data: new Uint8Array(24).fill(9), shape: [3, 4], channels: 2 };
    const { data } = cutout(
      full,
      [
        { start: [-1, 2], shape: [3, 5] },
        { start: [9, 9], shape: [1, 1] },
      ],
      1,
    );
    const rows = [
      [9, 9, 1, 1],
      [9, 9, 1, 1],
      [9, 9, 9, 9],
    ].flat();
    assert.deepEqual(
      [...data],
      rows.flatMap((value) => [value, value]),
    );
    const volume = { data: new Float32Array(8).fill(1), shape: [2, 2, 2], channels: 1 };
    const cut = cutout(volume, [{ start: [1, 0, 1], shape: [1, 2, 1] }]).data;
    assert.deepEqual([...cut], [1, 1, 1, 1, 1, 0, 1, 0]);
    assert.throws(
      () => cutout(volume, [{ start: [0, 0], shape: [1, 1, 1] }]),
      /cutout: got a box from \[0, 0\]/,
    );
  });

  it('refuses numbers that are none of the kind', () => {
    assert.throws(() => adjustGamma(image, { gamma: 0 }), /adjustGamma: got gamma 0/);
    assert.throws(() => adjustContrast(image, { factor: NaN }), /adjustContrast: got factor NaN/);
    assert.throws(() => gaussianBlur(image, -1), /gaussianBlur: got sigma -1/);
    assert.throws(() => gaussianBlur(image, [1]), /gaussianBlur: got 1 numbers of sigma; expected 2/);
    assert.throws(() => lowerResolution(image, 1.5), /lowerResolution: got scale 1.5/);
    assert.throws(() => addGaussianNoise(image, -1, Math.random), /addGaussianNoise: got deviation -1/);
    assert.throws(
      () => addSaltAndPepper(image, { amount: 2 }, Math.random),
      /addSaltAndPepper: got amount 2/,
    );
    assert.throws(
      () => randomGamma(image, { gamma: [2, 1] }, Math.random),
      /randomGamma: got gamma \[2, 1\]/,
    );
  });
});

describe('transforms/intensity: noise', () => {
  const count = 200_000;
  const random = seededRandom(3);

  it('of Gauss has mean 0 and the deviation asked for', () => {
    const noise = addGaussianNoise(row(new Float32Array(count).fill(2)), 0.5, random).data;
    const { mean, deviation } = spreadOf(noise);
    assert.ok(Math.abs(mean - 2) < (5 * 0.5) / Math.sqrt(count), `mean ${mean}`);
    assert.ok(Math.abs(deviation - 0.5) < 0.005, `deviation ${deviation}`);
    const beyond = noise.filter((value) => Math.abs(value - 2) > 1.96 * 0.5).length / count;
    assert.ok(Math.abs(beyond - 0.05) < 0.003, `${beyond} beyond 1.96 σ`);
  });

  it('of Rice has the moments of a magnitude', () => {
    const dark = addRicianNoise(row(new Float32Array(count)), 3, random).data;
    const mean = 3 * Math.sqrt(Math.PI / 2);
    assert.ok(Math.abs(spreadOf(dark).mean - mean) < 0.03);
    // E[x²] = A² + 2σ²
    const bright = addRicianNoise(row(new Float32Array(count).fill(4)), 3, random).data;
    const square = bright.reduce((sum, value) => sum + value ** 2, 0) / count;
    assert.ok(Math.abs(square - (16 + 18)) < 0.4, `${square}`);
  });

  it('of salt and pepper replaces the shares asked for, all channels of a place together', () => {
    const gray = { data: new Uint8Array(2 * count).fill(100), shape: [1, count], channels: 2 };
    const { data } = addSaltAndPepper(gray, { amount: 0.2, salt: 0.25, low: 0, high: 255 }, random);
    const share = (wanted: number) => data.filter((value) => value === wanted).length / data.length;
    assert.ok(Math.abs(share(255) - 0.05) < 0.003 && Math.abs(share(0) - 0.15) < 0.005);
    for (let index = 0; index < data.length; index += 2) assert.equal(data[index], data[index + 1]);
  });
});

describe('transforms/intensity: random augmentation', () => {
  const image = hashedImage(20, [4, 8, 9]);
  const transforms: Record<string, (random: () => number) => Image> = {
    randomGamma: (random) => randomGamma(image, { invertProbability: 0.5 }, random),
    randomBrightness: (random) => randomBrightness(image, { shiftDeviation: 1 }, random),
    randomContrast: (random) => randomContrast(image, {}, random),
    randomNoise: (random) => randomNoise(image, { kind: 'rician' }, random),
    randomBlur: (random) => randomBlur(image, {}, random),
    randomLowResolution: (random) => randomLowResolution(image, {}, random),
    randomBiasField: (random) => randomBiasField(image, {}, random),
    randomGhosting: (random) => randomGhosting(image, {}, random),
    randomMotion: (random) => randomMotion(image, { translation: [-2, 2] }, random),
    randomCutout: (random) => randomCutout(image, {}, random),
  };
  for (const [name, transform] of Object.entries(transforms)) {
    it(`${name} is the same for a seed, another for another, and leaves its input`, () => {
      const before = image.data.slice();
      const first = transform(seededRandom(1));
      assert.deepEqual(first, transform(seededRandom(1)));
      assert.notDeepEqual(first, transform(seededRandom(5)));
      assert.deepEqual(first.shape, image.shape);
      assert.ok(first.data.every(Number.isFinite));
      assert.deepEqual(image.data, before);
    });
  }

  it('draws factors on both sides of 1', () => {
    const random = seededRandom(8);
    const flat = row(Float32Array.of(1));
    const factors = Array.from(
      { length: 400 },
      () => randomBrightness(flat, { factor: [0.5, 4] }, random).data[0],
    );
    const below = factors.filter((factor) => factor < 1).length;
    assert.ok(below > 150 && below < 250, `${below} of 400 below 1`);
    assert.ok(factors.every((factor) => factor >= 0.5 && factor <= 4));
  });

  it('keeps cut boxes within the image and of the sizes asked for', () => {
    const random = seededRandom(2);
    const full = { data: new Uint8Array(400).fill(1), shape: [20, 20], channels: 1 };
    for (let round = 0; round < 50; round++) {
      const { data } = randomCutout(full, { boxes: [1, 1], size: [0.1, 0.3] }, random);
      const cut = data.filter((value) => value === 0).length;
      assert.ok(cut >= 4 && cut <= 36, `${cut} samples cut`);
    }
  });
});
