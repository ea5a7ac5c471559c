import assert from 'node:assert';
import {
  expectedCalibrationError,
  fitTemperature,
  fitThreshold,
  reliabilityDiagram,
  tf,
  type ThresholdCase,
  withProbabilities,
  withTemperature,
} from '../../lib';
import { golden } from '../golden';
import { hashed } from '../nn/hashed';
import { largestDifference } from './small-network';

const goldens = golden<{
  temperatures: {
    name: string;
    number: number;
    classes: number | null;
    scale: number;
    ignoreIndex: number | null;
    truth: number[];
    temperature: number;
    before: number;
    after: number;
  }[];
  thresholds: { cases: ThresholdCase[]; byCases: number[]; byPixels: number[] };
}>('inference-calibration');

/** Calibration error of logits after their division by a temperature. */
function calibrationError(
  logits: Float32Array,
  truth: number[],
  temperature: number,
  { classes, ignoreIndex }: { classes?: number; ignoreIndex?: number },
): number {
  const scaled = withTemperature((batch) => batch, temperature);
  const predict = withProbabilities(scaled, classes === undefined ? 'sigmoid' : 'softmax');
  const probabilities = tf.tidy(() => {
    const output = predict(tf.tensor(logits, [truth.length, classes ?? 1])) as tf.Tensor;
    return output.dataSync();
  });
  return expectedCalibrationError(reliabilityDiagram(probabilities, truth, { classes, ignoreIndex }));
}

describe('fitTemperature', () => {
  for (const example of goldens.temperatures) {
    const { name, number, scale, truth, temperature, before, after } = example;
    it(`finds what SciPy's minimiser finds: ${name}`, () => {
      const options = {
        classes: example.classes ?? undefined,
        ignoreIndex: example.ignoreIndex ?? undefined,
      };
      const logits = hashed(number, truth.length * (options.classes ?? 1), scale);
      const tensors = tf.memory().numTensors;
      const fitted = fitTemperature(logits, truth, options);
      assert.ok(Math.abs(fitted.temperature / temperature - 1) < 1e-6, String(fitted.temperature));
      assert.ok(Math.abs(fitted.before - before) < 1e-9);
      assert.ok(Math.abs(fitted.after - after) < 1e-9);
      if (Math.abs(Math.log(temperature)) > 0.3) {
        const [raw, calibrated] = [1, temperature].map((t) => calibrationError(logits, truth, t, options));
        assert.ok(calibrated < raw / 2, `calibration error ${raw} became ${calibrated}`);
      }
      assert.strictEqual(tf.memory().numTensors, tensors);
    });
  }

  it('stays within its range where every pixel is right, or none', () => {
    assert.strictEqual(fitTemperature([3, -2, 1], [1, 0, 1]).temperature, 0.01);
    assert.strictEqual(fitTemperature([3, -2, 1], [0, 1, 0]).temperature, 100);
    // what makes no difference leaves the logits as they are
    assert.strictEqual(fitTemperature([0, 0], [0, 1]).temperature, 1);
  });

  it('bears logits whose exponentials no number holds', () => {
    const { temperature, after } = fitTemperature([5000, -5000, 4000, -6000], [1, 0, 0, 0]);
    assert.ok(temperature > 1 && temperature <= 100 && Number.isFinite(after));
  });

  it('refuses what does not fit', () => {
    const refused: [() => unknown, RegExp][] = [
      [() => fitTemperature([1, 2], [1]), /got 2 logits for 1 pixels; expected 1/],
      [
        () => fitTemperature([1, 2, 3], [1], { classes: 2 }),
        /expected 2, the 2 of a pixel next to each other/,
      ],
      [() => fitTemperature([1], [2]), /got true label 2 at pixel 0; expected an integer from 0 to 1/],
      [() => fitTemperature([1], [0.5]), /got true label 0.5/],
      [() => fitTemperature([NaN], [1]), /got logit NaN at index 0/],
      [() => fitTemperature([1], [255], { ignoreIndex: 255 }), /got no pixel to fit to/],
      [() => fitTemperature([1], [0], { classes: 1 }), /got 1 class/],
      [() => withTemperature((batch) => batch, 0), /got temperature 0/],
    ];
    for (const [run, message] of refused) {
      assert.throws(run, (error) => error instanceof RangeError && message.test(error.message));
    }
  });
});

describe('fitThreshold', () => {
  const { cases, byCases, byPixels } = goldens.thresholds;

  for (const [average, expected] of [
    ['cases', byCases],
    ['pixels', byPixels],
  ] as const) {
    it(`scores every threshold as scikit-learn does, and takes the best: average '${average}'`, () => {
      const { threshold, dice, scores } = fitThreshold(cases, { average });
      const got = scores.map((score) => score.dice);
      assert.ok(largestDifference(got, expected) < 1e-8);
      const best = expected.indexOf(Math.max(...expected));
      assert.strictEqual(threshold, (best + 1) / 100);
      assert.ok(Math.abs(dice - expected[best]) < 1e-8);
    });
  }

  it('takes of equally good thresholds the one nearest to a half, whatever their order', () => {
    const one = { probabilities: [0.1, 0.2, 0.8, 0.9], truth: [0, 0, 1, 1] };
    assert.strictEqual(fitThreshold([one]).threshold, 0.5);
    const { threshold, dice, scores } = fitThreshold([one], { thresholds: [0.95, 0.75, 0.3, 0.05] });
    assert.deepStrictEqual([threshold, dice], [0.3, 1]);
    assert.deepStrictEqual(
      scores.map((score) => score.threshold),
      [0.05, 0.3, 0.75, 0.95],
    );
  });

  it('leaves pixels out', () => {
    const one = { probabilities: [0.9, 0.7, 0.6, 0.2], truth: [1, 255, 1, 0] };
    const two = { probabilities: [0.9, 0.6, 0.2], truth: [1, 1, 0] };
    assert.deepStrictEqual(fitThreshold([one], { ignoreIndex: 255 }), fitThreshold([two]));
  });

  it('refuses what does not fit', () => {
    const one = { probabilities: [0.5], truth: [1] };
    const refused: [() => unknown, RegExp][] = [
      [() => fitThreshold([]), /got no case/],
      [() => fitThreshold([one], { thresholds: [] }), /got thresholds \[\]/],
      [() => fitThreshold([one], { thresholds: [NaN] }), /got thresholds \[NaN\]/],
      [() => fitThreshold([one], { average: 'images' as 'cases' }), /got average 'images'/],
      [() => fitThreshold([{ probabilities: [0.5], truth: [1, 0] }]), /got 1 predicted and 2 true/],
      [() => fitThreshold([one, { probabilities: [NaN], truth: [1] }]), /got probability NaN .* of case 1/],
      [() => fitThreshold([{ probabilities: [0.5], truth: [2] }]), /true value 2 at pixel 0/],
    ];
    for (const [run, message] of refused) {
      assert.throws(run, (error) => error instanceof RangeError && message.test(error.message));
    }
  });
});
