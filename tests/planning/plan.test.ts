import assert from 'node:assert/strict';
import { datasetFingerprint, IntensityProperties, PlanningCase } from '../../lib/planning/fingerprint';
import { planBatchSize, planPatch } from '../../lib/planning/patch-size';
import { poolingPlan } from '../../lib/planning/pooling';
import { roundHalfEven } from '../../lib/transforms/intensity/rounding';
import { golden } from '../golden';
import { hashed } from '../nn/hashed';
import { goldenPlan, goldenPlans } from './golden-plans';

type GoldenCase = [number: number, shape: number[], channels: number, spacing: number[]];

interface GoldenFingerprint {
  cases: GoldenCase[];
  spacings: number[][];
  shapes: number[][];
  intensities: IntensityProperties[];
  relativeSizeAfterCropping: number;
}

const { fingerprints } = golden<{ fingerprints: GoldenFingerprint[] }>('nnunet-plan');

describe('the reasons of a plan', () => {
  const planOf = (name: string) => goldenPlan(goldenPlans.find((plan) => plan.name === name)!);
  const reason = (name: string, subject: string) => {
    const { decisions, configurations } = planOf(name);
    const all = [...decisions, ...(configurations['3d_fullres'] ?? configurations['2d']).decisions];
    return all.find((decision) => decision.subject === subject)!;
  };

  it('name the rule and the numbers that it was applied to', () => {
    assert.match(
      reason('coarse, some cases fine', 'target spacing').reason,
      /axis 0 is coarse .* 10th percentile/,
    );
    assert.match(reason('coarse but long', 'target spacing').reason, /no less than a third/);
    assert.match(reason('hippocampus', 'target spacing').reason, /no axis is more than 3 times/);
    assert.match(reason('hippocampus', 'patch size').reason, /fit into the memory whole/);
    assert.match(reason('spleen CT', 'patch size').reason, /shortened \d+ times/);
    assert.match(reason('spleen CT', 'normalisation of channel 0').reason, /Hounsfield/);
    assert.match(reason('spleen CT', 'low-resolution cascade').reason, /first network/);
    assert.match(
      reason('brain3d', 'normalisation of channel 0').reason,
      /of what is not 0: cropping leaves 20 %/,
    );
    assert.match(reason('one small volume', 'batch size').reason, /5 % of the data.*2 is the least/);
    assert.match(
      reason('ISBI 2012 as one volume', 'poolings').reason,
      /axis 0: \d+ → \d+ in \d+ halvings, from stage/,
    );
  });

  it('hold their numbers as data too', () => {
    const { data, value } = reason('hippocampus', 'batch size');
    const { fitting, covering } = data as Record<string, number>;
    assert.equal(value, Math.max(2, Math.min(fitting, covering)));
  });
});

describe('planPatch', () => {
  const spleen = { spacing: [1.6, 0.79, 0.79], medianShape: [187, 512, 512], classes: 2 };

  it('grows with the memory, and a batch of two always fits', () => {
    const [small, large] = [8, 24].map((gigabytes) => planPatch({ ...spleen, gigabytes }));
    assert.ok(large.numbers > small.numbers);
    assert.ok(small.numbers <= 560e6 && large.numbers <= 3 * 560e6);
    assert.equal(planBatchSize(small, { datasetVoxels: 1e12 }).value, 2);
  });

  it('tells every patch that it tried, each smaller than the one before', () => {
    const { tried, patch } = planPatch(spleen);
    assert.deepEqual(tried.at(-1)!.patch, patch);
    tried.slice(1).forEach(({ numbers }, index) => assert.ok(numbers < tried[index].numbers));
  });

  it('refuses what no patch fits, and numbers that are none', () => {
    assert.throws(() => planPatch({ ...spleen, gigabytes: 1e-9 }), /not even the smallest patch fits/);
    assert.throws(() => planPatch({ ...spleen, gigabytes: 0 }), /got 0 GB; expected a positive number/);
    assert.throws(() => planPatch({ ...spleen, spacing: [1, 1] }), /expected 2 or 3 positive numbers/);
    assert.throws(() => poolingPlan([1, 0, 1], [8, 8, 8]), /got spacing \[1, 0, 1\]/);
  });
});

describe('datasetFingerprint', () => {
  /** What the golden's script makes. */
  function caseOf([number, shape, channels, spacing]: GoldenCase): PlanningCase {
    const flat = shape[0] === 1;
    const voxels = shape.reduce((product, side) => product * side, 1);
    const values = hashed(number, channels * voxels);
    const inside = (index: number) => {
      const [rows, columns] = shape.slice(1);
      const at = [Math.floor(index / (rows * columns)), Math.floor(index / columns) % rows, index % columns];
      return at.every((place, axis) => shape[axis] <= 8 || (place >= 1 && place < shape[axis] - 2));
    };
    const data = new Float32Array(channels * voxels);
    for (let index = 0; index < voxels; index++) {
      for (let channel = 0; channel < channels && inside(index); channel++) {
        data[index * channels + channel] = roundHalfEven(Math.fround(values[channel * voxels + index] * 100));
      }
    }
    const threshold = 0.2 + 0.1 * (number % 5);
    const mask = Uint8Array.from(hashed(number + 100, voxels), (value) => (value > threshold ? 1 : 0));
    const spatial = flat ? shape.slice(1) : shape;
    return {
      image: { data, shape: spatial, channels },
      mask: { data: mask, shape: spatial, channels: 1 },
      spacing: flat ? undefined : spacing,
    };
  }

  fingerprints.forEach((expected, index) => {
    it(`equals nnU-Net's, without its chance: data set ${index}`, async () => {
      const { intensities, ...rest } = await datasetFingerprint(expected.cases.map(caseOf));
      const { cases: _, intensities: expectedIntensities, ...expectedRest } = expected;
      assert.deepEqual(rest, expectedRest);
      // nnU-Net draws millions of voxels at random: the mean is known to 100 / √10⁷.
      intensities.forEach((each, channel) => {
        for (const [name, value] of Object.entries(each)) {
          const wanted = expectedIntensities[channel][name as 'mean'];
          assert.ok(
            Math.abs(value - wanted) < 0.15,
            `channel ${channel}, ${name}: ${value} is not ${wanted}`,
          );
        }
      });
    });
  });

  const square = (values: number[], mask: number[]): PlanningCase => ({
    image: { data: Float32Array.from(values), shape: [2, 2], channels: 1 },
    mask: { data: Uint8Array.from(mask), shape: [2, 2], channels: 1 },
  });

  it('lets every case count the same, however large its foreground', async () => {
    const cases = [square([1, 1, 1, 1], [1, 1, 1, 1]), square([9, 5, 5, 5], [1, 0, 0, 0])];
    assert.equal((await datasetFingerprint(cases)).intensities[0].mean, 5);
  });

  it('looks at no more voxels than it may, evenly', async () => {
    const cases = [square([1, 2, 3, 4], [1, 1, 1, 1])];
    assert.equal((await datasetFingerprint(cases, { voxelsPerCase: 2 })).intensities[0].mean, 3);
  });

  it('refuses what is no data set', async () => {
    await assert.rejects(datasetFingerprint([]), /got no cases/);
    await assert.rejects(datasetFingerprint([square([1, 2, 3, 4], [0, 0, 0, 0])]), /only empty masks/);
    await assert.rejects(datasetFingerprint([square([1, NaN, 3, 4], [1, 0, 0, 0])]), /case 0: .*not finite/);
    const rgb = {
      ...square([], []),
      image: { data: new Float32Array(12).fill(1), shape: [2, 2], channels: 3 },
    };
    const mask = { data: new Uint8Array(4).fill(1), shape: [2, 2], channels: 1 };
    await assert.rejects(
      datasetFingerprint([square([1, 2, 3, 4], [1, 1, 1, 1]), { ...rgb, mask }]),
      /case 1: got 3 channels; expected 1/,
    );
    await assert.rejects(
      datasetFingerprint([{ ...square([1, 2, 3, 4], [1, 1, 1, 1]), spacing: [1, -1] }]),
      /got spacing \[1, -1\]/,
    );
  });
});
