import assert from 'node:assert/strict';
import type { Image } from '../../../lib/io/image';
import { inverseRadon } from '../../../lib/transforms/artefacts/inverse-radon';
import type { ProjectionFilter } from '../../../lib/transforms/artefacts/projection-filters';
import { evenAngles, radon } from '../../../lib/transforms/artefacts/radon';
import { golden } from '../../golden';
import { assertClose, hashedImage } from '../spatial/images';

interface Goldens {
  angles: number[];
  forward: { number: number; shape: number[]; circle: boolean; values: number[] }[];
  inverse: {
    number: number;
    shape: number[];
    filter: ProjectionFilter;
    circle: boolean;
    size: number | null;
    angles?: number[];
    values: number[];
  }[];
}

/** The image without what lies outside of the circle that every projection sees whole. */
function disc(image: Image<Float32Array>): Image<Float32Array> {
  const [height, width] = image.shape;
  const radius = Math.floor(Math.min(height, width) / 2);
  const data = image.data.map((value, index) => {
    const row = Math.floor(index / width) - Math.floor(height / 2);
    const column = (index % width) - Math.floor(width / 2);
    return row * row + column * column > radius * radius ? 0 : value;
  });
  return { ...image, data };
}

describe('transforms/artefacts: Radon transform beside scikit-image', () => {
  const { angles, forward, inverse } = golden<Goldens>('radon');

  for (const { number, shape, circle, values } of forward) {
    it(`radon of ${shape.join('×')}${circle ? ', circle' : ''}`, () => {
      const image = hashedImage(number, shape);
      assertClose(radon(circle ? disc(image) : image, { angles, circle }).data, values, 2e-6);
    });
  }

  for (const { number, shape, filter, circle, size, angles, values } of inverse) {
    it(`inverseRadon of ${shape.join('×')}, ${filter}${circle ? ', circle' : ''}, size ${size}`, () => {
      const sinogram = hashedImage(number, shape);
      const result = inverseRadon(sinogram, { filter, circle, angles, size: size ?? undefined });
      assertClose(result.data, values, 2e-6);
      assert.equal(result.shape[0] * result.shape[1], values.length);
    });
  }

  it('brings a smooth picture back', () => {
    const side = 64;
    const data = Float32Array.from({ length: side * side }, (_, index) => {
      const [y, x] = [Math.floor(index / side) - 30, (index % side) - 36];
      return Math.exp(-(x * x + y * y) / 60);
    });
    const image = { data, shape: [side, side], channels: 1 };
    const angles = evenAngles(120);
    assertClose(inverseRadon(radon(image, { angles }), { angles }).data, disc(image).data, 0.02);
  });

  it('refuses what is no plane, and angles that do not fit', () => {
    const image = hashedImage(1, [8, 8]);
    assert.throws(() => radon(hashedImage(1, [2, 4, 4])), /radon: got \[2, 4, 4\] with 1 channels/);
    assert.throws(() => radon(image, { angles: [] }), /radon: got 0 angles/);
    assert.throws(() => inverseRadon(image, { angles: [1] }), /inverseRadon: got 1 angles for 8 projections/);
    assert.throws(
      () => inverseRadon(image, { filter: 'box' as ProjectionFilter }),
      /inverseRadon: got filter 'box'/,
    );
  });
});
