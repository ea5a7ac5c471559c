import assert from 'node:assert/strict';
import type { Image } from '../../../lib/io/image';
import { clahe } from '../../../lib/transforms/intensity/clahe';
import { claheOpenCv } from '../../../lib/transforms/intensity/clahe-opencv';
import { equalizeHistogram } from '../../../lib/transforms/intensity/equalize';
import { golden } from '../../golden';
import { assertClose } from '../spatial/images';
import { row, smoothImage, type SampleType } from './images';

interface Case {
  number: number;
  shape: number[];
  dtype: SampleType;
  values: number[];
}

interface Goldens {
  step: number;
  equalized: (Case & { bins: number; masked: boolean })[];
  adapted: (Case & {
    kernel: number[] | number | null;
    clipLimit: number | null;
    bins: number | null;
    step: number;
  })[];
  opencv: { number: number; shape: number[]; clipLimit: number; tiles: [number, number]; values: string }[];
}

const every = (values: ArrayLike<number>, step: number) =>
  Array.from(values).filter((_, index) => index % step === 0);

describe('transforms/intensity: histograms', () => {
  const { step, equalized, adapted, opencv } = golden<Goldens>('histogram');

  for (const { number, shape, dtype, bins, masked, values } of equalized) {
    it(`equalizeHistogram as scikit-image: ${dtype} ${shape.join('×')}${masked ? ', masked' : ''}`, () => {
      const of = smoothImage(number + 50, shape, 'float64');
      const mask = masked
        ? { ...of, data: Uint8Array.from(of.data, (value) => (value > 0.4 ? 1 : 0)) }
        : undefined;
      const image = smoothImage(number, shape, dtype);
      const result = equalizeHistogram(image, { bins, mask });
      assertClose(every(result.data, step), values, 2e-7);
    });
  }

  for (const { number, shape, dtype, kernel, clipLimit, bins, step, values } of adapted) {
    it(`clahe as scikit-image: ${dtype} ${shape.join('×')}, kernel ${kernel}, limit ${clipLimit}, bins ${bins}`, () => {
      const image = smoothImage(number, shape, dtype);
      const before = image.data.slice();
      const result = clahe(image, {
        kernel: kernel ?? undefined,
        clipLimit: clipLimit ?? undefined,
        bins: bins ?? undefined,
      });
      assertClose(every(result.data, step), values, 2e-7);
      assert.deepEqual(image.data, before);
    });
  }

  for (const { number, shape, clipLimit, tiles, values } of opencv) {
    it(`claheOpenCv as OpenCV: ${shape.join('×')}, limit ${clipLimit}, tiles ${tiles.join('×')}`, () => {
      const image = smoothImage(number, shape, 'uint8') as Image<Uint8Array>;
      assert.deepEqual(
        claheOpenCv(image, { clipLimit, tiles }).data,
        new Uint8Array(Buffer.from(values, 'base64')),
      );
    });
  }

  it('equalises each channel on its own', () => {
    const image = { data: Float32Array.of(0, 5, 1, 5, 2, 6, 3, 9), shape: [2, 2], channels: 2 };
    const { data } = equalizeHistogram(image, { bins: 4 });
    const alone = (channel: number) =>
      equalizeHistogram(row(image.data.filter((_, index) => index % 2 === channel)), { bins: 4 }).data;
    assert.deepEqual(every(data, 2), [...alone(0)]);
    assert.deepEqual(every(data.subarray(1), 2), [...alone(1)]);
  });

  it('brings Hounsfield units to 0 … 1 before CLAHE', () => {
    const unit = smoothImage(30, [24, 24], 'float64');
    const units = { ...unit, data: Float64Array.from(unit.data, (value) => value * 2000 - 1000) };
    assertClose(clahe(units).data, clahe(unit).data, 0.02);
  });

  it('gives one grey for one grey', () => {
    for (const value of [0, 0.3]) {
      const flat = { data: new Float32Array(64).fill(value), shape: [8, 8], channels: 1 };
      assert.equal(new Set(clahe(flat).data).size, 1);
      assert.equal(new Set(equalizeHistogram(flat).data).size, 1);
    }
  });

  it('refuses what has no histogram', () => {
    const image = smoothImage(1, [4, 4], 'float32');
    assert.throws(
      () => equalizeHistogram(row(Float32Array.of(1, NaN))),
      /equalizeHistogram: got samples that are NaN/,
    );
    assert.throws(
      () => equalizeHistogram(row(Int32Array.of(0, 2 ** 25))),
      /expected at most 16777216 different ones/,
    );
    assert.throws(() => equalizeHistogram(image, { bins: 0 }), /equalizeHistogram: got bins 0/);
    assert.throws(
      () => clahe(image, { kernel: [4] }),
      /clahe: got shape \[4\]; expected 2 positive integers/,
    );
    assert.throws(() => clahe(image, { clipLimit: -1 }), /clahe: got clipLimit -1/);
    assert.throws(() => claheOpenCv(image as Image<Uint8Array>), /claheOpenCv: got a Float32Array/);
  });
});
