import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import { readNifti, readNiftiHeader } from '../../lib/io/nifti';
import { writeNifti } from '../../lib/io/nifti-write';
import { readNpz } from '../../lib/io/npz';
import { readPicture } from '../../lib/io/picture';
import { writePng } from '../../lib/io/png-write';
import { connectedComponents } from '../../lib/metrics/components';
import { tf } from '../../lib/runtime';
import { labelScores, type ScoreSummary } from '../../lib/workflow/label-scores';
import { plansJson } from '../../lib/planning/plans-json';
import { openRawDataset } from '../../lib/workflow/raw-dataset';
import { openResults, writeJson } from '../../lib/workflow/results';
import { planFolder } from './plan-folder';
import { AFFINE, picture, PICTURE, VOLUME, volumes, writePictures, writeVolumes } from './tiny-datasets';

const SCHEME = { foreground: [1] };

/** Sizes of the connected components. */
function componentsOf(mask: ArrayLike<number>, size: readonly number[]): number[] {
  const { labels, count } = connectedComponents(mask, size, 8);
  const sizes = new Array<number>(count).fill(0);
  for (const label of labels) if (label > 0) sizes[label - 1]++;
  return sizes;
}

async function segcourse(...args: string[]) {
  let [output, errors] = ['', ''];
  const code = await main(args, {
    out: { write: (text) => (output += text) },
    errors: { write: (text) => (errors += text) },
    env: {},
  });
  return { code, output, errors };
}

describe('workflow: train and predict', () => {
  const original = Math.random;
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-workflow-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    Math.random = original;
  });
  const place = (...names: string[]) => join(folder, ...names);
  const summaryOf = (results: string) =>
    JSON.parse(readFileSync(place(results, 'fold_0', 'summary.json'), 'utf8')) as ScoreSummary;

  describe('pictures', () => {
    before(async () => {
      await writePictures(place('discs'));
      const tensors = tf.memory().numTensors;
      const { code, output, errors } = await segcourse(
        ...['train', place('discs'), place('discs-results'), '--epochs', '4', '--iterations', '8'],
      );
      assert.equal(code, 0, errors);
      assert.match(output, /fold 0: Dice 0\.\d{4}, the mean over 2 held-out cases/);
      assert.equal(tf.memory().numTensors, tensors);
    });

    it('are learned, and the held-out ones written and scored', async () => {
      const { foreground_mean: mean, metric_per_case: cases } = summaryOf('discs-results');
      assert.ok(mean.Dice! > 0.9, `Dice ${mean.Dice}`);
      for (const { case: id, metrics } of cases) {
        const { data } = await readPicture(place('discs-results', 'fold_0', 'validation', `${id}.png`));
        const { data: truth } = await readPicture(place('discs', 'labelsTr', `${id}.png`));
        assert.deepEqual(labelScores(data, truth, SCHEME), metrics);
      }
    });

    it('are scored by evaluate as by the training', async () => {
      const validation = place('discs-results', 'fold_0', 'validation');
      const report = place('report.html');
      const { code, output, errors } = await segcourse(
        ...['evaluate', validation, place('discs', 'labelsTr'), '--partial', '--json', '--html', report],
        ...['--images', place('discs', 'imagesTr')],
      );
      assert.equal(code, 0, errors);
      const { means } = JSON.parse(output) as { means: Record<string, { dice: { mean: number } }> };
      const { foreground_mean: mean } = summaryOf('discs-results');
      assert.ok(Math.abs(means.target.dice.mean - mean.Dice!) < 1e-12);
      assert.match(readFileSync(report, 'utf8'), /disc_\d/);
    });

    it('leave a chart of the losses as HTML and PNG', async () => {
      const png = await readPicture(place('discs-results', 'fold_0', 'progress.png'));
      assert.ok(png.shape[1] > 1000);
      const html = readFileSync(place('discs-results', 'fold_0', 'progress.html'), 'utf8');
      assert.match(html, /<svg[^]*validation loss/);
      assert.match(html, /<tr><td>4<\/td>/);
      assert.doesNotMatch(html, /(src|href)="?http/);
    });

    it('of any size are predicted as PNG, and skipped the second time', async () => {
      const { image, mask } = picture(77);
      await writePng(place('new.png'), image);
      const larger = { data: new Uint8Array(90 * 70).fill(70), shape: [90, 70], channels: 1 };
      await writePng(place('larger.png'), larger);
      const predict = () =>
        segcourse(
          'predict',
          place('discs-results'),
          place('new.png'),
          place('larger.png'),
          '-o',
          place('out'),
        );
      const first = await predict();
      assert.equal(first.code, 0, first.errors);
      const labels = await readPicture(place('out', 'new.png'));
      assert.deepEqual(labels.shape, PICTURE);
      assert.ok(labelScores(labels.data, mask.data, SCHEME)['1'].Dice! > 0.9);
      assert.deepEqual((await readPicture(place('out', 'larger.png'))).shape, [90, 70]);
      const written = statSync(place('out', 'new.png')).mtimeMs;
      rmSync(place('out', 'larger.png'));
      const second = await predict();
      assert.match(second.output, /2 label maps, 1 of them there already/);
      assert.equal(statSync(place('out', 'new.png')).mtimeMs, written);
      assert.ok(existsSync(place('out', 'larger.png')));
    });

    it('never overwrite what was changed, unless told to', async () => {
      const { image } = picture(78);
      await writePng(place('edited.png'), image);
      const args = ['predict', place('discs-results'), place('edited.png'), '-o', place('edits')];
      assert.equal((await segcourse(...args)).code, 0);
      writeFileSync(place('edits', 'edited.png'), 'by hand');
      const refused = await segcourse(...args);
      assert.equal(refused.code, 1);
      assert.match(
        refused.errors,
        /edited\.png: got a file, made by another model, of another image, or changed since/,
      );
      assert.equal(readFileSync(place('edits', 'edited.png'), 'utf8'), 'by hand');
      assert.equal((await segcourse(...args, '--overwrite')).code, 0);
      assert.deepEqual((await readPicture(place('edits', 'edited.png'))).shape, PICTURE);
    });

    it('keep only the largest component where the held-out cases say so', async () => {
      const decision = place('discs-results', 'postprocessing.json');
      assert.deepEqual((JSON.parse(readFileSync(decision, 'utf8')) as { folds: number[] }).folds, [0]);
      for (const { case: id } of summaryOf('discs-results').metric_per_case) {
        const { data } = await readPicture(place('discs', 'labelsTr', `${id}.png`));
        const speck = new Uint8Array(data);
        assert.equal(speck[0], 0);
        speck[0] = 1;
        await writePng(place('discs-results', 'fold_0', 'validation', `${id}.png`), {
          data: speck,
          shape: PICTURE,
          channels: 1,
        });
      }
      rmSync(decision);
      const { output } = await segcourse('train', place('discs'), place('discs-results'));
      assert.match(output, /only the largest component of label 1: Dice 0\.99\d\d → 1\.0000: kept/);

      const { image, mask } = picture(77);
      const [height, width] = PICTURE;
      const two = new Uint8Array(height * 2 * width).fill(70);
      for (let row = 0; row < height; row++) {
        two.set(image.data.subarray(row * width, (row + 1) * width), row * 2 * width);
        two.set(image.data.subarray(row * width, row * width + 20), row * 2 * width + width + 14);
      }
      await writePng(place('two.png'), { data: two, shape: [height, 2 * width], channels: 1 });
      const foregroundOf = async (...options: string[]) => {
        const out = place(`two${options.length}`);
        const args = ['predict', place('discs-results'), place('two.png'), '-o', out, ...options];
        assert.equal((await segcourse(...args)).code, 0);
        return componentsOf((await readPicture(join(out, 'two.png'))).data, [height, 2 * width]);
      };
      const all = await foregroundOf('--no-postprocessing');
      assert.ok(all.length > 1, `${all.length} components`);
      const largest = await foregroundOf();
      assert.deepEqual(largest, [Math.max(...all)]);
      assert.ok(largest[0] > 0.8 * mask.data.reduce((sum, value) => sum + value, 0));
    });

    it('go on as trained where nothing is left to do', async () => {
      const before = statSync(place('discs-results', 'fold_0', 'weights.safetensors')).mtimeMs;
      const { code, output } = await segcourse('train', place('discs'), place('discs-results'));
      assert.equal(code, 0);
      assert.match(output, /fold 0 is trained already/);
      assert.equal(statSync(place('discs-results', 'fold_0', 'weights.safetensors')).mtimeMs, before);
    });
  });

  describe('volumes', () => {
    before(async () => {
      await writeVolumes(place('balls'));
      const raw = await openRawDataset(place('balls'));
      const plan = await planFolder(raw);
      plan.configurations['3d_fullres']!.batchSize = 3;
      const reader = 'SimpleITKIO';
      writeJson(place('balls', 'nnUNetPlans.json'), plansJson(plan, { datasetName: 'balls', reader }));
      const { code, errors } = await segcourse(
        ...[
          'train',
          place('balls'),
          place('balls-results'),
          '--fold',
          '0,1',
          '--epochs',
          '3',
          '--iterations',
          '4',
        ],
      );
      assert.equal(code, 0, errors);
    });

    it('are learned in three dimensions, by the plan that lies beside them', async () => {
      const { mean } = summaryOf('balls-results');
      assert.equal((await openResults(place('balls-results'))).settings.network.batchSize, 3);
      assert.ok(mean['1'].Dice! > 0.8, `Dice ${mean['1'].Dice}`);
    });

    it('are predicted by an ensemble with mirrors: geometry, labels and probabilities', async () => {
      const { channels, mask } = volumes(99);
      await writeNifti(place('scan_0000.nii.gz'), channels[0]);
      await writeNifti(place('scan_0001.nii.gz'), channels[1]);
      const files = [0, 1].map((channel) => place(`scan_000${channel}.nii.gz`));
      const { code, errors } = await segcourse(
        ...['predict', place('balls-results'), ...files, '-o', place('scans'), '--tta', '--probabilities'],
      );
      assert.equal(code, 0, errors);
      const predicted = await readNifti(place('scans', 'scan.nii.gz'));
      assert.deepEqual(predicted.shape, VOLUME);
      predicted.affine.forEach((value, at) => assert.ok(Math.abs(value - AFFINE[at]) < 1e-5));
      const [own, image] = await Promise.all(
        [place('scans', 'scan.nii.gz'), files[0]].map((f) => readNiftiHeader(f)),
      );
      assert.deepEqual(own.spacing, image.spacing);
      assert.ok(labelScores(predicted.data, mask.data, SCHEME)['1'].Dice! > 0.8);
      const { probabilities } = await readNpz(place('scans', 'scan.npz'));
      assert.deepEqual(probabilities.shape, [2, ...VOLUME]);
      const values = probabilities.values as Float32Array;
      const voxels = predicted.data.length;
      for (let voxel = 0; voxel < voxels; voxel++) {
        assert.ok(Math.abs(values[voxel] + values[voxels + voxel] - 1) < 1e-5);
        assert.equal(Number(values[voxels + voxel] > values[voxel]), predicted.data[voxel]);
      }
    });
  });
});
