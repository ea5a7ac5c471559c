import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../../lib/cli/main';
import { golden } from '../golden';
import { goldenPlans } from '../planning/golden-plans';

interface GoldenFingerprint {
  name: string;
  files: Record<string, string>;
  /** dataset_fingerprint.json of nnunetv2. */
  fingerprint: {
    spacings: number[][];
    shapes_after_crop: number[][];
    median_relative_size_after_cropping: number;
    foreground_intensity_properties_per_channel: Record<string, Record<string, number>>;
  };
}

const { datasets } = golden<{ datasets: GoldenFingerprint[] }>('nnunet-fingerprint');

async function plan(...args: string[]) {
  let [output, errors] = ['', ''];
  const code = await main(['plan', ...args], {
    out: { write: (text) => (output += text) },
    errors: { write: (text) => (errors += text) },
    env: {},
  });
  return { code, output, errors };
}

describe('cli/plan', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-plan-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Files some time ago, so that what is written now is newer. */
  function unpack({ name, files }: GoldenFingerprint): string {
    const root = join(folder, name);
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), Buffer.from(content, 'base64'));
      utimesSync(join(root, file), 1e9, 1e9);
    }
    return root;
  }
  const read = <T = Record<string, unknown>>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
  const inputs = (name: string) => {
    const one = goldenPlans.find((plan) => plan.name === name)!;
    const root = join(folder, 'Dataset001_Golden');
    mkdirSync(root);
    const [fingerprint, dataset] = ['dataset_fingerprint.json', 'dataset.json'].map((file) =>
      join(root, file),
    );
    writeFileSync(fingerprint, JSON.stringify(one.fingerprint));
    writeFileSync(dataset, JSON.stringify(one.dataset));
    return { one, args: ['--fingerprint', fingerprint, '--dataset', dataset], fingerprint, dataset };
  };

  describe("from nnU-Net's two files", () => {
    it("prints nnunetv2's plans as JSON", async () => {
      const { one, args } = inputs('brain tumour, four modalities, 40 GB');
      const { code, output, errors } = await plan(...args, '--gpu-gb', '40', '--json');
      assert.deepEqual([code, errors], [0, '']);
      const { decisions, ...plans } = JSON.parse(output) as Record<string, unknown>;
      assert.deepEqual(plans, one.plans);
      assert.ok(decisions);
      assert.deepEqual(readdirSync(join(folder, 'Dataset001_Golden')).length, 2, 'nothing is written');
    });

    it('plans for 8 GB where nothing is said', async () => {
      const { one, args } = inputs('spleen CT');
      const { decisions: _, ...plans } = JSON.parse((await plan(...args, '--json')).output) as Record<
        string,
        unknown
      >;
      assert.deepEqual(plans, one.plans);
    });

    it('tells networks and reasons as text', async () => {
      const { args } = inputs('coarse, some cases fine');
      const { code, output } = await plan(...args);
      assert.equal(code, 0);
      assert.match(output, /^Dataset001_Golden: 80 cases, 1 channel \(CT\), 2 labels; for a GPU of 8 GB$/m);
      assert.match(output, /^ +2d +3d_fullres +3d_lowres$/m);
      assert.match(output, /^patch +512 × 448 +48 × 224 × 192 +64 × 224 × 160$/m);
      assert.match(output, /^ {2}target spacing: .*\n +the median of each axis, but axis 0 is coarse/m);
      assert.match(output, /10th percentile/);
      for (const subject of ['patch size', 'batch size', 'poolings', 'features', 'Dice loss']) {
        assert.equal(output.split(`\n  ${subject}: `).length, 4, subject);
      }
      assert.ok(output.split('\n').every((line) => line.length <= 110));
    });

    it('tells of another number of cases', async () => {
      const { args, dataset } = inputs('spleen CT');
      writeFileSync(dataset, JSON.stringify({ ...read(dataset), numTraining: 7 }));
      const { code, errors } = await plan(...args);
      assert.equal(code, 0);
      assert.match(errors, /numTraining is 7, the fingerprint has 41 cases; planned for 7/);
    });

    it('lets no file write to the terminal', async () => {
      const { args, dataset } = inputs('spleen CT');
      writeFileSync(dataset, JSON.stringify({ ...read(dataset), channel_names: { '0': 'a\x1b[2J' } }));
      const { output } = await plan(...args);
      assert.match(output, /a�\[2J/);
      assert.ok(!output.includes('\x1b'));
    });

    it('tells what is wrong with them', async () => {
      const { args, fingerprint, dataset } = inputs('spleen CT');
      const sound = { fingerprint: read(fingerprint), dataset: read(dataset) };
      const cases: [string, string, RegExp][] = [
        [fingerprint, '{"spacings": [', /dataset_fingerprint\.json: got .*; expected JSON/],
        [
          fingerprint,
          JSON.stringify({ ...sound.fingerprint, spacings: 3 }),
          /spacings: got 3; expected a list/,
        ],
        [
          dataset,
          JSON.stringify({ ...sound.dataset, labels: {} }),
          /dataset\.json: labels: got \{\}; expected/,
        ],
        [
          dataset,
          JSON.stringify({ ...sound.dataset, channel_names: { '0': 'a', '1': 'b' } }),
          /got 2 channel names/,
        ],
      ];
      for (const [file, text, message] of cases) {
        const before = readFileSync(file);
        writeFileSync(file, text);
        const { code, errors, output } = await plan(...args);
        assert.deepEqual([code, output], [1, '']);
        assert.match(errors, message);
        writeFileSync(file, before);
      }
      const { code, errors } = await plan(...args, '--gpu-gb', '0.00000001');
      assert.equal(code, 1);
      assert.match(errors, /not even the smallest patch fits; expected more memory/);
    });
  });

  describe('of a folder', () => {
    for (const one of datasets) {
      it(`takes nnU-Net's fingerprint: ${one.name}`, async () => {
        const root = unpack(one);
        const { code, errors } = await plan(root, '--no-verify');
        assert.equal(code, 0, errors);
        const { foreground_intensity_properties_per_channel: got, ...rest } = read<
          GoldenFingerprint['fingerprint']
        >(join(root, 'dataset_fingerprint.json'));
        const { foreground_intensity_properties_per_channel: expected, ...expectedRest } = one.fingerprint;
        assert.deepEqual(rest, expectedRest);
        assert.deepEqual(Object.keys(got), Object.keys(expected));
        for (const [channel, values] of Object.entries(expected)) {
          // nnU-Net draws its 10⁸ voxels: means are known to σ / 10⁴, percentiles to where neighbours' ranks are.
          for (const [name, value] of Object.entries(values)) {
            const exact = name === 'min' || name === 'max';
            const tolerance = exact ? 0 : 1e-3 * values.std + 1e-5 * Math.abs(value);
            assert.ok(
              Math.abs(got[channel][name] - value) <= tolerance,
              `channel ${channel}, ${name}: ${got[channel][name]} is not ${value}`,
            );
          }
        }
      });
    }

    const [volumes] = datasets;

    it('writes a plan that says what it was made of, and prints it', async () => {
      const root = unpack(volumes);
      const { code, output, errors } = await plan(root, '--json', '--gpu-gb', '4');
      assert.equal(code, 0, errors);
      const written = read<{ dataset_name: string; image_reader_writer: string }>(
        join(root, 'nnUNetPlans.json'),
      );
      assert.deepEqual(JSON.parse(output), written);
      assert.deepEqual([written.dataset_name, written.image_reader_writer], [volumes.name, 'SimpleITKIO']);
      assert.match(errors, /scan_3: .*got no foreground.*\n/);
      assert.match(errors, /written: .*dataset_fingerprint\.json, .*nnUNetPlans\.json/);
      const leftOver = readdirSync(root).filter((name) => name.endsWith('.part') || name.endsWith('.probe'));
      assert.deepEqual(leftOver, []);
    });

    it('takes a fingerprint again only where a file is newer', async () => {
      const root = unpack(volumes);
      await plan(root);
      const file = join(root, 'dataset_fingerprint.json');
      const changed = { ...read(file), median_relative_size_after_cropping: 0.5 };
      writeFileSync(file, JSON.stringify(changed));
      assert.match((await plan(root)).errors, /newer than the data set: taken as it is/);
      assert.deepEqual(read(file), changed);
      const later = Date.now() / 1000 + 100;
      utimesSync(join(root, 'labelsTr/scan_1.nii.gz'), later, later);
      await plan(root);
      assert.equal(
        read(file).median_relative_size_after_cropping,
        volumes.fingerprint.median_relative_size_after_cropping,
      );
    });

    it('writes elsewhere where it is told so', async () => {
      const root = unpack(volumes);
      const output = join(folder, 'plans', 'mine');
      assert.equal((await plan(root, '-o', output)).code, 0);
      assert.deepEqual(readdirSync(output).sort(), ['dataset_fingerprint.json', 'nnUNetPlans.json']);
      assert.ok(!existsSync(join(root, 'nnUNetPlans.json')));
    });

    it('checks all cases first, and lists all that is wrong', async () => {
      const root = unpack(volumes);
      writeFileSync(join(root, 'imagesTr/scan_0_0000.nii.gz'), 'no NIfTI');
      rmSync(join(root, 'imagesTr/scan_1_0001.nii.gz'));
      const { code, errors, output } = await plan(root);
      assert.deepEqual([code, output], [1, '']);
      assert.match(errors, /got 2 problems; expected none/);
      assert.match(errors, /scan_0: readImage: .*scan_0_0000/);
      assert.match(errors, /scan_1: got 1 channels/);
      assert.ok(!existsSync(join(root, 'dataset_fingerprint.json')));
    });

    it('does not check where it is told so', async () => {
      const root = unpack(volumes);
      const description = join(root, 'dataset.json');
      writeFileSync(description, JSON.stringify({ ...read(description), labels: { background: 0, a: 1 } }));
      assert.match(
        (await plan(root)).errors,
        /scan_1: .*got the values 2; expected labels of dataset\.json: 0, 1/,
      );
      assert.equal((await plan(root, '--no-verify')).code, 0);
    });

    it('tells of a folder that is none', async () => {
      const { code, errors } = await plan(join(folder, 'none'), '-o', folder);
      assert.equal(code, 1);
      assert.match(errors, /none.dataset\.json: got no such file; expected nnU-Net's description/);
      assert.ok(!existsSync(join(folder, 'none')), 'no folder is made');
    });
  });

  it('ends with 2 for a command line that is none', async () => {
    const cases: [string[], RegExp][] = [
      [[], /plan: got 0 folders; expected one, or --fingerprint and --dataset/],
      [['a', 'b'], /plan: got 2 folders/],
      [['--fingerprint', 'f.json'], /plan: got one of the two; expected a folder, or both/],
      [['a', '--fingerprint', 'f.json', '--dataset', 'd.json'], /plan: got a beside --fingerprint/],
      [
        ['--fingerprint', 'f', '--dataset', 'd', '-o', 'x'],
        /plan: got --output, which is for a data set's folder/,
      ],
      [['a', '--gpu-gb', 'large'], /plan: got --gpu-gb large; expected a number/],
      [['a', '--gpu-gb', '0'], /plan: got --gpu-gb 0; expected a number above 0/],
      [['a', '--wrong'], /plan: .*--wrong/],
    ];
    for (const [args, message] of cases) {
      const { code, errors, output } = await plan(...args);
      assert.deepEqual([code, output], [2, '']);
      assert.match(errors, message);
    }
    const { code, output } = await plan('--help');
    assert.equal(code, 0);
    assert.match(output, /--gpu-gb/);
  });
});
