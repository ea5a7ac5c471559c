import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fingerprintJson, readFingerprintJson } from '../../lib/planning/fingerprint-json';
import type { DatasetPlan } from '../../lib/planning/plan';
import { plansJson } from '../../lib/planning/plans-json';
import { readPlansJson } from '../../lib/planning/read-plans-json';
import { readerName } from '../../lib/workflow/planning-dataset';
import { goldenInputs, goldenPlan, goldenPlans } from './golden-plans';

type Json = Record<string, unknown>;

/** What nnunetv2's file has not: it passes it over. */
const ADDED = ['decisions'];

const jsonOf = (one: (typeof goldenPlans)[number]): Json => {
  const { fingerprint, description } = goldenInputs(one);
  const reader = readerName(description, fingerprint);
  const json = plansJson(goldenPlan(one), { datasetName: 'Dataset001_Golden', reader });
  return JSON.parse(JSON.stringify(json)) as Json;
};

const without = (json: Json, names: readonly string[]) =>
  Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));

describe("planning/plans-json: equal to nnunetv2's file in every field", () => {
  for (const one of goldenPlans) {
    it(one.name, () => {
      assert.deepEqual(without(jsonOf(one), ADDED), one.plans);
    });
  }

  it('covers all kinds of data sets', () => {
    assert.ok(goldenPlans.length >= 60);
    const keys = goldenPlans.map(({ plans }) => Object.keys(plans.configurations as Json).join());
    assert.deepEqual([...new Set(keys)].sort(), [
      '2d',
      '2d,3d_fullres',
      '2d,3d_lowres,3d_fullres,3d_cascade_fullres',
    ]);
    const budgets = new Set(goldenPlans.map(({ gigabytes }) => gigabytes));
    for (const gigabytes of [4, 8, 24, 80]) assert.ok(budgets.has(gigabytes));
    const readers = new Set(goldenPlans.map(({ plans }) => plans.image_reader_writer));
    assert.deepEqual([...readers].sort(), ['NaturalImage2DIO', 'NibabelIO', 'SimpleITKIO', 'Tiff3DIO']);
  });

  it('carries the reason of each decision beside them', () => {
    const one = goldenPlans.find(({ name }) => name === 'spleen CT')!;
    const { decisions } = jsonOf(one) as { decisions: Record<string, { subject: string; reason: string }[]> };
    assert.deepEqual(Object.keys(decisions).sort(), ['2d', '3d_fullres', '3d_lowres', 'dataset']);
    for (const all of Object.values(decisions)) {
      assert.ok(all.length > 0);
      for (const { subject, reason } of all) assert.ok(subject.length > 0 && reason.length > 10);
    }
  });
});

describe('planning/plans-json: read', () => {
  const sound = goldenPlans.find(({ name }) => name === 'spleen CT')!;
  /** Reasons apart, which nnU-Net's file has not. */
  const bare = ({ decisions: _, configurations, ...rest }: DatasetPlan) => ({
    ...rest,
    configurations: Object.entries(configurations).map(
      ([name, { decisions: __, normalizations, ...all }]) => [
        name,
        { ...all, normalizations: normalizations.map(({ scheme, insideMask }) => [scheme, insideMask]) },
      ],
    ),
  });

  it("gives back the plan of nnunetv2's own files", () => {
    for (const one of goldenPlans) {
      const [read, planned] = [readPlansJson(one.plans, 'nnUNetPlans.json'), goldenPlan(one)].map(bare);
      const ordered = (plan: typeof read) => ({
        ...plan,
        configurations: Object.fromEntries(plan.configurations) as Json,
      });
      assert.deepEqual(ordered(read), ordered(planned), one.name);
    }
  });

  it('gives back its own reasons', () => {
    const read = readPlansJson(jsonOf(sound), 'nnUNetPlans.json');
    const planned = goldenPlan(sound);
    assert.deepEqual(read.decisions, planned.decisions);
    assert.deepEqual(read.configurations['2d'].decisions, planned.configurations['2d'].decisions);
  });

  it('follows inherits_from', () => {
    const json = structuredClone(sound.plans) as { configurations: Record<string, Json> };
    const { '3d_fullres': full } = json.configurations;
    json.configurations['3d_fullres'] = { inherits_from: 'mine', batch_size: 3 };
    json.configurations.mine = full;
    const { configurations } = readPlansJson(json, 'nnUNetPlans.json');
    assert.equal(configurations['3d_fullres']!.batchSize, 3);
    assert.deepEqual(configurations['3d_fullres']!.patchSize, full.patch_size);
    json.configurations.mine = { inherits_from: '3d_fullres' };
    assert.throws(
      () => readPlansJson(json, 'p.json'),
      /p\.json: configurations: .*expected mine to inherit from another/,
    );
  });

  const cases: [string, (json: Json, flat: Json, kwargs: Json) => void, RegExp][] = [
    [
      'an order that is none',
      (json) => (json.transpose_forward = [0, 0, 1]),
      /transpose_backward: .*expected the inverse/,
    ],
    [
      'an axis that is none',
      (json) => (json.transpose_forward = [0, 1, 3]),
      /transpose_forward: got \[0,1,3\]/,
    ],
    ['no configuration', (json) => (json.configurations = {}), /configurations: got \{\}; expected 2d/],
    [
      'no statistics',
      (json) => (json.foreground_intensity_properties_per_channel = {}),
      /statistics of each channel/,
    ],
    [
      'another network',
      (_, flat) => ((flat.architecture as Json).network_class_name = 'x.ResidualEncoderUNet'),
      /configurations\.2d\.architecture\.network_class_name: got "x\.ResidualEncoderUNet"; expected ".*PlainConvUNet"/,
    ],
    ['another resampling', (_, flat) => (flat.resampling_fn_data = 'x'), /resampling_fn_data: got "x"/],
    [
      'unequal stages',
      (_, __, kwargs) => ((kwargs.n_conv_per_stage as number[])[0] = 1),
      /n_conv_per_stage: .*as many/,
    ],
    [
      'a stride of 3',
      (_, __, kwargs) => ((kwargs.strides as number[][])[1][0] = 3),
      /strides: .*each 1 or 2/,
    ],
    [
      'a stride at once',
      (_, __, kwargs) => ((kwargs.strides as number[][])[0][0] = 2),
      /the first stage without/,
    ],
    [
      'a kernel of 5',
      (_, __, kwargs) => ((kwargs.kernel_sizes as number[][])[0][0] = 5),
      /kernel_sizes: .*1 or 3/,
    ],
    ['features without end', (_, __, kwargs) => (kwargs.features_per_stage = [1e9]), /features_per_stage/],
    [
      'an unknown scheme',
      (_, flat) => (flat.normalization_schemes = ['x']),
      /normalization_schemes: got \["x"\]/,
    ],
    ['a mask that is none', (_, flat) => (flat.use_mask_for_norm = [1]), /use_mask_for_norm: got \[1\]/],
    [
      'a patch that does not divide',
      (_, flat) => (flat.patch_size = [100, 100]),
      /patch_size: .*multiples of 128, 128/,
    ],
    ['no batch', (_, flat) => (flat.batch_size = 0), /batch_size: got 0/],
    ['a spacing of 0', (_, flat) => (flat.spacing = [0, 1]), /configurations\.2d\.spacing: got \[0,1\]/],
  ];
  for (const [title, change, message] of cases) {
    it(`refuses ${title}`, () => {
      const json = structuredClone(sound.plans);
      const flat = (json.configurations as Record<string, Json>)['2d'];
      change(json, flat, (flat.architecture as Json).arch_kwargs as Json);
      assert.throws(() => readPlansJson(json, 'nnUNetPlans.json'), message);
    });
  }

  it('refuses what is no plan at all', () => {
    for (const none of [null, 3, [], 'text', {}]) {
      assert.throws(() => readPlansJson(none, 'p.json'), /p\.json: transpose_forward: got nothing/);
    }
  });
});

describe('planning/fingerprint-json', () => {
  const { fingerprint } = goldenPlans[0];

  it('is the same after reading and writing', () => {
    assert.deepEqual(fingerprintJson(readFingerprintJson(fingerprint, 'f.json')), fingerprint);
  });

  const cases: [string, Json, RegExp][] = [
    [
      'two axes',
      { spacings: [[1, 1]] },
      /f\.json: spacings: got \[\[1,1\]\]; expected a list of three positive/,
    ],
    ['a spacing of 0', { spacings: [[0, 1, 1]] }, /spacings/],
    ['half a voxel', { shapes_after_crop: [[1.5, 1, 1]] }, /shapes_after_crop: .*positive integers/],
    ['fewer shapes', { shapes_after_crop: [[1, 1, 1]] }, /shapes_after_crop: .*expected 60 lists/],
    [
      'a share above 1',
      { median_relative_size_after_cropping: 2 },
      /median_relative_size_after_cropping: got 2/,
    ],
    [
      'a channel without its mean',
      { foreground_intensity_properties_per_channel: { '0': {} } },
      /foreground_intensity_properties_per_channel: got \{"0":\{\}\}/,
    ],
  ];
  for (const [title, change, message] of cases) {
    it(`refuses ${title}`, () => {
      assert.throws(() => readFingerprintJson({ ...fingerprint, ...change }, 'f.json'), message);
    });
  }
});

describe('planning/plans-json: loaded by nnunetv2', () => {
  it('which builds its networks', function () {
    const python = process.env.SEGCOURSE_NNUNETV2;
    if (!python) {
      console.log('      skipped: needs nnunetv2 2.8.1: SEGCOURSE_NNUNETV2=<a Python that has it>');
      return this.skip();
    }
    this.timeout(300_000);
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-plans-'));
    try {
      const chosen = goldenPlans.filter(({ name }) =>
        /^(spleen CT|hippocampus|nuclei.*|drawn 1[0-2][12].*)$/.test(name),
      );
      assert.ok(chosen.length >= 6);
      for (const one of chosen) {
        const [dataset, plans] = ['dataset.json', 'plans.json'].map((name) => join(folder, name));
        writeFileSync(dataset, JSON.stringify(one.dataset));
        writeFileSync(plans, JSON.stringify(jsonOf(one)));
        const script = resolve(__dirname, '../goldens/nnunet-plan.py');
        const output = execFileSync(python, ['-B', script, dataset, plans], {
          encoding: 'utf8',
          cwd: folder,
        });
        const { configurations } = JSON.parse(output) as {
          configurations: Record<string, { parameters: number }>;
        };
        const parameters = Object.entries(configurations).map(([name, told]) => [name, told.parameters]);
        assert.deepEqual(Object.fromEntries(parameters), one.parameters, one.name);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
