import assert from 'node:assert/strict';
import { spacingOf, type Volume } from '../../../lib/io/image';
import type { Border, Order } from '../../../lib/transforms/spatial/borders';
import { resizeLabels } from '../../../lib/transforms/spatial/resample-labels';
import { resampleToShape, resampleToSpacing } from '../../../lib/transforms/spatial/resample-spacing';
import { resize } from '../../../lib/transforms/spatial/resize';
import { golden } from '../../golden';
import { assertClose, hashedImage, hashedLabels } from './images';

interface Resized {
  shape: number[];
  to: number[];
  order: Order;
  border: Border;
  values: number[];
}

interface Goldens {
  resize: (Resized & { antiAliasing: boolean })[];
  resample: (Resized & {
    current: number[];
    spacing: number[];
    separate: boolean | null;
    labels: number[];
  })[];
  labels: Resized[];
}

const volume = (shape: [number, number, number], spacing: number[]): Volume<Float32Array> => {
  const [z, y, x] = spacing;
  return { ...hashedImage(2, shape), shape, affine: [0, 0, x, 5, 0, y, 0, 6, z, 0, 0, 7, 0, 0, 0, 1] };
};

describe('transforms/spatial/resize', () => {
  const goldens = golden<Goldens>('spatial');

  for (const { shape, to, order, border, antiAliasing, values } of goldens.resize) {
    const how = `${shape.join('×')} → ${to.join('×')}, order ${order}, ${border}${antiAliasing ? ', smoothed' : ''}`;
    it(`equals scikit-image: ${how}`, () => {
      const resized = resize(hashedImage(1, shape), to, {
        order,
        border,
        antiAliasing,
        fill: fillOf(border),
      });
      assert.deepEqual(resized.shape, to);
      assertClose(resized.data, values, 2e-5);
    });
  }

  for (const { shape, to, order, border, corners, values } of golden<{
    zoom: (Resized & { corners: boolean })[];
  }>('ndimage').zoom) {
    it(`equals scipy.ndimage.zoom: ${shape.join('×')} → ${to.join('×')}, order ${order}, ${border}, ${corners}`, () => {
      const options = { order, border, alignCorners: corners, clip: false };
      assertClose(resize(hashedImage(7, shape), to, options).data, values, 2e-5);
    });
  }

  for (const { shape, to, current, spacing, separate, order, values, labels } of goldens.resample) {
    const how = `${current.join(' × ')} → ${spacing.join(' × ')} mm, slices on their own: ${separate ?? 'by the rules'}`;
    it(`equals nnU-Net's resampling: ${how}`, () => {
      const options = { order, separateSlices: separate ?? undefined };
      const image = volume(shape as [number, number, number], current);
      const resampled = resampleToSpacing(image, spacing, options);
      assert.deepEqual(resampled.shape, to);
      assertClose(resampled.data, values, 2e-5);
      const mask = hashedLabels(3, shape, 4);
      const resampledMask = resampleToShape(mask, to, current, spacing, { ...options, labels: true });
      assert.deepEqual([...resampledMask.data], labels);
      // The volume's outline stays in the patient: its first corner is half a voxel before the first middle.
      to.forEach((size, axis) =>
        assertClose([spacingOf(resampled)[axis] * size], [current[axis] * shape[axis]], 1e-9),
      );
      const corner = (v: Volume) =>
        [0, 1, 2].map((row) => {
          const [a, b, c, d] = v.affine.slice(4 * row, 4 * row + 4);
          return d - (a + b + c) / 2;
        });
      assertClose(corner(resampled), corner(image), 1e-9);
    });
  }

  for (const { shape, to, values } of goldens.labels) {
    it(`equals nnU-Net's resampling of labels: ${shape.join('×')} → ${to.join('×')}, with draws`, () => {
      assert.deepEqual([...resizeLabels(hashedLabels(4, shape, 3), to).data], values);
    });
  }

  it('copies exactly where nothing changes, in every order', () => {
    const image = { data: new Int16Array([-5, 3, 900, -32768, 32767, 0]), shape: [2, 3], channels: 1 };
    for (const order of [0, 1, 3] as const) {
      const same = resize(image, [2, 3], { order });
      assert.deepEqual(same, image);
      assert.notEqual(same.data, image.data);
    }
  });

  it('rounds integers and keeps them in their type', () => {
    const bytes = { data: new Uint8Array([0, 0, 255, 255, 0, 0]), shape: [1, 6], channels: 1 };
    const overshoot = resize(bytes, [1, 24], { order: 3, clip: false });
    assert.ok(overshoot.data instanceof Uint8Array);
    assert.equal(Math.max(...overshoot.data), 255);
    assert.equal(Math.min(...overshoot.data), 0);
    const signed = { data: new Int16Array([-1, 0]), shape: [1, 2], channels: 1 };
    assert.deepEqual([...resize(signed, [1, 3], { alignCorners: true }).data], [-1, -1, 0]);
  });

  it('leaves its input as it is', () => {
    const image = hashedImage(1, [6, 5]);
    const before = image.data.slice();
    resize(image, [4, 9], { order: 3, border: 'nearest', antiAliasing: true });
    assert.deepEqual(image.data, before);
  });

  it('refuses what it cannot resample', () => {
    const image = hashedImage(1, [6, 5]);
    assert.throws(() => resize(image, [4]), /resize: got shape \[4\]; expected 2 positive integers/);
    assert.throws(() => resize(image, [4, 0]), /expected 2 positive integers/);
    assert.throws(() => resize(image, [4, 4], { order: 2 as Order }), /got order 2; expected 0/);
    assert.throws(
      () => resize(image, [4, 4], { border: 'edge' as Border }),
      /got border edge; expected one of: /,
    );
    assert.throws(() => resize({ ...image, channels: 2 }, [4, 4]), /got 30 samples for shape .* expected 60/);
    assert.throws(
      () => resizeLabels({ ...image, shape: [3, 5], channels: 2 }, [4, 4]),
      /expected 1 with a label/,
    );
    assert.throws(
      () => resampleToSpacing(volume([2, 3, 4], [1, 1, 1]), [1, 0, 1]),
      /got spacing \[1, 0, 1\]/,
    );
    assert.throws(
      () => resampleToSpacing(volume([2, 3, 4], [1, 1, 1]), [1, 1, 99]),
      /expected 3 positive integers/,
    );
  });
});

const fillOf = (border: Border) => (border === 'grid-constant' ? 0.3 : 0);
