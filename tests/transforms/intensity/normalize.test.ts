import assert from 'node:assert/strict';
import type { Image, Volume } from '../../../lib/io/image';
import {
  applyNormalization,
  fitNormalization,
  type FittedNormalization,
} from '../../../lib/transforms/intensity/fit-normalization';
import {
  clipPercentiles,
  ctWindow,
  medianIqr,
  minMax,
  zScore,
  type CtWindowName,
} from '../../../lib/transforms/intensity/normalize';
import { percentilesOf } from '../../../lib/transforms/intensity/percentiles';
import { golden } from '../../golden';
import { hashed } from '../../nn/hashed';
import { assertClose, hashedImage } from '../spatial/images';
import { row } from './images';

interface Percentiles {
  wanted: number[];
  cases: { number: number; count: number; single: number[]; double: number[]; integers: number[] }[];
}

interface Goldens {
  percentiles: Percentiles;
  normalization: { shape: number[]; cases: Record<string, number[]> };
}

interface Nyul {
  shape: number[];
  landmarks: number[];
  masked: number[];
  values: number[];
}

const { percentiles, normalization } = golden<Goldens>('intensity');
const times = (image: Image<Float32Array>, factor: number, shift: number): Image<Float32Array> => ({
  ...image,
  data: image.data.map((value) => Math.fround(value * factor) + shift),
});
const positive = (image: Image<Float32Array>): Image<Uint8Array> => ({
  ...image,
  data: Uint8Array.from(image.data, (value) => (value > 0 ? 1 : 0)),
});

describe('transforms/intensity/percentiles', () => {
  for (const { number, count, single, double, integers } of percentiles.cases) {
    it(`of ${count} numbers equal numpy.percentile to the last bit`, () => {
      const values = hashed(number, count);
      assert.deepEqual(percentilesOf([values], percentiles.wanted), single);
      // The golden's powers may differ from these in the last bit.
      const wide = Float64Array.from(values, (value) => value ** 9 * 1e6);
      percentilesOf([wide], percentiles.wanted).forEach((value, index) =>
        assert.ok(Math.abs(value - double[index]) <= 1e-13 * Math.abs(double[index])),
      );
      const whole = Float64Array.from(values, (value) => Math.floor(value * 50));
      assert.deepEqual(percentilesOf([whole], percentiles.wanted), integers);
      const [first, second] = [values.subarray(0, count >> 1), values.subarray(count >> 1)];
      assert.deepEqual(percentilesOf([first, second], percentiles.wanted), single);
    });
  }

  it('are found among values of which most are one, and of extreme ranges', () => {
    const values = new Float32Array(20000);
    values.set([-1e30, 1e30, 1, 2, 3]);
    assert.deepEqual(percentilesOf([values], [0, 50, 100]), [Math.fround(-1e30), 0, Math.fround(1e30)]);
    const huge = new Float64Array(9000).fill(1);
    huge.set([-1.7e308, 1.7e308]);
    assert.deepEqual(percentilesOf([huge], [50]), [1]);
  });
});

describe('transforms/intensity/normalize', () => {
  const { shape, cases } = normalization;
  const image = times(hashedImage(5, shape), 40, 7);
  const mask = positive(hashedImage(6, shape));
  const results: Record<string, () => Image> = {
    'min-max': () => minMax(image, { range: [-1, 2] }),
    'z-score': () => zScore(image),
    'z-score inside': () => zScore(image, { mask, outside: 'unchanged' }),
    percentile: () => clipPercentiles(image, { percentiles: [5, 90], range: [0, 1] }),
    'median-iqr': () => medianIqr(image),
    'nnunet-ct': () =>
      applyNormalization(image, fitNormalization([image], { method: 'nnunet-ct', masks: [mask] })),
  };
  for (const [name, compute] of Object.entries(results)) {
    it(`equals the reference: ${name}`, () => {
      const before = image.data.slice();
      assertClose(compute().data, cases[name], 2e-6);
      assert.deepEqual(image.data, before);
    });
  }

  it('takes the statistics of each slice', () => {
    const area = shape[1] * shape[2];
    const whole = zScore(image, { scope: 'slice', mask }).data;
    for (let slice = 0; slice < shape[0]; slice++) {
      const part = <T extends Image>(of: T) => ({
        ...of,
        data: of.data.slice(slice * area, (slice + 1) * area),
        shape: shape.slice(1),
      });
      assert.deepEqual(
        whole.slice(slice * area, (slice + 1) * area),
        zScore(part(image), { mask: part(mask) }).data,
      );
    }
  });

  it('normalises channels apart, and keeps what else an image holds', () => {
    const volume: Volume = {
      data: Int16Array.of(0, -100, 10, 100),
      shape: [1, 1, 2],
      channels: 2,
      affine: [7],
    };
    const result = minMax(volume);
    assert.deepEqual(result, { ...volume, data: Float32Array.of(0, 0, 1, 1) });
  });

  it('gives no NaN where all samples are equal', () => {
    const flat = row(Float32Array.of(5, 5, 5));
    assert.deepEqual([...minMax(flat, { range: [2, 3] }).data], [2, 2, 2]);
    for (const result of [zScore(flat), medianIqr(flat), clipPercentiles(flat, { range: [0, 1] })]) {
      assert.deepEqual([...result.data], [0, 0, 0]);
    }
  });

  it('clips without a range in the units of the image', () => {
    const values = Float32Array.from({ length: 101 }, (_, index) => index);
    const { data } = clipPercentiles(row(values), { percentiles: [10, 80] });
    assert.deepEqual([data[0], data[10], data[50], data[100]], [10, 10, 50, 80]);
  });

  it('windows Hounsfield units', () => {
    const units = row(Int16Array.of(-1000, -160, 40, 140, 240, 3000));
    assertClose(ctWindow(units, 'abdomen').data, [0, 0, 0.5, 0.75, 1, 1], 1e-7);
    assertClose(
      ctWindow(units, { centre: 0, width: 320 }, { range: [0, 255] }).data.slice(0, 3),
      [0, 0, 159.375],
      1e-4,
    );
    assert.throws(
      () => ctWindow(units, 'kidney' as CtWindowName),
      /ctWindow: got window 'kidney'; expected one of/,
    );
    assert.throws(() => ctWindow(units, { centre: 0, width: 0 }), /ctWindow: got width 0/);
  });

  it('refuses what has no statistics', () => {
    const empty = { ...mask, data: new Uint8Array(mask.data.length) };
    assert.throws(() => zScore(image, { mask: empty }), /zScore: got a mask that is 0 everywhere/);
    assert.throws(() => zScore(image, { mask: row(Uint8Array.of(1)) }), /zScore: got a mask of \[1, 1\]/);
    assert.throws(
      () => minMax(row(Float32Array.of(0, Infinity))),
      /minMax: got samples that are NaN or infinite/,
    );
    assert.throws(() => minMax(image, { range: [1, 1] }), /minMax: got range \[1, 1\]/);
    assert.throws(() => clipPercentiles(image, { percentiles: [-1, 50] }), /expected numbers from 0 to 100/);
  });
});

describe('transforms/intensity/fit-normalization', () => {
  const { nyul } = golden<{ nyul: Nyul }>('mr-artefacts');
  const images = [0, 1, 2, 3].map((number) =>
    times(hashedImage(number, nyul.shape), 10 * number + 5, number),
  );
  const training = images.slice(0, 3);

  it("equals TorchIO's histogram standardisation", () => {
    const fitted = fitNormalization(training, { method: 'nyul' });
    assertClose(fitted.landmarks![0].values, nyul.landmarks, 2e-5);
    const stored = JSON.parse(JSON.stringify(fitted)) as FittedNormalization;
    assertClose(applyNormalization(images[3], stored).data, nyul.values, 1e-4);
    const masked = fitNormalization(training, { method: 'nyul', masks: training.map(positive) });
    assertClose(masked.landmarks![0].values, nyul.masked, 2e-5);
  });

  it('takes the statistics of all samples of a data set together', () => {
    const all = row(Float32Array.from(training.flatMap(({ data }) => [...data])));
    for (const method of ['min-max', 'z-score', 'percentile', 'median-iqr'] as const) {
      const options = { method, range: [0, 1] as const, percentiles: [2, 97] as const };
      const fitted = JSON.parse(JSON.stringify(fitNormalization(training, options))) as FittedNormalization;
      const together = applyNormalization(all, fitNormalization([all], options)).data;
      const apart = training.flatMap((image) => [...applyNormalization(image, fitted).data]);
      assertClose(apart, together, 1e-6);
    }
  });

  it('leaves the statistics of slices and volumes to each image', () => {
    const fitted = fitNormalization(training, { method: 'z-score', scope: 'slice' });
    assert.deepEqual(fitted, { method: 'z-score', scope: 'slice' });
    assert.deepEqual(applyNormalization(images[3], fitted).data, zScore(images[3], { scope: 'slice' }).data);
  });

  it('refuses sets that do not go together', () => {
    const owner = /fitNormalization: /;
    assert.throws(() => fitNormalization([], { method: 'z-score' }), owner);
    assert.throws(
      () => fitNormalization(training, { method: 'z-score', masks: [] }),
      /got 0 masks for 3 images/,
    );
    assert.throws(
      () => fitNormalization(training, { method: 'nyul', scope: 'volume' }),
      /expected 'dataset'/,
    );
    assert.throws(
      () => fitNormalization(training, { method: 'nyul', cutoff: [20, 99] }),
      /got cutoff \[20, 99\]/,
    );
    assert.throws(
      () => fitNormalization([row(new Float32Array(9))], { method: 'nyul' }),
      /expected a spread/,
    );
    const two = { data: new Float32Array(4), shape: [1, 2], channels: 2 };
    const fitted = fitNormalization(training, { method: 'z-score' });
    assert.throws(() => applyNormalization(two, fitted), /got an image of 2 channels; expected 1/);
  });
});
