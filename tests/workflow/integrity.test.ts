import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  checkIntegrity,
  integrityError,
  problemLine,
  type IntegrityReport,
} from '../../lib/workflow/integrity';
import { golden } from '../golden';

interface GoldenDataset {
  title: string;
  /** Whether nnU-Net's check passes. */
  accepted: boolean;
  /** Whether it warns. */
  warned: boolean;
  files: Record<string, string>;
  absent: string[];
}

const { base, cases } = golden<{ base: Record<string, string>; cases: GoldenDataset[] }>('nnunet-integrity');

/** What is refused here and not by nnU-Net, and why. */
const STRICTER: Record<string, string> = {
  'infinity in an image':
    'mean and deviation of the image, and with them all its voxels, become NaN in training',
  'only empty masks': 'no fingerprint can be taken: nnU-Net fails in the next step',
};

/** All that must be told, errors and warnings. */
const TOLD: Record<string, { errors?: RegExp[]; warnings?: RegExp[] }> = {
  sound: {},
  'sound pictures': {},
  'pictures whose mask has other values': {
    errors: [/^two: .*two\.png: got the values 200, 201, 202; expected labels of dataset\.json: 0, 1, 2$/],
  },
  'one training case': { warnings: [/^got one training case; 5 or more let/] },
  'an empty mask': { warnings: [/^two: .*two\.nii\.gz: got no foreground, only 0/] },
  'only empty masks': {
    errors: [/^labels: got no foreground in any mask/],
    warnings: [/^one: .*no foreground/, /^two: .*no foreground/],
  },
  'a label that no mask has': { warnings: [/^labels: no mask has 3 \(c\)/] },
  'a channel of another shape': {
    errors: [/^two: .*two_0001\.nii\.gz: got shape \[4, 4, 6\]; expected \[4, 5, 6\], that of .*two_0000/],
  },
  'a channel of another spacing': {
    errors: [/^two: .*two_0001\.nii\.gz: got spacing \[2\.5, 1, 1\]; expected \[2, 1, 1\]/],
  },
  'a channel of hardly another spacing': {},
  'a channel of another origin': {
    warnings: [/^two: .*two_0001.*got origin \[0, 3, 0\]; expected \[0, 0, 0\]/],
  },
  'a channel of another direction': { warnings: [/^two: .*two_0001.*got directions \[-1, 0, 0, 0, 1/] },
  'a mask of another shape': { errors: [/^two: .*labelsTr.two\.nii\.gz: got shape \[3, 5, 6\]/] },
  'a mask of another spacing': { errors: [/^two: .*labelsTr.two\.nii\.gz: got spacing \[2, 1, 0\.5\]/] },
  'a mask of another origin': { warnings: [/^two: .*labelsTr.two.*got origin \[0, 0, 100\]/] },
  'a mask of another direction': { warnings: [/^two: .*labelsTr.two.*got directions/] },
  'NaN in an image': { errors: [/^two: .*two_0001\.nii: got 2 voxels of NaN; expected finite/] },
  'infinity in an image': { errors: [/^two: .*two_0001\.nii: got 1 voxel of infinity/] },
  'NaN in a mask': { errors: [/^two: .*labelsTr.two\.nii: got 1 voxel of NaN/] },
  'a value that is no label': {
    errors: [/^two: .*got the values 7; expected labels of dataset\.json: 0, 1, 2/],
  },
  'a fraction in a mask': { errors: [/^two: .*got the values 1\.5; expected labels/] },
  'a negative label': { errors: [/^two: .*got the values -1; expected labels/] },
  'a label to ignore': {},
  regions: {},
  'a missing channel': {
    errors: [/^two: .*got 1 channels in .*two_0000\.nii\.gz \(1\); expected 2/],
  },
  'a missing mask': { errors: [/^two: got no file .*labelsTr.two\.nii\.gz/] },
  'a mask without image': { warnings: [/three\.nii\.gz: got a mask without an image/] },
  'another number of cases': { errors: [/^numTraining: got 3 in dataset\.json, but 2 training cases/] },
  'another number of channels': {
    errors: [/^one: got 2 channels .*expected 1/, /^two: got 2 channels .*expected 1/],
  },
  'a damaged image': { errors: [/^one: readImage: .*one_0000\.nii\.gz: got a file that begins with/] },
  'several problems at once': {
    errors: [
      /^one: .*one_0001\.nii\.gz: got shape \[4, 4, 6\]/,
      /^two: .*two_0001\.nii\.gz: got 3 voxels of NaN/,
      /^two: .*labelsTr.two\.nii\.gz: got spacing \[3, 1, 1\]/,
      /^two: .*labelsTr.two\.nii\.gz: got the values 9/,
    ],
  },
};

/** What is wrong with dataset.json itself ends the check. */
const DESCRIPTIONS: Record<string, RegExp> = {
  'a gap in the labels': /dataset\.json: labels: got \[0, 1, 3\] without 2/,
  'no numTraining': /dataset\.json: keys: .*numTraining missing/,
};

describe('workflow/integrity', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-integrity-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function unpack({ files, absent }: Pick<GoldenDataset, 'files' | 'absent'>): void {
    for (const [name, content] of Object.entries({ ...base, ...files })) {
      if (absent.includes(name)) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), Buffer.from(content, 'base64'));
    }
  }
  /** Warnings of few cases come with every data set here but one. */
  const lines = ({ errors, warnings }: IntegrityReport) => ({
    errors: errors.map(problemLine),
    warnings: warnings.map(problemLine).filter((line) => !line.startsWith('got 2 training cases')),
  });
  const assertLines = (got: string[], expected: RegExp[] = []) => {
    assert.equal(got.length, expected.length, got.join('\n'));
    expected.forEach((line, index) => assert.match(got[index], line));
  };

  for (const one of cases) {
    const { title, accepted, warned } = one;
    const verdict = STRICTER[title] ? 'refuses what nnU-Net accepts' : accepted ? 'accepts' : 'refuses';
    it(`${verdict}: ${title}`, async () => {
      unpack(one);
      if (DESCRIPTIONS[title]) {
        assert.equal(accepted, false);
        await assert.rejects(checkIntegrity(folder), DESCRIPTIONS[title]);
        return;
      }
      const report = await checkIntegrity(folder);
      const { errors, warnings } = lines(report);
      assertLines(errors, TOLD[title].errors);
      assertLines(warnings, TOLD[title].warnings);
      assert.equal(errors.length === 0, accepted && !STRICTER[title]);
      if (warned) assert.ok(warnings.length > 0);
      const thrown = integrityError(folder, report);
      assert.equal(thrown === undefined, errors.length === 0);
      for (const line of errors) assert.ok(thrown!.message.includes(line));
    });
  }

  it('covers every kind of what it tells', () => {
    assert.deepEqual(
      cases.map(({ title }) => title).sort(),
      [...Object.keys(TOLD), ...Object.keys(DESCRIPTIONS)].sort(),
    );
  });

  it('tells how far it is', async () => {
    unpack({ files: {}, absent: [] });
    const seen: number[][] = [];
    await checkIntegrity(folder, { onProgress: (...counts) => seen.push(counts) });
    assert.deepEqual(seen, [
      [1, 2],
      [2, 2],
    ]);
  });
});
