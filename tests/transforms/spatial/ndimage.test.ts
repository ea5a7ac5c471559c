import type { Image } from '../../../lib/io/image';
import { aboutCentre, rotationMap, type AffineMap } from '../../../lib/transforms/spatial/affine';
import type { Border, Order } from '../../../lib/transforms/spatial/borders';
import { smoothGaussian } from '../../../lib/transforms/spatial/gaussian';
import { mapCoordinates, warp } from '../../../lib/transforms/spatial/warp';
import { golden } from '../../golden';
import { hashed } from '../../nn/hashed';
import { assertClose, hashedImage, interleaved } from './images';

interface Sampled {
  shape: number[];
  order: Order;
  border: Border;
  values: number[];
}

interface Goldens {
  fill: number;
  coordinates: (Sampled & { number: number; count: number })[];
  affine: (Sampled & { number: number; to: number[]; map: AffineMap })[];
  rotate: { shape: number[]; angles: number[]; values: number[] }[];
  gaussian: { border: Border; sigmas: number[]; values: number[] }[];
}

describe('transforms/spatial beside scipy.ndimage', () => {
  const { fill, coordinates, affine, rotate, gaussian } = golden<Goldens>('ndimage');

  for (const { number, shape, count, order, border, values } of coordinates) {
    it(`map_coordinates in ${shape.length}-D, order ${order}, ${border}`, () => {
      const places = shape.map((size, axis) =>
        Float64Array.from(hashed(10 * number + axis, count), (value) => (value * 1.3 + 0.5) * size),
      );
      const to = [...shape.map(() => 1).slice(1), count];
      const result = mapCoordinates(hashedImage(number, shape), places, to, { order, border, fill });
      assertClose(result.data, values, 2e-5);
    });
  }

  for (const { number, shape, to, map, order, border, values } of affine) {
    it(`affine_transform ${shape.join('×')} → ${to.join('×')}, order ${order}, ${border}`, () => {
      const image = hashedImage(number, shape);
      const options = { shape: to, order, border, fill };
      assertClose(warp(image, { affine: map }, options).data, values, 2e-5);
      // Channels do not mix, and a deformation by nothing takes the way of all deformations to the same result.
      const [first, second] = [image, { ...image, data: image.data.map((value) => 2 * value - 1) }];
      const both = warp(interleaved(first, second), { affine: map }, { ...options, fill: 0 });
      const alone = (one: Image) => warp(one, { affine: map }, { ...options, fill: 0 }).data;
      const zero = to.map(() => new Float32Array(values.length));
      const deformed = warp(second, { affine: map, displacement: zero }, { ...options, fill: 0 }).data;
      assertClose(
        both.data.filter((_, index) => index % 2 === 0),
        alone(first),
        0,
      );
      assertClose(
        both.data.filter((_, index) => index % 2 === 1),
        alone(second),
        0,
      );
      assertClose(deformed, alone(second), 2e-5);
    });
  }

  for (const { shape, angles, values } of rotate) {
    it(`rotate by ${angles.join(', ')}°`, () => {
      const map = aboutCentre(rotationMap(angles), shape);
      assertClose(warp(hashedImage(6, shape), { affine: map }, { order: 3 }).data, values, 2e-5);
    });
  }

  for (const { border, sigmas, values } of gaussian) {
    it(`gaussian_filter, ${border}`, () => {
      assertClose(smoothGaussian(hashed(8, 99), [9, 11], 1, sigmas, border, fill), values, 2e-5);
    });
  }
});
