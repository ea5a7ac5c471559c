import assert from 'node:assert/strict';
import { averageClassScores, classScores } from '../../lib/metrics/class-scores';
import {
  classConfusion,
  confusionMatrix,
  ConfusionMatrix,
  sumConfusionMatrices,
} from '../../lib/metrics/confusion-matrix';
import { golden } from '../golden';
import { assertNumbers, digits } from './labels';

type Numbers = (number | null)[];
interface Overlap {
  dice: Numbers;
  iou: Numbers;
}
interface Golden {
  classes: number;
  cases: {
    name: string;
    prediction: string;
    truth: string;
    matrix: number[];
    monai: {
      'tp fp tn fn': number[][];
      sensitivity: Numbers;
      specificity: Numbers;
      precision: Numbers;
      ignoreWithoutTruth: Overlap;
      perfect: Overlap;
    };
    torchmetrics: { meanIou: number; meanDice: number; frequencyWeightedIou: number; pixelAccuracy: number };
  }[];
  ignored: {
    prediction: string;
    truth: string;
    ignoreIndex: number;
    iou: number[];
    meanIou: number;
    pixelAccuracy: number;
  }[];
  reductions: Record<string, number[]>;
}

const { classes, cases, ignored, reductions } = golden<Golden>('metrics-class-scores');
const matrixOf = ({ prediction, truth }: { prediction: string; truth: string }, ignoreIndex?: number) =>
  confusionMatrix(Uint8Array.from(digits(prediction)), digits(truth), { classes, ignoreIndex });

describe('confusionMatrix', () => {
  it("equals scikit-learn's, and MONAI's counts class by class", () => {
    for (const stored of cases) {
      const matrix = matrixOf(stored);
      assert.deepEqual([...matrix.counts], stored.matrix, stored.name);
      stored.monai['tp fp tn fn'].forEach(([tp, fp, tn, fn], index) => {
        assert.deepEqual(
          classConfusion(matrix, index),
          { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn },
          `class ${index} of ${stored.name}`,
        );
      });
    }
  });

  it('sums over images to the matrix of all their pixels', () => {
    const joined = confusionMatrix(
      cases.flatMap(({ prediction }) => digits(prediction)),
      cases.flatMap(({ truth }) => digits(truth)),
      { classes },
    );
    assert.deepEqual(sumConfusionMatrices(cases.map((stored) => matrixOf(stored))), joined);
  });

  it('refuses labels that are none, with the place where they are', () => {
    const count = (prediction: ArrayLike<number>, truth: ArrayLike<number>) =>
      confusionMatrix(prediction, truth, { classes: 3 });
    assert.throws(() => count([0, 1], [0, 3]), {
      name: 'RangeError',
      message: /got true label 3 at pixel 1; expected an integer from 0 to 2/,
    });
    assert.throws(() => count([-1], [0]), /got predicted label -1 at pixel 0/);
    assert.throws(() => count([0.5], [0]), /got predicted label 0\.5 at pixel 0; .* take the argmax/);
    assert.throws(() => count([0], [NaN]), /got true label NaN at pixel 0/);
    assert.throws(() => count([0], [0, 1]), /got 1 predicted and 2 true labels/);
  });

  it('refuses options and sums without sense', () => {
    assert.throws(
      () => confusionMatrix([0], [0], { classes: 0 }),
      /got 0 classes; expected an integer above 0/,
    );
    assert.throws(() => confusionMatrix([0], [0], { classes: 1.5 }), /got 1\.5 classes/);
    assert.throws(
      () => confusionMatrix([0], [0], { classes: 2, ignoreIndex: NaN }),
      /got ignoreIndex NaN; expected an integer, such as 255/,
    );
    const two = confusionMatrix([0], [0], { classes: 2 });
    const three = confusionMatrix([0], [0], { classes: 3 });
    assert.throws(() => sumConfusionMatrices([]), /got no matrices/);
    assert.throws(() => sumConfusionMatrices([two, three]), /got matrices of 2 classes .* and of 3/);
    assert.throws(() => classConfusion(two, 2), /got class 2; expected an integer from 0 to 1/);
  });
});

describe('classScores', () => {
  const scoresOf = (matrix: ConfusionMatrix, absentClasses?: 'ignoreWithoutTruth' | 'perfect') =>
    classScores(matrix, { absentClasses });

  for (const stored of cases) {
    it(`equals MONAI class by class: ${stored.name}`, () => {
      const { perClass } = scoresOf(matrixOf(stored));
      assertNumbers(perClass.sensitivity, stored.monai.sensitivity, 1e-6);
      assertNumbers(perClass.specificity, stored.monai.specificity, 1e-6);
      assertNumbers(perClass.precision, stored.monai.precision, 1e-6);
      for (const policy of ['ignoreWithoutTruth', 'perfect'] as const) {
        const scores = scoresOf(matrixOf(stored), policy).perClass;
        assertNumbers(scores.dice, stored.monai[policy].dice, 1e-6);
        assertNumbers(scores.iou, stored.monai[policy].iou, 1e-6);
      }
    });
  }

  it('leaves classes in neither map out of means, as torchmetrics does', () => {
    for (const { torchmetrics, ...stored } of cases) {
      const scores = scoresOf(matrixOf(stored));
      assertNumbers([scores.mean.iou, scores.mean.dice], [torchmetrics.meanIou, torchmetrics.meanDice], 1e-6);
      assertNumbers([scores.frequencyWeightedIou], [torchmetrics.frequencyWeightedIou], 1e-6);
      assertNumbers(
        [scores.pixelAccuracy, scores.pixelError],
        [torchmetrics.pixelAccuracy, 1 - torchmetrics.pixelAccuracy],
        1e-6,
      );
    }
  });

  it('leaves out the pixels of the ignored label, as torchmetrics does', () => {
    for (const stored of ignored) {
      const scores = scoresOf(matrixOf(stored, stored.ignoreIndex));
      const expected = stored.iou.map((iou, index) => (index === stored.ignoreIndex ? null : iou));
      assertNumbers(scores.perClass.iou, expected, 1e-6);
      assertNumbers([scores.mean.iou, scores.pixelAccuracy], [stored.meanIou, stored.pixelAccuracy], 1e-6);
    }
  });

  it('has no score where every pixel is ignored', () => {
    const scores = classScores(confusionMatrix([1, 2], [9, 9], { classes, ignoreIndex: 9 }));
    assertNumbers([scores.mean.dice, scores.pixelError, scores.frequencyWeightedIou], [null, null, null], 0);
  });

  it('refuses an unknown policy', () => {
    const matrix = matrixOf(cases[0]);
    assert.throws(
      () => classScores(matrix, { absentClasses: 'zero' as 'ignore' }),
      /got absentClasses 'zero'; expected one of 'ignore', 'ignoreWithoutTruth', 'perfect'/,
    );
  });
});

describe('averageClassScores', () => {
  const images = (background: boolean) =>
    cases.map((stored) => classScores(matrixOf(stored), { absentClasses: 'ignoreWithoutTruth', background }));

  it("equals DiceMetric's reductions mean_batch and mean", () => {
    const { perClass, mean } = averageClassScores(images(true));
    assertNumbers(perClass.dice, reductions['mean_batch'], 1e-6);
    assertNumbers([mean.dice], reductions['mean'], 1e-6);
  });

  it('leaves the background out of the means when told', () => {
    const { perClass, mean } = averageClassScores(images(false));
    assertNumbers(perClass.dice.slice(1), reductions['mean_batch without background'], 1e-6);
    assertNumbers([mean.dice], reductions['mean without background'], 1e-6);
  });

  it('refuses no scores and scores of other classes', () => {
    const [image] = images(true);
    const small = classScores(confusionMatrix([0], [0], { classes: 2 }));
    assert.throws(() => averageClassScores([]), /got no scores/);
    assert.throws(() => averageClassScores([image, small]), /got scores of 4 and of 2 classes/);
  });
});
