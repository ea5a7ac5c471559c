import assert from 'node:assert/strict';
import {
  classSurfaceDistances,
  SurfaceDirection,
  surfaceDistances,
  SurfaceKind,
} from '../../lib/metrics/surface-distances';
import { elementSizes } from '../../lib/metrics/surface-elements';
import { averageSurfaceDistance, hausdorffDistance, surfaceDice } from '../../lib/metrics/surface-scores';
import { golden } from '../golden';
import { MaskFormula, maskOf } from './masks';

/** JSON has no NaN and no Infinity; Number reads their names. */
type Stored = number | 'NaN' | 'Infinity';

interface Pair {
  prediction: MaskFormula;
  truth: MaskFormula;
  spacing: number[];
}

interface Scores {
  percentiles: number[];
  tolerances: number[];
}

interface DeepMind extends Scores {
  elements: { spacing: number[]; sizes: number[] }[];
  cases: (Pair & {
    sizes: Stored[];
    average: Stored[];
    hausdorff: Stored[];
    dice: Stored[];
    overlap: Stored[][];
  })[];
}

interface Monai extends Scores {
  cases: (Pair & {
    hausdorff: Record<SurfaceDirection, Stored[]>;
    average: Record<SurfaceDirection, Stored>;
    dice: Record<SurfaceKind, Stored[]>;
  })[];
}

const DIRECTIONS = ['both', 'predictionToTruth', 'truthToPrediction'] as const;
const ONE_WAY = ['predictionToTruth', 'truthToPrediction'] as const;

const distancesOf = ({ prediction, truth, spacing }: Pair, surface: SurfaceKind) =>
  surfaceDistances(maskOf(prediction), maskOf(truth), prediction.shape, { spacing, surface });

function assertScore(actual: number, stored: Stored, relative: number, what: string): void {
  const expected = Number(stored);
  const near = Math.abs(actual - expected) <= relative * Math.max(1, Math.abs(expected));
  assert.ok(Object.is(actual, expected) || near, `${what}: got ${actual}, expected ${expected}`);
}

describe("surface scores of 'voxels'", () => {
  const { cases, percentiles, tolerances } = golden<Monai>('surface-monai');

  it("equal MONAI's Hausdorff distances and percentiles, directed and symmetric", () => {
    cases.forEach((pair, at) => {
      const distances = distancesOf(pair, 'voxels');
      for (const direction of DIRECTIONS) {
        const stored = pair.hausdorff[direction];
        percentiles.forEach((percentile, index) => {
          // MONAI interpolates between infinities, which gives NaN.
          const expected = stored[0] === 'Infinity' ? 'Infinity' : stored[index];
          const score = hausdorffDistance(distances, { percentile, direction });
          assertScore(score, expected, 1e-6, `case ${at}, ${direction}, ${percentile}`);
        });
      }
    });
  });

  it("equal MONAI's average surface distances", () => {
    cases.forEach((pair, at) => {
      const distances = distancesOf(pair, 'voxels');
      for (const direction of DIRECTIONS) {
        const score = averageSurfaceDistance(distances, { direction });
        assertScore(score, pair.average[direction], 1e-6, `case ${at}, ${direction}`);
      }
    });
  });

  it("equal MONAI's surface Dice, with voxels and with elements", () => {
    cases.forEach((pair, at) => {
      for (const surface of ['voxels', 'elements'] as const) {
        const distances = distancesOf(pair, surface);
        tolerances.forEach((tolerance, index) => {
          assertScore(
            surfaceDice(distances, tolerance),
            pair.dice[surface][index],
            1e-6,
            `case ${at}, ${surface}`,
          );
        });
      }
    });
  });
});

describe("surface scores of 'elements'", () => {
  const { cases, elements, percentiles, tolerances } = golden<DeepMind>('surface-distance');

  it("have the sizes of surface-distance's elements for every neighbourhood", () => {
    for (const { spacing, sizes } of elements) {
      const ours = elementSizes(spacing);
      assert.equal(ours.length, sizes.length);
      ours.forEach((size, code) => assertScore(size, sizes[code], 1e-8, `spacing ${spacing}, code ${code}`));
    }
  });

  it("equal surface-distance's robust Hausdorff distances", () => {
    cases.forEach((pair, at) => {
      const distances = distancesOf(pair, 'elements');
      const noSurface =
        distances.truthToPrediction.sizes.length + distances.predictionToTruth.sizes.length === 0;
      percentiles.forEach((percentile, index) => {
        const expected = noSurface ? 'NaN' : pair.hausdorff[index];
        assertScore(
          hausdorffDistance(distances, { percentile }),
          expected,
          1e-8,
          `case ${at}, ${percentile}`,
        );
      });
    });
  });

  it("equal surface-distance's sizes and average surface distances", () => {
    cases.forEach((pair, at) => {
      const distances = distancesOf(pair, 'elements');
      ONE_WAY.forEach((direction, index) => {
        const size = distances[direction].sizes.reduce((a, b) => a + b, 0);
        assertScore(size, pair.sizes[index], 1e-8, `size of case ${at}, ${direction}`);
        // From no surface to one: NaN there, here as far as the other way.
        const expected = pair.average.includes('Infinity') ? 'Infinity' : pair.average[index];
        assertScore(
          averageSurfaceDistance(distances, { direction }),
          expected,
          1e-8,
          `case ${at}, ${direction}`,
        );
      });
    });
  });

  it("equal surface-distance's surface Dice and overlaps at tolerances", () => {
    cases.forEach((pair, at) => {
      const distances = distancesOf(pair, 'elements');
      tolerances.forEach((tolerance, index) => {
        assertScore(surfaceDice(distances, tolerance), pair.dice[index], 1e-8, `case ${at}`);
        ONE_WAY.forEach((direction, which) => {
          const expected = pair.dice[index] === 0 ? 0 : pair.overlap[index][which];
          assertScore(
            surfaceDice(distances, tolerance, { direction }),
            expected,
            1e-8,
            `case ${at}, ${direction}`,
          );
        });
      });
    });
  });
});

describe('surfaceDistances', () => {
  it('does not depend on what is around both masks', () => {
    const small = [1, 1, 0, 0, 1, 0];
    const truth = [0, 1, 1, 0, 1, 1];
    const inside = (values: number[]) => {
      const large = new Float32Array(60);
      values.forEach((value, index) => (large[(3 + Math.floor(index / 3)) * 6 + 2 + (index % 3)] = value));
      return large;
    };
    for (const surface of ['voxels', 'elements'] as const) {
      assert.deepEqual(
        surfaceDistances(inside(small), inside(truth), [10, 6], { surface }),
        surfaceDistances(small, truth, [2, 3], { surface }),
      );
    }
  });

  it('takes probabilities, of which those from 0.5 are inside', () => {
    assert.deepEqual(
      surfaceDistances([0.5, 0.49, 0.9, 0], [1, 0, 0, 0], [2, 2]),
      surfaceDistances([1, 0, 1, 0], [1, 0, 0, 0], [2, 2]),
    );
  });

  it('refuses what it cannot measure', () => {
    assert.throws(() => surfaceDistances([1], [1], [1]), {
      name: 'RangeError',
      message: /got shape \[1\]; expected \[height, width\]/,
    });
    assert.throws(() => surfaceDistances([1, 0], [1], [1, 2]), /true mask: got 1 values for shape \[1, 2\]/);
    assert.throws(() => surfaceDistances([1, NaN], [1, 0], [1, 2]), /got NaN for predicted value 1/);
    assert.throws(
      () => surfaceDistances([1], [1], [1, 1], { spacing: [1] }),
      /got spacing \[1\]; expected 2/,
    );
    const surface = 'mesh' as SurfaceKind;
    assert.throws(
      () => surfaceDistances([1], [1], [1, 1], { surface }),
      /got surface 'mesh'; expected 'voxels'/,
    );
  });
});

describe('surface scores', () => {
  const distances = surfaceDistances([1, 0], [0, 1], [1, 2]);

  it('refuse percentiles, tolerances and directions that are none', () => {
    for (const percentile of [0, 101, NaN]) {
      assert.throws(
        () => hausdorffDistance(distances, { percentile }),
        /got percentile .*; expected above 0/,
      );
    }
    for (const tolerance of [-1, NaN, Infinity]) {
      assert.throws(() => surfaceDice(distances, tolerance), /got tolerance .*; expected a finite distance/);
    }
    const direction = 'forward' as SurfaceDirection;
    for (const score of [
      () => hausdorffDistance(distances, { direction }),
      () => averageSurfaceDistance(distances, { direction }),
      () => surfaceDice(distances, 1, { direction }),
    ]) {
      assert.throws(score, /got direction 'forward'; expected 'both'/);
    }
  });
});

describe('classSurfaceDistances', () => {
  it('measures each class against all others, at its own index', () => {
    const prediction = [0, 1, 1, 2, 2, 0, 0, 1, 2];
    const truth = [0, 0, 1, 1, 2, 0, 1, 1, 0];
    const perClass = classSurfaceDistances(prediction, truth, 4, [3, 3], { spacing: [2, 1] });
    assert.equal(perClass.length, 4);
    for (const label of [0, 1, 2, 3]) {
      const only = (labels: number[]) => labels.map((value) => (value === label ? 1 : 0));
      assert.deepEqual(
        perClass[label],
        surfaceDistances(only(prediction), only(truth), [3, 3], { spacing: [2, 1] }),
      );
    }
    assert.ok(Number.isNaN(hausdorffDistance(perClass[3])), 'a class that neither has scores NaN');
  });

  it('refuses a number of classes that is none', () => {
    assert.throws(
      () => classSurfaceDistances([1], [1], 0, [1, 1]),
      /got 0 classes; expected a positive integer/,
    );
    assert.throws(() => classSurfaceDistances([1], [NaN], 2, [1, 1]), /got NaN for true value 0/);
  });
});
