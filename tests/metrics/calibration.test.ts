import assert from 'node:assert/strict';
import {
  expectedCalibrationError,
  maximumCalibrationError,
  reliabilityDiagram,
} from '../../lib/metrics/calibration';
import { golden } from '../golden';
import { assertNumbers } from './labels';

interface Golden {
  binary: {
    name: string;
    probabilities: number[];
    truth: number[];
    errors: { bins: number; expected: number; maximum: number }[];
  }[];
  ends: {
    probabilities: number[];
    truth: number[];
    bins: number;
    counts: number[];
    confidence: (number | null)[];
    accuracy: (number | null)[];
  };
  multiclass: { probabilities: number[]; truth: number[]; bins: number; expected: number; maximum: number };
}

const { binary, ends, multiclass } = golden<Golden>('metrics-calibration');

describe('reliabilityDiagram', () => {
  it("equals MONAI's bins, the last of which includes 1", () => {
    const bins = reliabilityDiagram(Float64Array.from(ends.probabilities), ends.truth, { bins: ends.bins });
    assert.deepEqual(
      bins.map(({ count }) => count),
      ends.counts,
    );
    assertNumbers(
      bins.map(({ confidence }) => confidence),
      ends.confidence,
      1e-6,
    );
    assertNumbers(
      bins.map(({ accuracy }) => accuracy),
      ends.accuracy,
      1e-6,
    );
  });

  it('puts a probability on an edge into the bin above and one just below it under it, whatever the rounding', () => {
    for (const bins of [7, 10, 49, 100, 1000]) {
      for (let edge = 1; edge <= bins; edge++) {
        const below = (edge / bins) * (1 - Number.EPSILON);
        assert.equal(
          reliabilityDiagram([below], [1], { bins })[edge - 1].count,
          1,
          `below ${edge} of ${bins}`,
        );
      }
      for (let edge = 0; edge < bins; edge++) {
        const diagram = reliabilityDiagram([edge / bins], [1], { bins });
        assert.equal(diagram[edge].count, 1, `${edge} of ${bins}`);
        assert.ok(diagram[edge].lower <= edge / bins && edge / bins < diagram[edge].upper);
      }
    }
  });

  it('refuses what is no probability and no label', () => {
    assert.throws(() => reliabilityDiagram([1.5], [1]), {
      name: 'RangeError',
      message: /got probability 1\.5 at pixel 0; expected numbers in \[0, 1\]: apply tf\.sigmoid/,
    });
    assert.throws(() => reliabilityDiagram([0.5, NaN], [1, 0]), /got probability NaN at pixel 1/);
    assert.throws(() => reliabilityDiagram([-0.1], [1]), /got probability -0\.1/);
    assert.throws(
      () => reliabilityDiagram([0.5], [255]),
      /got true label 255 at pixel 0; expected .* 0 to 1/,
    );
    assert.throws(() => reliabilityDiagram([0.5], [0.5]), /got true label 0\.5/);
    assert.throws(() => reliabilityDiagram([0.5, 0.5], [1]), /got 2 predicted and 1 true values/);
    assert.throws(
      () => reliabilityDiagram([0.5, 0.5, 0.5], [1], { classes: 2 }),
      /got 3 probabilities for 1 pixels of 2 classes; expected 2/,
    );
    assert.throws(
      () => reliabilityDiagram([0.5], [1], { bins: 0 }),
      /got 0 bins; expected an integer above 0/,
    );
    assert.throws(() => reliabilityDiagram([0.5], [1], { classes: 0 }), /got 0 classes/);
  });
});

describe('expectedCalibrationError and maximumCalibrationError', () => {
  it('equal torchmetrics for foreground probabilities', () => {
    for (const { probabilities, truth, errors } of binary) {
      for (const { bins, expected, maximum } of errors) {
        const diagram = reliabilityDiagram(probabilities, truth, { bins });
        assertNumbers(
          [expectedCalibrationError(diagram), maximumCalibrationError(diagram)],
          [expected, maximum],
          1e-6,
        );
      }
    }
  });

  it('equal torchmetrics for the likeliest of several classes, less ignored pixels', () => {
    const { probabilities, truth, bins, expected, maximum } = multiclass;
    const diagram = reliabilityDiagram(Float32Array.from(probabilities), truth, {
      bins,
      classes: 3,
      ignoreIndex: 255,
    });
    assertNumbers(
      [expectedCalibrationError(diagram), maximumCalibrationError(diagram)],
      [expected, maximum],
      1e-6,
    );
  });

  it('are NaN without predictions', () => {
    const diagram = reliabilityDiagram([], []);
    assert.equal(diagram.length, 15);
    assert.ok(Number.isNaN(expectedCalibrationError(diagram)));
    assert.ok(Number.isNaN(maximumCalibrationError(diagram)));
  });
});
