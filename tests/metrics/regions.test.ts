import assert from 'node:assert/strict';
import { connectedComponents } from '../../lib/metrics/components';
import type { Connectivity } from '../../lib/metrics/connectivity';
import { membraneScores, regionScores } from '../../lib/metrics/rand-information';
import { watershedLines } from '../../lib/metrics/watershed-lines';
import { seededRandom } from '../../lib/runtime/seed';
import { golden } from '../golden';

interface Golden {
  cases: {
    width: number;
    interior: number[];
    components: number[];
    'components of 8': number[];
    lines: number[];
  }[];
}

const { cases } = golden<Golden>('scikit-image');

describe('connectedComponents', () => {
  it("numbers regions as scikit-image's label does", () => {
    for (const { width, interior, components, 'components of 8': byCorners } of cases) {
      assert.deepEqual([...connectedComponents(interior, width).labels], components);
      assert.deepEqual([...connectedComponents(interior, width, 8).labels], byCorners);
    }
  });

  it('joins the arms of a U into one region and keeps diagonal neighbours apart', () => {
    assert.equal(connectedComponents([1, 0, 1, 1, 0, 1, 1, 1, 1], 3).count, 1);
    assert.equal(connectedComponents([1, 0, 0, 1], 2).count, 2);
    assert.equal(connectedComponents([1, 0, 0, 1], 2, 8).count, 1);
    assert.equal(connectedComponents([0, 0, 1, 1, 0, 0], 3, 8).count, 2, 'rows do not wrap around');
  });

  it('refuses a width that does not divide the pixels', () => {
    assert.throws(() => connectedComponents([1, 0, 1], 2), /got width 2 for 3 pixels; expected whole rows/);
  });

  it('refuses a connectivity other than 4 and 8', () => {
    const connectivity = 6 as Connectivity;
    assert.throws(() => connectedComponents([1], 1, connectivity), /got connectivity 6; expected 4 .* or 8/);
  });
});

describe('watershedLines', () => {
  const neighbours = (index: number, width: number, size: number) =>
    [
      index >= width ? index - width : -1,
      index % width > 0 ? index - 1 : -1,
      index % width < width - 1 ? index + 1 : -1,
      index + width < size ? index + width : -1,
    ].filter((at) => at >= 0);

  it('grows every component and keeps different regions apart by lines that touch two of them', () => {
    for (const { width, interior, components } of cases) {
      const thinned = watershedLines(interior, width);
      components.forEach((label, index) => label && assert.equal(thinned[index], label));
      thinned.forEach((label, index) => {
        const around = neighbours(index, width, thinned.length).map((at) => thinned[at]);
        const regions = new Set(around.filter((other) => other > 0));
        if (label > 0) regions.forEach((other) => assert.equal(other, label));
        else assert.ok(regions.size !== 1, `pixel ${index} is a line but touches only one region`);
      });
    }
  });

  it("differs from scikit-image's watershed_line only where two regions are equally far", () => {
    for (const { width, interior, lines } of cases) {
      const thinned = watershedLines(interior, width);
      const clash = lines.filter(
        (label, index) => label > 0 && thinned[index] > 0 && label !== thinned[index],
      );
      assert.ok(
        clash.length <= 0.02 * lines.length,
        `${clash.length} of ${lines.length} pixels in other regions`,
      );
      const border = (labels: ArrayLike<number>) => Array.from(labels).filter((label) => label === 0).length;
      assert.ok(Math.abs(border(lines) - border(thinned)) <= 0.05 * lines.length);
    }
  });

  it('leaves an image without regions empty', () => {
    assert.deepEqual([...watershedLines([0, 0, 0, 0], 2)], [0, 0, 0, 0]);
  });
});

/** V_rand and V_info by their definitions, over all pairs of foreground pixels and all pixels. */
function scoresByDefinition(truth: number[], proposal: number[]) {
  const pixels = truth
    .map((t, index) => ({ t, s: proposal[index] || -1 - index }))
    .filter(({ t }) => t !== 0);
  const share = (test: (p: (typeof pixels)[0], q: (typeof pixels)[0]) => boolean) =>
    pixels.flatMap((p) => pixels.map((q) => (test(p, q) ? 1 : 0))).reduce<number>((a, b) => a + b, 0) /
    pixels.length ** 2;
  const entropy = (key: (p: (typeof pixels)[0]) => string | number) => {
    const counts = new Map<string | number, number>();
    for (const p of pixels) counts.set(key(p), (counts.get(key(p)) ?? 0) + 1);
    return -[...counts.values()].reduce(
      (sum, n) => sum + (n / pixels.length) * Math.log(n / pixels.length),
      0,
    );
  };
  const both = share((p, q) => p.t === q.t && p.s === q.s);
  const sameTruth = share((p, q) => p.t === q.t);
  const sameProposal = share((p, q) => p.s === q.s);
  const ht = entropy((p) => p.t);
  const hs = entropy((p) => p.s);
  const information = ht + hs - entropy((p) => `${p.t} ${p.s}`);
  return { vRand: (2 * both) / (sameTruth + sameProposal), vInfo: (2 * information) / (ht + hs) };
}

describe('regionScores', () => {
  it('equals the definitions over pixel pairs', () => {
    const random = seededRandom(3);
    for (let trial = 0; trial < 10; trial++) {
      const truth = Array.from({ length: 60 }, () => Math.floor(random() * 4));
      const proposal = truth.map((label) => (random() < 0.6 ? label : Math.floor(random() * 5)));
      const expected = scoresByDefinition(truth, proposal);
      const scores = regionScores(truth, proposal);
      assert.ok(Math.abs(scores.vRand - expected.vRand) < 1e-12);
      assert.ok(Math.abs(scores.vInfo - expected.vInfo) < 1e-12);
    }
  });

  it('is 1 for the same regions under other numbers', () => {
    const scores = regionScores([1, 1, 2, 2, 0], [7, 7, 3, 3, 9]);
    assert.ok(Math.abs(scores.vRand - 1) < 1e-12 && Math.abs(scores.vInfo - 1) < 1e-12);
  });

  it('punishes a merger of two equal cells: V_rand 2/3, V_info 0', () => {
    const scores = regionScores([1, 1, 2, 2], [5, 5, 5, 5]);
    assert.ok(Math.abs(scores.vRand - 2 / 3) < 1e-12);
    assert.ok(Math.abs(scores.vInfo) < 1e-12);
  });

  it('refuses a truth without regions', () => {
    assert.throws(() => regionScores([0, 0], [1, 1]), /without any region/);
  });
});

describe('membraneScores', () => {
  const truth = [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0];

  it('forgives a membrane that is drawn too thick', () => {
    const probability = truth.map((_, index) => ([1, 2, 3].includes(index % 5) ? 0.8 : 0.05));
    assert.ok(membraneScores([{ probability, truth }], 5).vRand > 1 - 1e-12);
  });

  it('reports the threshold that closes the gap in a faint membrane', () => {
    const probability = truth.map((value, index) => (value ? (index === 7 ? 0.35 : 0.9) : 0.25));
    const scores = membraneScores([{ probability, truth }], 5);
    assert.equal(scores.vRandThreshold, 0.3);
    assert.ok(scores.vRand > 1 - 1e-12);
    const wrong = membraneScores([{ probability, truth }], 5, [0.5]);
    assert.ok(wrong.vRand < 0.9);
  });
});
