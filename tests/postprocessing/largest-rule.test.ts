import assert from 'node:assert/strict';
import { keepLargestComponent } from '../../lib/postprocessing/components';
import { largestComponentRule } from '../../lib/postprocessing/largest-rule';
import { decodePixels, golden } from '../golden';

interface Golden {
  shape: number[];
  cases: {
    classes: (number | number[])[];
    ignore: number | null;
    /** Prediction and reference. */
    pairs: [string, string][];
    /** What nnunetv2 decided to keep the largest component of, in order. */
    steps: (number | number[])[];
    means: (number | null)[][];
  }[];
}

const { shape, cases } = golden<Golden>('largest-rule');
const casesOf = (pairs: [string, string][]) =>
  pairs.map((pair) => {
    const [prediction, truth] = pair.map((base64) => decodePixels('uint8', base64));
    return { prediction, truth, shape };
  });

describe('largestComponentRule', () => {
  it('decides as nnunetv2, for labels and regions, with absent and ignored labels', async () => {
    for (const { classes, ignore, pairs, steps, means } of cases) {
      const rule = await largestComponentRule(casesOf(pairs), {
        classes,
        ...(ignore !== null && { ignore }),
      });
      assert.deepEqual(rule.classes, steps);
      const alone = rule.decisions.slice(1);
      // Regions overlap: what one loses is no longer there for the next.
      if (!rule.decisions[0].helps && classes.every((group) => typeof group === 'number')) {
        alone.forEach(({ before }, index) => assert.ok(close(before, means[0][index])));
      }
      alone.forEach(({ helps, before, after }) => assert.equal(helps, after > before));
    }
    const together = cases.filter(({ steps }) => Array.isArray(steps[0]) && steps[0].length === 3);
    assert.ok(together.length > 2, 'the foreground as one helps in some');
  });

  const close = (value: number, expected: number | null) =>
    expected === null ? Number.isNaN(value) : Math.abs(value - expected) < 1e-12;

  it('reads cases that are functions in turn, and its steps do what it measured', async () => {
    const { classes, pairs, steps } = cases.find(({ steps }) => steps.length > 1)!;
    const all = casesOf(pairs);
    let open = 0;
    const readers = all.map((one) => async () => {
      assert.equal(open++, 0);
      await Promise.resolve();
      open--;
      return one;
    });
    const rule = await largestComponentRule(readers, { classes });
    assert.deepEqual(rule.classes, steps);
    const cleaned = all.map((one) => ({
      ...one,
      prediction: keepLargestComponent(one.prediction, shape, { classes: rule.classes }),
    }));
    const again = await largestComponentRule(cleaned, { classes });
    assert.deepEqual(again.classes, []);
  });

  it('names the class that is worse for which a better mean is refused', async () => {
    // Class 1: the specks at the end are wrong; class 2: its second part is right.
    const prediction = Uint8Array.of(1, 1, 1, 2, 0, 2, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    const truth = Uint8Array.of(1, 1, 1, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const { decisions } = await largestComponentRule([{ prediction, truth, shape: [1, 16] }], {
      classes: [1, 2],
    });
    assert.deepEqual(
      decisions.map(({ classes, helps, worse }) => ({ classes, helps, worse })),
      [
        { classes: [1, 2], helps: false, worse: 2 },
        { classes: 1, helps: true, worse: undefined },
        { classes: 2, helps: false, worse: undefined },
      ],
    );
    assert.ok(Math.abs(decisions[1].before - 6 / 11) < 1e-12 && decisions[1].after === 1);
  });

  it('refuses no cases, no classes, and maps of other sizes', async () => {
    const one = { prediction: new Uint8Array(4), truth: new Uint8Array(4), shape: [2, 2] };
    await assert.rejects(largestComponentRule([], { classes: [1] }), /got 0 cases and 1 classes; expected/);
    await assert.rejects(largestComponentRule([one], { classes: [] }), /got 1 cases and 0 classes/);
    await assert.rejects(largestComponentRule([one], { classes: [0] }), /got classes \[\[0\]\]; expected/);
    await assert.rejects(
      largestComponentRule([{ ...one, truth: new Uint8Array(3) }], { classes: [1] }),
      /largestComponentRule: truth: got 3 values for shape \[2, 2\]/,
    );
  });
});
