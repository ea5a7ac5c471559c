import assert from 'node:assert/strict';
import { VOI_WINDOWS, windowed, type VoiWindow } from '../../../lib/io/dicom/window';
import { golden } from '../../golden';

interface Case {
  centre: number;
  width: number;
  shape: string;
  values: number[];
}

describe('windowed', () => {
  const values = Int16Array.from({ length: 400 }, (_, index) => -1200 + 7 * index);

  for (const { centre, width, shape, values: expected } of golden<{ windows: Case[] }>('pydicom-files')
    .windows) {
    it(`equals pydicom: ${shape}, centre ${centre}, width ${width}`, () => {
      const window: VoiWindow = {
        centre,
        width,
        shape: shape.toLowerCase().replace('_', '-') as VoiWindow['shape'],
      };
      const result = windowed(values, window);
      expected.forEach((value, index) => {
        // pydicom computes in float64 and rescales from the range of 12 bits; ours is stored as float32.
        assert.ok(
          Math.abs(result[4 * index] - value) < 1e-6,
          `${values[4 * index]} HU: ${result[4 * index]}, ${value}`,
        );
      });
    });
  }

  it('takes presets by name and another range', () => {
    const { centre, width } = VOI_WINDOWS.lung;
    assert.deepEqual(windowed([-3000, 3000], 'lung', [0, 255]), Float32Array.of(0, 255));
    assert.deepEqual(windowed(values, 'lung'), windowed(values, { centre, width }));
  });

  it('says what of a window is wrong', () => {
    const bad = (window: unknown) => () => windowed(values, window as VoiWindow);
    assert.throws(bad('liverr'), /windowed: got window 'liverr'; expected one of abdomen, bone/);
    assert.throws(bad({ centre: 0, width: 0.5 }), /got centre 0 and width 0.5; expected .*at least 1/);
    assert.throws(bad({ centre: 0, width: 0, shape: 'sigmoid' }), /width above 0/);
    assert.throws(bad({ centre: NaN, width: 9 }), RangeError);
    assert.throws(bad({ centre: 0, width: 9, shape: 'cubic' }), /got shape 'cubic'; expected one of linear/);
    assert.throws(() => windowed(values, 'lung', [0, NaN]), /got range \[0, NaN\]/);
  });
});
