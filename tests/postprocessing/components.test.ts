import assert from 'node:assert/strict';
import { connectedComponents, labelComponents } from '../../lib/metrics/components';
import type { Connectivity } from '../../lib/metrics/connectivity';
import { keepLargestComponent, removeSmallComponents } from '../../lib/postprocessing/components';
import { fillLabelHoles } from '../../lib/postprocessing/label-holes';
import { fillHoles } from '../../lib/transforms/spatial/fill-holes';
import { decodePixels, golden } from '../golden';

interface Golden {
  cases: {
    shape: number[];
    mask: string;
    classes: string;
    filled: string;
    connectivities: {
      connectivity: Connectivity;
      mask: string;
      classes: string;
      'at least 5': string;
      largest: string;
    }[];
  }[];
}

const unpacked = (base64: string) => decodePixels('uint16', base64) as Uint16Array;
const { cases } = golden<Golden>('components');
const sizesOf = (labels: ArrayLike<number>) => {
  const sizes = new Map<number, number>();
  for (const label of Array.from(labels)) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  sizes.delete(0);
  return sizes;
};

describe('connected components in the plane and in space', () => {
  it('are numbered as by SciPy, scikit-image and cc3d, of masks and of classes', () => {
    for (const { shape, mask, classes, connectivities } of cases) {
      for (const { connectivity, ...expected } of connectivities) {
        const what = `${shape.join(' × ')}, ${connectivity}`;
        const { labels, count } = connectedComponents(unpacked(mask), shape, connectivity);
        assert.deepEqual([...labels], [...unpacked(expected.mask)], what);
        assert.equal(count, Math.max(0, ...labels));
        const byClass = labelComponents(unpacked(classes), shape, connectivity);
        assert.deepEqual([...byClass.labels], [...unpacked(expected.classes)], what);
      }
    }
  });

  it('are of faces, or edges in the plane, unless told otherwise', () => {
    for (const { shape, mask, connectivities } of cases) {
      assert.deepEqual(
        [...connectedComponents(unpacked(mask), shape).labels],
        [...unpacked(connectivities[0].mask)],
      );
    }
  });

  it('of nothing are none', () => {
    assert.deepEqual(connectedComponents(new Uint8Array(24), [2, 3, 4], 26), {
      labels: new Int32Array(24),
      count: 0,
    });
  });

  it('refuse a shape or a connectivity that does not fit', () => {
    const mask = new Uint8Array(24);
    assert.throws(() => connectedComponents(mask, [24]), /got shape \[24\]; expected \[height, width\] or/);
    assert.throws(() => connectedComponents(mask, [4, 7]), /got 24 values for shape \[4, 7\]; expected 28/);
    assert.throws(
      () => connectedComponents(mask, [2, 3, 4], 8),
      /got connectivity 8; expected 6 \(faces\), 18/,
    );
    assert.throws(() => labelComponents(mask, [4, 6], 6), /labelComponents: got connectivity 6; expected 4/);
  });
});

describe('keepLargestComponent', () => {
  it('keeps what cc3d.largest_k keeps where one is the largest', () => {
    let compared = 0;
    for (const { shape, mask, connectivities } of cases) {
      for (const { connectivity, largest, mask: components } of connectivities) {
        const sizes = [...sizesOf(unpacked(components)).values()].sort((a, b) => b - a);
        if (sizes[0] === sizes[1]) continue;
        compared++;
        assert.deepEqual(
          keepLargestComponent(unpacked(mask), shape, { connectivity }),
          unpacked(largest),
          `${shape.join(' × ')}, ${connectivity}`,
        );
      }
    }
    assert.ok(compared > 6);
  });

  it('takes classes by themselves, together, or by regions, and keeps all that are equally large', () => {
    const labels = Uint8Array.of(1, 1, 0, 2, 0, 1, 0, 2, 0, 2, 2, 3);
    const kept = (classes?: Parameters<typeof keepLargestComponent>[2]) =>
      [...keepLargestComponent(labels, [1, 12], classes)].join('');
    assert.equal(kept(), '110000000223');
    assert.equal(kept({ classes: 'together' }), '000000000223');
    assert.equal(kept({ classes: [2] }), '110001000223');
    assert.equal(kept({ classes: [[1, 3]] }), '110200020220');
    assert.equal([...keepLargestComponent(Uint8Array.of(1, 0, 1), [1, 3])].join(''), '101');
  });

  it('joins over corners unless told otherwise, and leaves its input and type alone', () => {
    const labels = Int16Array.of(5, 0, 0, 0, 5, 0, 5, 0, 5, 0, 0, 0);
    const before = labels.slice();
    const kept = keepLargestComponent(labels, [4, 3]);
    assert.ok(kept instanceof Int16Array);
    assert.deepEqual([kept, labels], [before, before]);
    const edges = keepLargestComponent(Uint8Array.of(1, 0, 0, 0, 1, 1), [2, 3], { connectivity: 4 });
    assert.deepEqual([...edges], [0, 0, 0, 0, 1, 1]);
  });

  it('refuses groups that name the background or are none', () => {
    const labels = new Uint8Array(4);
    assert.throws(
      () => keepLargestComponent(labels, [2, 2], { classes: [0] }),
      /keepLargestComponent: got classes \[0\]; expected 'each', 'together', or a list/,
    );
    assert.throws(
      () => keepLargestComponent(labels, [2, 2], { classes: 'all' as 'each' }),
      /got classes "all"/,
    );
  });
});

describe('removeSmallComponents', () => {
  it("equals scikit-image's remove_small_objects", () => {
    for (const { shape, mask, connectivities } of cases) {
      for (const { connectivity, 'at least 5': expected } of connectivities) {
        assert.deepEqual(
          removeSmallComponents(unpacked(mask), shape, 5, { connectivity }),
          unpacked(expected),
        );
      }
    }
  });

  it('measures touching classes by themselves, or together', () => {
    const labels = Uint8Array.of(1, 1, 2, 0, 2, 2, 2);
    assert.deepEqual([...removeSmallComponents(labels, [1, 7], 2)], [1, 1, 0, 0, 2, 2, 2]);
    assert.deepEqual([...removeSmallComponents(labels, [1, 7], 3, { classes: 'together' })], [...labels]);
  });

  it('refuses a size below 1', () => {
    assert.throws(() => removeSmallComponents(new Uint8Array(4), [2, 2], 0), /got minimumSize 0; expected/);
    assert.throws(
      () => removeSmallComponents(new Uint8Array(4), [2, 2], NaN),
      /got minimumSize NaN; expected/,
    );
  });
});

describe('fillLabelHoles', () => {
  it("equals SciPy's binary_fill_holes for one class, as fillHoles does", () => {
    for (const { shape, mask, filled } of cases) {
      const expected = unpacked(filled);
      assert.deepEqual([...fillHoles(unpacked(mask), shape)], [...expected], shape.join(' × '));
      assert.deepEqual(fillLabelHoles(unpacked(mask), shape), expected, shape.join(' × '));
    }
  });

  const picture = (text: string) => Uint8Array.from(text.replace(/\s/g, ''), Number);
  const labels = picture(`
    1111222
    1012202
    1122222
    1021110
    1110000`);
  const fill = (options?: Parameters<typeof fillLabelHoles>[2]) => fillLabelHoles(labels, [5, 7], options);

  it('fills what one class alone encloses, with that class', () => {
    assert.deepEqual(
      fill(),
      picture(`
        1111222
        1112222
        1122222
        1021110
        1110000`),
    );
  });

  it('fills the holes of chosen classes up to a size', () => {
    assert.deepEqual(fill({ classes: [2] })[8], 0);
    assert.deepEqual(fill({ classes: [2] })[12], 2);
    const ring = picture('11111 10001 11111');
    assert.deepEqual(fillLabelHoles(ring, [3, 5], { maximumSize: 2 }), ring);
    assert.deepEqual(fillLabelHoles(ring, [3, 5], { maximumSize: 3 }), new Uint8Array(15).fill(1));
  });

  it('lets background pass corners where told', () => {
    const diamond = picture('00100 01010 00100 00000');
    assert.equal(fillLabelHoles(diamond, [4, 5])[7], 1);
    assert.equal(fillLabelHoles(diamond, [4, 5], { connectivity: 8 })[7], 0);
  });
});
