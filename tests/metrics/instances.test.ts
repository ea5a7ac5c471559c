import assert from 'node:assert/strict';
import { aggregatedJaccard, aggregatedJaccardPlus } from '../../lib/metrics/aggregated-jaccard';
import { maximumWeightMatching } from '../../lib/metrics/bipartite-matching';
import { averagePrecision, matchInstances } from '../../lib/metrics/instance-matching';
import {
  panopticQuality,
  panopticQualityPerClass,
  poolPanopticQuality,
} from '../../lib/metrics/panoptic-quality';
import { seededRandom } from '../../lib/runtime/seed';
import { golden } from '../golden';
import { assertNumbers, digits } from './labels';

interface Golden {
  cases: {
    name: string;
    prediction: string;
    truth: string;
    stardist: { threshold: number; tp: number; fp: number; fn: number; meanIou: number }[];
    cellpose?: { ap: number[]; tp: number[]; fp: number[]; fn: number[] };
    monai: { tp: number; fp: number; fn: number; iouSum: number; pq: number; sq: number; rq: number };
    aji: number | null;
    ajiPlus: number | null;
  }[];
  panoptic: {
    classes: number;
    predictionClasses: string;
    predictionInstances: string;
    truthClasses: string;
    truthInstances: string;
    monai: number[][];
    void: { truthClasses: string; torchmetrics: number[][] };
  };
}

const { cases: stored, panoptic } = golden<Golden>('metrics-instances');
const cases = stored.map((one) => ({
  ...one,
  prediction: digits(one.prediction),
  truth: Int32Array.from(digits(one.truth)),
  empty: !/[^0]/.test(one.prediction + one.truth),
}));

/** Labels far apart, as from hashes: nothing may grow with their size. */
const scattered = (labels: ArrayLike<number>) =>
  Float64Array.from(labels, (label) => (label === 0 ? 0 : 2 ** 52 - 1_000_003 * label));

describe('matchInstances', () => {
  for (const { name, prediction, truth, stardist } of cases) {
    it(`counts as StarDist, also at thresholds without unique matches: ${name}`, () => {
      for (const { threshold, tp, fp, fn, meanIou } of stardist) {
        const matching = matchInstances(prediction, truth, { threshold });
        const counts = [matching.truePositives, matching.falsePositives, matching.falseNegatives];
        assert.deepEqual(counts, [tp, fp, fn]);
        assert.deepEqual([matching.matches.length, matching.spurious.length, matching.missed.length], counts);
        const sum = matching.matches.reduce((total, { iou }) => total + iou, 0);
        assertNumbers([sum], [meanIou * tp], 1e-5);
      }
    });
  }

  it('names the matched, missed and spurious labels', () => {
    assert.deepEqual(matchInstances([7, 7, 7, 0, 900, 4], [3, 3, 0, 0, 0, 8], { threshold: 0.6 }), {
      truePositives: 2,
      falsePositives: 1,
      falseNegatives: 0,
      matches: [
        { truth: 3, prediction: 7, iou: 2 / 3 },
        { truth: 8, prediction: 4, iou: 1 },
      ],
      missed: [],
      spurious: [900],
    });
  });

  it('prefers two fair matches to a good one', () => {
    // IoU of 1 and 5: 0.7; of 1 and 6: 0.125; of 2 and 5: 0.22
    const truth = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2];
    const prediction = [6, 5, 5, 5, 5, 5, 5, 5, 5, 5];
    const { matches } = matchInstances(prediction, truth, { threshold: 0.1 });
    assert.deepEqual(
      matches.map((match) => [match.truth, match.prediction]),
      [
        [1, 6],
        [2, 5],
      ],
    );
  });

  it('counts no prediction that lies mostly in ignored pixels as false, but one by half', () => {
    const truth = [9, 9, 9, 0, 0, 9, 9, 0];
    const prediction = [1, 1, 1, 1, 2, 2, 2, 0];
    assert.deepEqual(matchInstances(prediction, truth, { ignoreIndex: 9 }).spurious, []);
    assert.deepEqual(matchInstances([3, 3, 0, 0, 0, 0, 3, 3], truth, { ignoreIndex: 9 }).spurious, []);
    assert.deepEqual(matchInstances([3, 3, 0, 3, 3, 0, 0, 0], truth, { ignoreIndex: 9 }).spurious, [3]);
  });

  it('refuses labels that are none, with the place where they are', () => {
    assert.throws(() => matchInstances([1, -2], [1, 1]), {
      name: 'RangeError',
      message: /matchInstances: got predicted label -2 at pixel 1; expected non-negative integers/,
    });
    assert.throws(() => averagePrecision([1], [0.5]), /averagePrecision: got true label 0\.5 at pixel 0/);
    assert.throws(
      () => aggregatedJaccard([NaN], [1]),
      /aggregatedJaccard: got predicted label NaN at pixel 0/,
    );
    assert.throws(() => panopticQuality([1], [1, 2]), /panopticQuality: got 1 predicted and 2 true labels/);
  });

  it('refuses thresholds out of range', () => {
    assert.throws(
      () => matchInstances([1], [1], { threshold: 0 }),
      /got threshold 0; expected a number in \(0, 1\]/,
    );
    assert.throws(() => matchInstances([1], [1], { threshold: NaN }), /got threshold NaN/);
    assert.throws(() => averagePrecision([1], [1], { thresholds: [] }), /got no thresholds/);
    assert.throws(() => averagePrecision([1], [1], { thresholds: [0.5, 1.5] }), /got threshold 1\.5/);
    assert.throws(
      () => panopticQuality([1], [1], { threshold: 0.4 }),
      /got threshold 0\.4; expected .* \[0\.5, 1\)/,
    );
  });
});

describe('averagePrecision', () => {
  it('equals Cellpose at 0.5 … 0.95, on thresholds exactly met too', () => {
    for (const { name, prediction, truth, cellpose } of cases) {
      if (!cellpose) continue;
      const { counts, precision, mean } = averagePrecision(prediction, truth);
      assert.deepEqual(
        counts.map(({ truePositives, falsePositives, falseNegatives }) => [
          truePositives,
          falsePositives,
          falseNegatives,
        ]),
        cellpose.tp.map((tp, index) => [tp, cellpose.fp[index], cellpose.fn[index]]),
        name,
      );
      assertNumbers(precision, cellpose.ap, 1e-6);
      assertNumbers([mean], [cellpose.ap.reduce((sum, ap) => sum + ap) / 10], 1e-6);
    }
  });

  it('is 0 where one side is empty and NaN where both are', () => {
    assert.equal(averagePrecision([0, 0], [1, 1]).mean, 0);
    assert.equal(averagePrecision([1, 1], [0, 0]).mean, 0);
    assert.ok(Number.isNaN(averagePrecision([0, 0], [0, 0]).mean));
  });
});

describe('panopticQuality', () => {
  for (const { name, prediction, truth, monai, empty } of cases) {
    it(`equals MONAI: ${name}`, () => {
      const quality = panopticQuality(prediction, truth);
      assert.deepEqual(
        [quality.truePositives, quality.falsePositives, quality.falseNegatives],
        [monai.tp, monai.fp, monai.fn],
      );
      const { pq, sq, rq, iouSum } = quality;
      if (empty) assertNumbers([pq, sq, rq], [null, null, null], 0);
      else assertNumbers([pq, sq, rq, iouSum], [monai.pq, monai.sq, monai.rq, monai.iouSum], 1e-5);
    });
  }

  it('pools images by their sums', () => {
    const parts = cases.map(({ prediction, truth }) => panopticQuality(prediction, truth));
    const [tp, fp, fn, iouSum] = (['tp', 'fp', 'fn', 'iouSum'] as const).map((name) =>
      cases.reduce((sum, { monai }) => sum + monai[name], 0),
    );
    const pooled = poolPanopticQuality(parts);
    assertNumbers([pooled.sq, pooled.rq], [iouSum / tp, tp / (tp + fp / 2 + fn / 2)], 1e-5);
    assertNumbers([pooled.pq], [pooled.sq * pooled.rq], 1e-12);
    assert.ok(Number.isNaN(poolPanopticQuality([]).pq));
  });
});

describe('panopticQualityPerClass', () => {
  const { classes } = panoptic;
  const prediction = {
    classes: digits(panoptic.predictionClasses),
    instances: digits(panoptic.predictionInstances),
  };
  const truth = { classes: digits(panoptic.truthClasses), instances: digits(panoptic.truthInstances) };

  it('equals MONAI class by class; the background has no instances and no quality', () => {
    const { perClass, mean } = panopticQualityPerClass(prediction, truth, { classes });
    for (const [row, name] of (['pq', 'sq', 'rq'] as const).entries()) {
      const [first, second] = panoptic.monai[row];
      assertNumbers(
        perClass.map((quality) => quality[name]),
        [null, first, second],
        1e-5,
      );
      assertNumbers([mean[name]], [(first + second) / 2], 1e-5);
    }
  });

  it('leaves out void pixels and the predictions in them, as torchmetrics does', () => {
    const masked = { classes: digits(panoptic.void.truthClasses), instances: truth.instances };
    const { perClass } = panopticQualityPerClass(prediction, masked, { classes, ignoreIndex: 35 });
    for (const label of [1, 2]) {
      const { pq, sq, rq } = perClass[label];
      assertNumbers([pq, sq, rq], panoptic.void.torchmetrics[label - 1], 1e-5);
    }
  });

  it('matches no instance of another class', () => {
    const { perClass } = panopticQualityPerClass(
      { classes: [1, 1, 2], instances: [4, 4, 4] },
      { classes: [2, 2, 2], instances: [4, 4, 4] },
      { classes: 3 },
    );
    assert.deepEqual([perClass[1].falsePositives, perClass[1].truePositives], [1, 0]);
    assert.deepEqual([perClass[2].falsePositives, perClass[2].falseNegatives], [1, 1]);
  });

  it('refuses classes and instances that are none', () => {
    const one = { classes: [1], instances: [1] };
    const score = (map: typeof one, options = { classes: 2 }) => panopticQualityPerClass(map, one, options);
    assert.throws(
      () => score({ classes: [2], instances: [1] }),
      /got predicted class 2 at pixel 0; expected an integer from 0 to 1/,
    );
    assert.throws(() => score({ classes: [1], instances: [-1] }), /got predicted instance -1 at pixel 0/);
    assert.throws(() => score({ classes: [1], instances: [0.5] }), /got predicted instance 0\.5 at pixel 0/);
    assert.throws(
      () => score({ classes: [1], instances: [] }),
      /got 0 predicted instance labels for 1 classes/,
    );
    assert.throws(() => score({ classes: [], instances: [] }), /got 0 predicted and 1 true classes/);
    assert.throws(() => score(one, { classes: 0 }), /got 0 classes/);
  });
});

describe('aggregatedJaccard and aggregatedJaccardPlus', () => {
  it('equal their definitions over sets of pixels', () => {
    for (const { prediction, truth, aji, ajiPlus } of cases) {
      assertNumbers(
        [aggregatedJaccard(prediction, truth), aggregatedJaccardPlus(prediction, truth)],
        [aji, ajiPlus],
        1e-12,
      );
    }
  });
});

describe('instance scores', () => {
  it('depend on regions, not on the numbers of their labels', () => {
    const scores = (prediction: ArrayLike<number>, truth: ArrayLike<number>) => [
      panopticQuality(prediction, truth).pq,
      averagePrecision(prediction, truth).mean,
      aggregatedJaccard(prediction, truth),
      aggregatedJaccardPlus(prediction, truth),
    ];
    for (const { prediction, truth, empty } of cases) {
      const expected = empty ? [null, null, null, null] : scores(prediction, truth);
      assertNumbers(scores(scattered(prediction), scattered(truth)), expected, 1e-12);
    }
  });
});

describe('maximumWeightMatching', () => {
  /** The best sum over all ways to give each row one free column or none. */
  function bestSum(weights: readonly (readonly number[])[], taken = new Set<number>(), row = 0): number {
    if (row === weights.length) return 0;
    let best = bestSum(weights, taken, row + 1);
    weights[row].forEach((weight, column) => {
      if (weight === 0 || taken.has(column)) return;
      best = Math.max(best, weight + bestSum(weights, new Set([...taken, column]), row + 1));
    });
    return best;
  }

  it('reaches the best sum of an exhaustive search, one to one', () => {
    const random = seededRandom(11);
    for (let trial = 0; trial < 300; trial++) {
      const [rows, columns] = [1 + Math.floor(random() * 5), 1 + Math.floor(random() * 5)];
      // few distinct weights make ties, zeros make no edge
      const weights = Array.from({ length: rows }, () =>
        Array.from({ length: columns }, () => (random() < 0.4 ? 0 : Math.ceil(random() * 6) / 4)),
      );
      const edges = weights.flatMap((line, row) =>
        line.map((weight, column) => ({ row, column, weight })).filter(({ weight }) => weight > 0),
      );
      const chosen = maximumWeightMatching({
        row: edges.map(({ row }) => row),
        column: edges.map(({ column }) => column),
        weight: edges.map(({ weight }) => weight),
      }).map((edge) => edges[edge]);
      assert.equal(new Set(chosen.map(({ row }) => row)).size, chosen.length);
      assert.equal(new Set(chosen.map(({ column }) => column)).size, chosen.length);
      const sum = chosen.reduce((total, { weight }) => total + weight, 0);
      assert.ok(Math.abs(sum - bestSum(weights)) < 1e-12, `trial ${trial}: got ${sum}`);
    }
  });

  it('matches nothing where there is no edge', () => {
    assert.deepEqual(maximumWeightMatching({ row: [], column: [], weight: [] }), []);
  });
});
