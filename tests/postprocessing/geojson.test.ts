import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labelsToGeoJson, writeGeoJson } from '../../lib/postprocessing/geojson';
import { areaOf, maskPolygons } from '../../lib/postprocessing/polygons';
import { seededRandom } from '../../lib/runtime/seed';

const picture = (text: string) => Uint8Array.from(text.replace(/\s/g, ''), Number);

describe('maskPolygons', () => {
  it('gives one pixel as a diamond about it', () => {
    const [{ outer, holes }, ...more] = maskPolygons(picture('000 010 000'), [3, 3]);
    assert.deepEqual([more, holes], [[], []]);
    assert.equal(areaOf(outer), 0.5);
    const points = Array.from({ length: 4 }, (_, at) => `${outer[2 * at]},${outer[2 * at + 1]}`).sort();
    assert.deepEqual(points, ['0.5,1', '1,0.5', '1,1.5', '1.5,1']);
  });

  it('puts holes into the polygon around them, and what lies in a hole beside it', () => {
    const mask = picture(`
      11111110
      10000010
      10111010
      10101010
      10111010
      10000010
      11111110
      00000000`);
    const polygons = maskPolygons(mask, [8, 8]);
    assert.deepEqual(
      polygons.map(({ holes }) => holes.length),
      [1, 1],
    );
    const areas = polygons.map(({ outer, holes }) => [outer, ...holes].map(areaOf));
    // Squares of pixels have their corners cut by 1/8, holes by as much.
    assert.deepEqual(areas, [
      [49 - 0.5, -(25 - 0.5)],
      [9 - 0.5, -0.5],
    ]);
  });

  it('covers as many pixels as the mask, corners aside, and never crosses its own lines', () => {
    const random = seededRandom(4);
    const shape = [24, 31];
    const mask = Uint8Array.from({ length: 24 * 31 }, () => (random() < 0.6 ? 1 : 0));
    const polygons = maskPolygons(mask, shape);
    const rings = polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
    assert.ok(rings.length > 20);
    // A point of a ring lies between two pixels, and belongs to no other ring.
    const points = rings.flatMap((ring) =>
      Array.from({ length: ring.length / 2 - 1 }, (_, at) => `${ring[2 * at]},${ring[2 * at + 1]}`),
    );
    assert.equal(new Set(points).size, points.length);
    // By inclusion of each pixel's middle, even–odd over all rings.
    for (let at = 0; at < mask.length; at++) {
      const [row, column] = [Math.floor(at / 31), at % 31];
      let inside = false;
      for (const ring of rings) {
        for (let p = 0; p + 3 < ring.length; p += 2) {
          const [x1, y1, x2, y2] = ring.subarray(p, p + 4);
          const y = row + 0.01;
          if (y1 > y !== y2 > y && column < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
        }
      }
      assert.equal(inside, mask[at] === 1);
    }
  });

  it('follows probabilities with subpixel precision, beyond the border 0', () => {
    const [{ outer }] = maskPolygons([0.2, 0.8, 0.6], [1, 3]);
    const columns = outer.filter((_, at) => at % 2 === 0);
    assert.ok(Math.abs(Math.min(...columns) - 0.5) < 1e-12);
    assert.ok(Math.abs(Math.max(...columns) - (2 + 1 / 6)) < 1e-12);
  });

  it('refuses volumes, and levels that beyond the border are reached', () => {
    assert.throws(() => maskPolygons(new Uint8Array(8), [2, 2, 2]), /got shape \[2, 2, 2\]; expected/);
    assert.throws(
      () => maskPolygons(new Uint8Array(4), [2, 2], 0),
      /got level 0; expected a finite number above/,
    );
  });
});

describe('labelsToGeoJson', () => {
  const labels = picture(`
    1100
    1102
    0000
    2200`);

  it('gives each label its polygons, from the corner of the image, as QuPath reads them', () => {
    const { type, features } = labelsToGeoJson(labels, [4, 4], {
      names: { 1: 'Tumor' },
      colours: { 1: [200, 0, 0] },
    });
    assert.equal(type, 'FeatureCollection');
    assert.deepEqual(
      features.map(({ geometry, properties }) => [geometry.type, properties]),
      [
        [
          'Polygon',
          {
            objectType: 'annotation',
            label: 1,
            classification: { name: 'Tumor', color: [200, 0, 0] },
          },
        ],
        ['MultiPolygon', { objectType: 'annotation', label: 2 }],
      ],
    );
    const [{ geometry }] = features;
    assert.ok(geometry.type === 'Polygon');
    const [ring] = geometry.coordinates;
    assert.deepEqual(ring[0], ring[ring.length - 1]);
    const [xs, ys] = [0, 1].map((axis) => ring.map((point) => point[axis]));
    assert.deepEqual([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)], [0, 2, 0, 2]);
    // RFC 7946: outer rings run counterclockwise in x and y.
    assert.ok(areaOf(Float64Array.from(ring.flat())) > 0);
  });

  it('places instances in physical units, each a feature', () => {
    const instances = Uint16Array.of(0, 300, 300, 0, 0, 7);
    const { features } = labelsToGeoJson(instances, [2, 3], {
      objectType: 'detection',
      names: (label) => (label > 100 ? 'large' : undefined),
      spacing: [2, 0.5],
      origin: [100, -10],
    });
    assert.deepEqual(
      features.map(({ properties }) => properties.label),
      [7, 300],
    );
    const [small, large] = features.map(({ geometry }) => (geometry.coordinates as [number, number][][])[0]);
    assert.deepEqual(
      [Math.min(...small.map(([x]) => x)), Math.max(...small.map(([, y]) => y))],
      [-10 + 0.5 * 1.5, 100 + 2 * 1.5],
    );
    assert.deepEqual(Math.max(...large.map(([x]) => x)), -10 + 0.5 * 2.5);
    assert.equal(features[1].properties.classification!.name, 'large');
  });

  it('writes a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-geojson-'));
    try {
      const collection = labelsToGeoJson(labels, [4, 4]);
      writeGeoJson(join(folder, 'labels.geojson'), collection);
      assert.deepEqual(JSON.parse(readFileSync(join(folder, 'labels.geojson'), 'utf8')), collection);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses volumes and spacings that do not fit', () => {
    assert.throws(
      () => labelsToGeoJson(labels, [2, 2, 4]),
      /got shape \[2, 2, 4\]; expected \[height, width\]/,
    );
    assert.throws(
      () => labelsToGeoJson(labels, [4, 4], { spacing: [1, 0] }),
      /got spacing \[1, 0\]; expected 2/,
    );
    assert.throws(() => labelsToGeoJson(labels, [4, 4], { origin: [0, NaN] }), /got origin \[0, NaN\]/);
  });
});
