import assert from 'node:assert/strict';
import {
  datasetFingerprint,
  Fingerprint,
  IntensityProperties,
  PlanningCase,
} from '../../lib/planning/fingerprint';
import { planBatchSize, planPatch } from '../../lib/planning/patch-size';
import { Configuration, planDataset } from '../../lib/planning/plan';
import { poolingPlan } from '../../lib/planning/pooling';
import { roundHalfEven } from '../../lib/transforms/intensity/rounding';
import { golden } from '../golden';
import { hashed } from '../nn/hashed';

interface GoldenConfiguration {
  spacing: number[];
  median_image_size_in_voxels: number[];
  patch_size: number[];
  batch_size: number;
  normalization_schemes: string[];
  use_mask_for_norm: boolean[];
  batch_dice: boolean;
  features_per_stage: number[];
  kernel_sizes: number[][];
  strides: number[][];
  n_conv_per_stage: number[];
  n_conv_per_stage_decoder: number[];
}

interface GoldenPlan {
  name: string;
  spacings: number[][];
  shapes: number[][];
  channels: string[];
  classes: number;
  gigabytes: number;
  relativeSize: number;
  plan: {
    transpose_forward: number[];
    transpose_backward: number[];
    original_median_spacing_after_transp: number[];
    original_median_shape_after_transp: number[];
    configurations: Record<'2d' | '3d_fullres' | '3d_lowres', GoldenConfiguration>;
  };
}

type GoldenCase = [number: number, shape: number[], channels: number, spacing: number[]];

interface GoldenFingerprint {
  cases: GoldenCase[];
  spacings: number[][];
  shapes: number[][];
  intensities: IntensityProperties[];
  relativeSizeAfterCropping: number;
}

const { plans, fingerprints } = golden<{ plans: GoldenPlan[]; fingerprints: GoldenFingerprint[] }>(
  'nnunet-plan',
);

const NO_INTENSITIES: IntensityProperties = {
  mean: 0,
  median: 0,
  std: 1,
  min: 0,
  max: 1,
  percentile005: 0,
  percentile995: 1,
};

function fingerprintOf({ spacings, shapes, channels, relativeSize }: GoldenPlan): Fingerprint {
  const intensities = channels.map(() => NO_INTENSITIES);
  return { spacings, shapes, intensities, relativeSizeAfterCropping: relativeSize };
}

/** As nnU-Net writes it. */
const asGolden = (one: Configuration): GoldenConfiguration => ({
  spacing: one.spacing,
  median_image_size_in_voxels: one.medianShape,
  patch_size: one.patchSize,
  batch_size: one.batchSize,
  normalization_schemes: one.normalizations.map(({ scheme }) => scheme),
  use_mask_for_norm: one.normalizations.map(({ insideMask }) => insideMask),
  batch_dice: one.batchDice,
  features_per_stage: one.features,
  kernel_sizes: one.kernels,
  strides: one.strides,
  n_conv_per_stage: one.features.map(() => one.convolutions),
  n_conv_per_stage_decoder: one.features.slice(1).map(() => one.convolutions),
});

function assertClose(
  got: readonly number[],
  expected: readonly number[],
  tolerance: number,
  what: string,
): void {
  assert.equal(got.length, expected.length, what);
  got.forEach((value, index) => {
    const off = Math.abs(value - expected[index]) / Math.max(1e-12, Math.abs(expected[index]));
    assert.ok(off <= tolerance, `${what}: ${got.join()} is not ${expected.join()}`);
  });
}

describe("plans equal nnU-Net's own", () => {
  for (const one of plans) {
    it(one.name, () => {
      const { channels, classes, gigabytes } = one;
      const plan = planDataset(fingerprintOf(one), { channels, classes }, { gigabytes });
      assert.deepEqual(plan.transposeForward, one.plan.transpose_forward);
      assert.deepEqual(plan.transposeBackward, one.plan.transpose_backward);
      assert.deepEqual(plan.originalMedianSpacing, one.plan.original_median_spacing_after_transp);
      assert.deepEqual(plan.originalMedianShape, one.plan.original_median_shape_after_transp);
      assert.deepEqual(Object.keys(plan.configurations).sort(), Object.keys(one.plan.configurations).sort());
      for (const [name, expected] of Object.entries(one.plan.configurations)) {
        const { spacing, ...rest } = asGolden(plan.configurations[name as '2d']!);
        const { spacing: expectedSpacing, ...expectedRest } = expected;
        assert.deepEqual(rest, expectedRest, name);
        assertClose(spacing, expectedSpacing, 1e-12, `${name}: spacing`);
      }
    });
  }

  it('covers 2-D, 3-D, cascades and plans without', () => {
    const names = plans.map(({ plan }) => Object.keys(plan.configurations).sort().join());
    assert.deepEqual([...new Set(names)].sort(), ['2d', '2d,3d_fullres', '2d,3d_fullres,3d_lowres']);
    assert.ok(plans.length >= 20);
  });
});

describe('the reasons of a plan', () => {
  const planOf = (name: string) => {
    const one = plans.find((plan) => plan.name === name)!;
    return planDataset(fingerprintOf(one), one, one);
  };
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
