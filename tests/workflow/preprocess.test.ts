import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labelScheme, type LabelScheme } from '../../lib/workflow/label-scheme';
import {
  preprocessCase,
  type PreprocessingConfiguration,
  type PreprocessingPlan,
} from '../../lib/workflow/preprocess';
import { readCase } from '../../lib/workflow/read-case';
import { restoreLabels, restoreProbabilities } from '../../lib/workflow/restore';
import { golden } from '../golden';
import {
  bytesOf,
  floatsOf,
  imageOf,
  intensitiesOf,
  labelsOf,
  logitsOf,
  type GoldenCase,
  type PreprocessGolden,
} from './golden-cases';

const reference = golden<PreprocessGolden>('nnunet-preprocess');

/** Greatest difference, relative to 1. */
function assertClose(got: Float32Array, expected: Float32Array, tolerance: number): void {
  assert.equal(got.length, expected.length);
  let most = 0;
  got.forEach((value, at) => (most = Math.max(most, Math.abs(value - expected[at]))));
  assert.ok(most <= tolerance, `differs by ${most}`);
}

function planOf(one: GoldenCase): {
  plan: PreprocessingPlan;
  configuration: PreprocessingConfiguration;
  labels: LabelScheme;
} {
  const decision = { subject: '', value: '', reason: '', data: {} };
  return {
    plan: {
      transposeForward: one.transpose,
      transposeBackward: [0, 1, 2].map((axis) => one.transpose.indexOf(axis)),
      intensities: one.schemes.map(() => intensitiesOf(reference)),
    },
    configuration: {
      spacing: one.configuration,
      normalizations: one.schemes.map((scheme, at) => ({ scheme, insideMask: one.masked[at], decision })),
    },
    labels: labelScheme(one.labelNames, one.order ?? undefined, assert.fail)!,
  };
}

const loaded = (one: GoldenCase) => ({
  id: one.title,
  image: imageOf(one),
  ...(one.withLabels && { labels: labelsOf(one) }),
  spacing: one.spacing,
});

describe("workflow: files read as by nnU-Net's readers", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-read-case-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const { reader, files, images, spacing, image } of reference.readers) {
    it(`${reader}: ${images.join(', ')}`, async () => {
      for (const [name, base64] of Object.entries(files)) {
        writeFileSync(join(folder, name), Buffer.from(base64, 'base64'));
      }
      const channels = image.shape[3];
      const read = await readCase({ id: 'a', images: images.map((name) => join(folder, name)) }, channels);
      assert.deepEqual([...read.image.shape, read.image.channels], image.shape);
      assert.deepEqual(read.spacing, spacing);
      assert.deepEqual(read.image.data, floatsOf(image));
    });
  }
});

describe("workflow: cases preprocessed as by nnU-Net's DefaultPreprocessor", () => {
  for (const one of reference.cases) {
    it(one.title, () => {
      const { plan, configuration } = planOf(one);
      const { image, labels, properties } = preprocessCase(loaded(one), plan, configuration);
      const { box } = properties;
      assert.deepEqual(
        box.start.map((from, axis) => [from, from + box.shape[axis]]),
        one.box,
      );
      assert.deepEqual([...image.shape, image.channels], one.data.shape);
      assertClose(image.data, floatsOf(one.data), 2e-5);
      assert.equal(labels !== undefined, one.withLabels);
      if (labels) {
        assert.deepEqual([...labels.shape], one.labels!.shape);
        assert.deepEqual(
          labels.data,
          Int16Array.from(bytesOf(one.labels!), (label) => label - 1),
        );
      }
    });
  }
});

describe("workflow: predictions brought back as by nnU-Net's export", () => {
  for (const one of reference.cases) {
    it(one.title, () => {
      const { plan, configuration, labels } = planOf(one);
      const { image, properties } = preprocessCase(loaded(one), plan, configuration);
      const predicted = logitsOf(one.number, image.shape, labels.heads);
      const given = predicted.data.slice();
      const restored = restoreLabels(predicted, properties, plan, labels);
      assert.deepEqual([...restored.shape], one.shape);
      assert.deepEqual(restored.data, bytesOf(one.restored));
      const probabilities = restoreProbabilities(predicted, properties, plan, labels);
      assert.deepEqual([...probabilities.shape, probabilities.channels], one.probabilities.shape);
      assertClose(probabilities.data, floatsOf(one.probabilities), 2e-6);
      assert.deepEqual(predicted.data, given, 'the prediction is left as it was');
    });
  }

  it('takes probabilities too', () => {
    const one = reference.cases.find(({ title }) => title === 'regions')!;
    const { plan, configuration, labels } = planOf(one);
    const { image, properties } = preprocessCase(loaded(one), plan, configuration);
    const predicted = {
      ...image,
      data: new Float32Array((image.data.length / image.channels) * 2),
      channels: 2,
    };
    predicted.data.fill(0.4);
    for (let at = 1; at < predicted.data.length; at += 2) predicted.data[at] = 0.6;
    const restored = restoreLabels(predicted, properties, plan, labels, { values: 'probabilities' });
    const { box } = properties;
    const count = box.shape.reduce((all, side) => all * side);
    assert.equal(restored.data.filter((label) => label === 2).length, count);
    assert.equal(restored.data.filter((label) => label === 0).length, restored.data.length - count);
  });

  it('refuses another number of channels than heads', () => {
    const [one] = reference.cases;
    const { plan, configuration, labels } = planOf(one);
    const { image, properties } = preprocessCase(loaded(one), plan, configuration);
    assert.throws(() => restoreLabels(image, properties, plan, labels), /got 1 channels; expected 3/);
  });
});

describe('workflow: preprocessing refuses', () => {
  const [one] = reference.cases;
  const { plan, configuration } = planOf(one);

  it('values that are not finite', () => {
    const bad = loaded(one);
    bad.image.data[500] = NaN;
    assert.throws(() => preprocessCase(bad, plan, configuration), /isotropic MR.*NaN or infinite/);
  });

  it('labels that are no integers', () => {
    const labels = labelsOf(one);
    labels.data[7] = 1.5;
    assert.throws(
      () => preprocessCase({ ...loaded(one), labels }, plan, configuration),
      /got the label 1.5; expected integers from 0/,
    );
  });

  it('another number of channels than the plan has', () => {
    const two = { ...plan, intensities: [intensitiesOf(reference), intensitiesOf(reference)] };
    assert.throws(() => preprocessCase(loaded(one), two, configuration), /got 1 channels; expected 1.*and 2/);
  });

  it('a spacing that leaves no voxels', () => {
    assert.throws(
      () => preprocessCase(loaded(one), plan, { ...configuration, spacing: [90, 1, 1] }),
      /expected some left at the plan's spacing 90/,
    );
  });

  it('colours above 255', () => {
    const rgb = {
      ...configuration,
      normalizations: [
        { ...configuration.normalizations[0], scheme: 'RGBTo01Normalization' as const, insideMask: false },
      ],
    };
    assert.throws(() => preprocessCase(loaded(one), plan, rgb), /rgb_to_0_1; expected 0 to 255/);
  });

  it('nothing of an image of zeros: it stays 0', () => {
    const zeros = { ...loaded(one), labels: undefined };
    zeros.image.data.fill(0);
    const { image, properties } = preprocessCase(zeros, plan, configuration);
    assert.ok(image.data.every((value) => value === 0));
    assert.deepEqual(properties.box.shape, one.shape);
  });
});
