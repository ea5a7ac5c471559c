import assert from 'node:assert/strict';
import type { Volume } from '../../../lib/io/image';
import { seededRandom } from '../../../lib/runtime/seed';
import { aboutCentre, composeMaps, invertMap, rotationMap } from '../../../lib/transforms/spatial/affine';
import { gridDisplacement, smoothDisplacement } from '../../../lib/transforms/spatial/elastic';
import { flip, quarterTurn } from '../../../lib/transforms/spatial/flips';
import { resize } from '../../../lib/transforms/spatial/resize';
import {
  elasticDeform,
  move,
  movementMap,
  rotate,
  warpSample,
} from '../../../lib/transforms/spatial/spatial';
import { mapCoordinates, warp } from '../../../lib/transforms/spatial/warp';
import { golden } from '../../golden';
import { hashed } from '../../nn/hashed';
import { assertClose, hashedImage, hashedLabels } from './images';

interface Goldens {
  elastic: { shape: number[]; alpha: number; sigma: number; values: number[] };
  rotation: { angles: number[]; values: number[] };
}

/** Where the voxel of each value lies in the patient. */
function places({ data, shape: [, height, width], affine }: Volume): Map<number, string> {
  return new Map(
    [...data].map((value, index) => {
      const at = [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width, 1];
      const place = [0, 1, 2].map((row) => at.reduce((sum, x, k) => sum + x * affine[4 * row + k], 0));
      return [value, place.map((x) => x.toFixed(6)).join()];
    }),
  );
}

describe('transforms/spatial/move', () => {
  const { elastic, rotation } = golden<Goldens>('spatial');
  const shapes = [
    [8, 11],
    [5, 6, 7],
  ];
  const affine = [0.5, 0, 2, 1, 0, 3, 0.1, 2, 4, 0, 0, 3, 0, 0, 0, 1];

  it('turns volumes as batchgenerators for the negative angles', () => {
    assertClose(
      rotationMap(rotation.angles).flatMap((row) => row.slice(0, 3)),
      rotation.values,
      2e-5,
    );
  });

  it('copies exactly where nothing moves, in every order', () => {
    for (const shape of shapes) {
      const image = hashedImage(1, shape);
      for (const order of [0, 1, 3] as const) {
        assert.deepEqual(move(image, {}, { order }), image);
        assert.deepEqual(rotate(image, shape.length === 2 ? 360 : [0, 720, -360], { order }), image);
      }
    }
  });

  it('turns by 90° as numpy.rot90', () => {
    const image = hashedImage(1, [9, 9]);
    for (const turns of [1, 2, 3]) {
      assert.deepEqual(rotate(image, 90 * turns, { order: 0 }).data, quarterTurn(image, turns).data);
      assertClose(rotate(image, 90 * turns, { order: 3 }).data, quarterTurn(image, turns).data, 1e-5);
    }
    const volume = hashedImage(1, [4, 9, 9]);
    assertClose(rotate(volume, [90, 0, 0]).data, quarterTurn(volume, 1).data, 1e-6);
  });

  it('flips and turns as NumPy, with inverses', () => {
    const image = { data: new Uint8Array([1, 2, 3, 4, 5, 6]), shape: [2, 3], channels: 1 };
    assert.deepEqual([...flip(image, [0]).data], [4, 5, 6, 1, 2, 3]);
    assert.deepEqual([...flip(image, [1]).data], [3, 2, 1, 6, 5, 4]);
    assert.deepEqual(quarterTurn(image), {
      data: new Uint8Array([3, 6, 2, 5, 1, 4]),
      shape: [3, 2],
      channels: 1,
    });
    assert.deepEqual([...quarterTurn(image, -1).data], [4, 1, 5, 2, 6, 3]);
    const coloured = { data: hashed(1, 5 * 4 * 3 * 2), shape: [5, 4, 3], channels: 2 };
    for (const plane of [
      [0, 1],
      [1, 2],
      [2, 0],
      [0, 2],
    ] as const) {
      for (const turns of [0, 1, 2, 3]) {
        const turned = quarterTurn(coloured, turns, plane);
        assert.deepEqual(quarterTurn(turned, -turns, plane), coloured);
        if (turns === 1) assert.deepEqual(quarterTurn(turned, 1, plane), flip(coloured, plane));
      }
    }
  });

  it('keeps voxels where they are in the patient', () => {
    const shape = [2, 3, 4] as const;
    const volume: Volume = {
      data: Float32Array.from({ length: 24 }, (_, i) => i),
      shape,
      channels: 1,
      affine,
    };
    for (const moved of [flip(volume, [0, 2]), quarterTurn(volume, 1), quarterTurn(volume, 3, [2, 0])]) {
      assert.deepEqual([...places(moved)].sort(), [...places(volume)].sort());
    }
  });

  it('moves things where they are said to go', () => {
    const image = { data: new Float32Array(21 * 21), shape: [21, 21], channels: 1 };
    const at = (row: number, column: number) => (10 + row) * 21 + 10 + column;
    image.data[at(-4, 2)] = 1;
    const brightest = (movement: Parameters<typeof move>[1]) => {
      const { data } = move(image, movement, { order: 1 });
      return data.indexOf(Math.max(...data));
    };
    assert.equal(brightest({ translation: [3, -2] }), at(-1, 0));
    assert.equal(brightest({ scaling: 2 }), at(-8, 4));
    assert.equal(brightest({ rotation: 90 }), at(-2, -4));
    assert.equal(brightest({ shear: { along: 1, by: 0, factor: 0.5 } }), at(-4, 0));
    assert.equal(brightest({ scaling: 0.5, rotation: 90, translation: [1, 1] }), at(0, -1));
  });

  it('resamples a chain of maps once, to what each after the other gives', () => {
    const image = resize(hashedImage(1, [6, 6]), [60, 60], { order: 3 });
    const first = aboutCentre(rotationMap([20]), [60, 60]);
    const second = movementMap([60, 60], { scaling: 0.8, translation: [2, 1] });
    const options = { order: 3, border: 'nearest' } as const;
    const once = warp(image, { affine: composeMaps(first, second) }, options);
    const twice = warp(warp(image, { affine: first }, options), { affine: second }, options);
    const inner = once.data.map((value, index) =>
      index % 60 > 15 && index % 60 < 45 ? value - twice.data[index] : 0,
    );
    assertClose(inner.slice(15 * 60, 45 * 60), new Float32Array(30 * 60), 0.005);
    const back = warp(warp(image, { affine: first }, options), { affine: invertMap(first) }, options);
    assertClose(back.data.slice(1825, 1835), image.data.slice(1825, 1835), 0.005);
  });

  it('draws U-Net’s field through its coarse points, and the same for one seed', () => {
    for (const shape of shapes) {
      const fields = gridDisplacement(shape, { points: 3, sigma: 2 }, seededRandom(5));
      assert.deepEqual(fields, gridDisplacement(shape, { points: 3, sigma: 2 }, seededRandom(5)));
      assert.equal(fields.length, shape.length);
      // Through the corners go the corner points: 3 at once along the last axis, so that the second draw is the middle.
      const random = seededRandom(5);
      const draws = [0, 1].flatMap(() => {
        const radius = 2 * Math.sqrt(-2 * Math.log(1 - random()));
        const angle = 2 * Math.PI * random();
        return [radius * Math.cos(angle), radius * Math.sin(angle)];
      });
      const last = shape[shape.length - 1];
      assertClose([fields[0][0], fields[0][last - 1]], [draws[0], draws[2]], 1e-5);
      const middle = { data: fields[0], shape, channels: 1 };
      const places = shape.map((_, axis) => [axis === shape.length - 1 ? (last - 1) / 2 : 0]);
      const found = mapCoordinates(
        middle,
        places,
        shape.map(() => 1),
        { order: 3, border: 'mirror' },
      );
      assertClose(found.data, [draws[1]], 0.02);
    }
  });

  it('smooths Simard’s field as batchgenerators', () => {
    const count = elastic.shape[0] * elastic.shape[1];
    const noise = [...hashed(20, count), ...hashed(21, count)];
    const fields = smoothDisplacement(elastic.shape, elastic, () => (noise.shift()! + 1) / 2);
    assertClose([...fields[0], ...fields[1]], elastic.values, 1e-4);
  });

  it('keeps image and mask aligned', () => {
    for (const shape of shapes) {
      const mask = hashedLabels(1, shape, 3);
      const image = { ...mask, data: new Float32Array(mask.data) };
      const options = { image: { order: 0 } } as const;
      const moved = elasticDeform({ image, mask }, { kind: 'grid', sigma: 1 }, seededRandom(1), options);
      assert.deepEqual([...moved.image.data], [...moved.mask!.data]);
      assert.notDeepEqual(moved.mask!.data, mask.data);
      assert.ok(moved.mask!.data instanceof Uint8Array);
    }
  });

  it('deforms and turns in one resampling: the place of a sample is the map of where it is deformed to', () => {
    const image = {
      data: Float32Array.from({ length: 400 }, (_, i) => Math.floor(i / 20) * 2 + (i % 20)),
      shape: [20, 20],
      channels: 1,
    };
    const displacement = [new Float32Array(400).fill(1.5), new Float32Array(400).fill(-0.5)];
    const map = movementMap([20, 20], { rotation: 90 });
    const { data } = warp(image, { affine: map, displacement });
    // Old row = column − ½, old column = 19 − (row + 1½).
    assertClose([data[8 * 20 + 6]], [2 * 5.5 + 19 - 9.5], 1e-4);
  });

  it('reads every type of sample bit by bit in order 0', () => {
    const types = [
      Uint8Array,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
    ];
    for (const type of types) {
      const data = type.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      data[4] = -1;
      const turned = rotate({ data, shape: [3, 3], channels: 1 }, 45, { order: 0, fill: 7 });
      assert.ok(turned.data instanceof type);
      assert.deepEqual([turned.data[4], turned.data[0]], [data[4], 7]);
    }
  });

  it('refuses what it cannot move', () => {
    const image = hashedImage(1, [4, 5]);
    assert.throws(() => rotate(image, [1, 2, 3]), /got rotation \[1, 2, 3\]; expected 1 angle/);
    assert.throws(() => move(image, { scaling: 0 }), /got scaling \[0, 0\]; expected positive numbers/);
    assert.throws(() => move(image, { translation: [1] }), /got translation \[1\]; expected 2/);
    assert.throws(
      () => move(image, { shear: { along: 1, by: 1, factor: 1 } }),
      /expected two different axes/,
    );
    assert.throws(
      () => warp(image, { affine: [[1, 0, 0]] }),
      /got the map \[\[1,0,0\]\]; expected 2 rows of 3/,
    );
    const displacement = [new Float32Array(20), new Float32Array(19)];
    assert.throws(
      () => warp(image, { affine: rotationMap([0]), displacement }),
      /got fields of 20, 19 numbers/,
    );
    assert.throws(() => flip(image, [2]), /got axes \[2\]; expected different ones from 0 to 1/);
    assert.throws(() => quarterTurn(image, 0.5), /got 0.5 turns/);
    assert.throws(() => gridDisplacement([4, 4], { points: 1 }, Math.random), /got 1 points/);
    assert.throws(() => smoothDisplacement([4, 4], { sigma: -1 }, Math.random), /got sigma -1/);
    assert.throws(
      () => warpSample({ image, mask: hashedLabels(1, [5, 4], 2) }, { affine: rotationMap([0]) }),
      /expected the same sizes/,
    );
    assert.throws(
      () =>
        invertMap([
          [1, 1, 0],
          [2, 2, 0],
        ]),
      /has no inverse/,
    );
  });
});
