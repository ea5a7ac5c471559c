import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { readSafetensors } from '../../lib/io/safetensors';
import { requireSpace } from '../../lib/workflow/disk';
import { predictFiles } from '../../lib/workflow/predict';
import {
  foldFiles,
  openResults,
  readSettings,
  resultsFiles,
  writeJson,
  writeSettings,
} from '../../lib/workflow/results';
import { readFold } from '../../lib/workflow/read-fold';
import type { FoldResult } from '../../lib/workflow/train-fold';
import { trainFolder } from '../../lib/workflow/train-folder';
import { plansJson } from '../../lib/planning/plans-json';
import { openRawDataset } from '../../lib/workflow/raw-dataset';
import { planFolder } from './plan-folder';
import { smallTraining } from './small-training';
import { picture, volumes, writePictures, writeVolumes } from './tiny-datasets';
import { writePng } from '../../lib/io/png-write';
import { writeNifti } from '../../lib/io/nifti-write';

describe('workflow: training that stops, and what is refused', () => {
  const original = Math.random;
  let folder: string;
  let straight: FoldResult;
  const place = (...names: string[]) => join(folder, ...names);
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'segcourse-train-'));
    await writePictures(place('discs'));
    [straight] = await smallTraining(place('discs'), place('straight'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    Math.random = original;
  });

  const weightsOf = (results: string) => readSafetensors(foldFiles(place(results), 0).weights).arrays;

  it('is read again from its files', async () => {
    const { history, ...read } = await readFold(place('straight'), 0);
    const { history: trained, ...given } = straight;
    assert.deepEqual(read, JSON.parse(JSON.stringify(given))); // scores of labels that are nowhere are null there
    assert.deepEqual(history.records, trained.records);
    assert.equal(history.bestEpoch, trained.bestEpoch);
    assert.equal(history.interrupted, false);
    await assert.rejects(
      readFold(place('straight'), 1),
      /fold_1.summary\.json; expected a fold that is trained to its end/,
    );
  });

  it('ends as one that never stopped, to the last bit, after a kill', async () => {
    const { signal, stderr } = spawnSync(
      process.execPath,
      ['-r', 'ts-node/register', join(__dirname, 'killed-training.ts'), place('discs'), place('killed')],
      { cwd: packageRoot(), encoding: 'utf8' },
    );
    assert.equal(signal, 'SIGKILL', stderr);
    assert.ok(!existsSync(foldFiles(place('killed'), 0).weights));
    await assert.rejects(
      openResults(place('killed')),
      /got no fold with weights; expected fold_0\/weights.*let segcourse train end/,
    );
    const epochs: number[] = [];
    const [{ summary }] = await smallTraining(place('discs'), place('killed'), {
      observers: () => [{ onEpoch: ({ epoch }) => void epochs.push(epoch) }],
    });
    assert.deepEqual(epochs, [2, 3]);
    assert.deepEqual(weightsOf('killed'), weightsOf('straight'));
    const straight = JSON.parse(
      readFileSync(foldFiles(place('straight'), 0).summary, 'utf8'),
    ) as typeof summary;
    assert.deepEqual(summary!.metric_per_case, straight!.metric_per_case);
  });

  it('stops between two steps where a signal says so, and goes on', async () => {
    const controller = new AbortController();
    const observers = () => [
      { onStep: (epoch: number, step: number) => void (epoch === 2 && step === 1 && controller.abort()) },
    ];
    const [{ history, summary }] = await smallTraining(place('discs'), place('stopped'), {
      signal: controller.signal,
      observers,
    });
    assert.deepEqual([history.interrupted, history.records.length, summary], [true, 1, undefined]);
    await smallTraining(place('discs'), place('stopped'));
    assert.deepEqual(weightsOf('stopped'), weightsOf('straight'));
  });

  it('stops before the next case is preprocessed', async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('enough'));
    const { signal } = controller;
    await assert.rejects(
      smallTraining(place('discs'), place('early'), { signal, onProgress }),
      /^Error: enough$/,
    );
    const { preprocessed } = resultsFiles(place('early'));
    assert.deepEqual(
      readdirSync(preprocessed).filter((name) => name.endsWith('.json')),
      ['disc_0.json'],
    );
  });

  it('trains on everything as fold all, and holds nothing out', async () => {
    const [{ summary, history }] = await smallTraining(place('discs'), place('whole'), {
      folds: ['all'],
      epochs: 1,
    });
    assert.equal(summary!.metric_per_case.length, 0);
    assert.equal(history.records[0].validationLoss, undefined);
    assert.deepEqual((await openResults(place('whole'))).folds, ['all']);
  });

  it('fits into the time that it is given, by a network of its own', async () => {
    const lines: string[] = [];
    const [{ history }] = await smallTraining(place('discs'), place('timed'), {
      ...{ minutes: 0.05, epochs: undefined, iterations: undefined },
      onNotice: (line) => lines.push(line),
    });
    const { network, epochs, iterations } = (await readSettings(place('timed')))!;
    assert.equal(network.features[0], 8);
    assert.ok(history.records.length >= 1 && history.records.length <= epochs);
    assert.ok(iterations >= 1);
    assert.match(
      lines.join('\n'),
      /network: \d stages, as the patch asks; measured here: 8 channels .* s a step/,
    );
  });

  describe('is refused before any work', () => {
    const refused = async (work: () => Promise<unknown>, message: RegExp, results?: string) => {
      await assert.rejects(work, message);
      if (results !== undefined) assert.ok(!existsSync(resultsFiles(place(results)).preprocessed));
    };

    it('of a folder that is no data set', () =>
      refused(
        () => trainFolder(place('nowhere'), place('r1')),
        /nowhere.dataset\.json: got no such file/,
        'r1',
      ));

    it('with a plan that is not there', () =>
      refused(
        () => trainFolder(place('discs'), place('r2'), { plan: place('no-plan.json') }),
        /no-plan\.json: got no such file; expected a plan/,
        'r2',
      ));

    it('with the plan of a data set with other channels', async () => {
      await writeVolumes(place('two-channels'), 2);
      const json = plansJson(await planFolder(await openRawDataset(place('two-channels'))), {
        datasetName: 'two-channels',
        reader: 'SimpleITKIO',
      });
      writeJson(place('two-channels.json'), json);
      await refused(
        () => trainFolder(place('discs'), place('r5'), { plan: place('two-channels.json') }),
        /got a plan for 2 channels; .*discs has 1: gray: plan this data set/,
        'r5',
      );
    });

    it('of masks that do not fit', async () => {
      cpSync(place('discs'), place('misfit'), { recursive: true });
      const { mask } = picture(1);
      const cut = { data: mask.data.subarray(0, 20 * 48), shape: [20, 48], channels: 1 };
      await writePng(place('misfit', 'labelsTr', 'disc_3.png'), cut);
      await refused(
        () => trainFolder(place('misfit'), place('r3')),
        /disc_3.*got shape \[1, 20, 48\]; expected \[1, 40, 48\]/,
        'r3',
      );
    });

    it('into the results of another data set', async () => {
      await writePictures(place('others'), 5);
      await refused(
        () => smallTraining(place('others'), place('straight')),
        /straight: got .*others; the folder holds a training of discs: train into another folder/,
      );
    });

    it('with other options than the training began with', () =>
      refused(
        () => smallTraining(place('discs'), place('straight'), { epochs: 7 }),
        /got epochs 7; its training began with 3: leave the option out/,
      ));

    it('with other folds or another plan than the training began with', async () => {
      const ids = [0, 1, 2, 3, 4, 5].map((number) => `disc_${number}`);
      writeJson(place('folds.json'), [{ train: ids.slice(1), val: ids.slice(0, 1) }]);
      await refused(
        () => smallTraining(place('discs'), place('straight'), { splits: place('folds.json') }),
        /folds\.json; its training began with other folds, .*splits_final\.json/,
      );
      const { plans, splits } = resultsFiles(place('straight'));
      const changed = readFileSync(plans, 'utf8').replace(/"batch_size": \d+/, '"batch_size": 7');
      writeFileSync(place('plans.json'), changed);
      await refused(
        () => trainFolder(place('discs'), place('straight'), { plan: place('plans.json') }),
        /plans\.json; its training began with another plan, .*straight.plans\.json/,
      );
      assert.deepEqual(await trainFolder(place('discs'), place('straight'), { plan: plans, splits }), []);
    });

    it('into a training.json of something else', async () => {
      mkdirSync(place('strange'));
      writeFileSync(place('strange', 'training.json'), '{"format": "other"}');
      await refused(
        () => smallTraining(place('discs'), place('strange')),
        /got format "other"; expected 'segcourse training/,
      );
    });

    const options: [string, object, RegExp][] = [
      ['minutes beside epochs', { minutes: 3 }, /got minutes beside epochs/],
      ['no minutes', { minutes: 0, epochs: undefined, iterations: undefined }, /got 0 minutes/],
      ['half an epoch', { epochs: 0.5 }, /got epochs 0\.5/],
      ['a negative seed', { seed: -1 }, /got seed -1/],
      [
        'an unknown configuration',
        { configuration: '4d' },
        /got configuration '4d'; expected one of: 2d, 3d_fullres/,
      ],
      [
        'volumes of pictures',
        { configuration: '3d_fullres' },
        /got configuration '3d_fullres'; the plan has: 2d/,
      ],
      ['a fold too many', { folds: [5] }, /got fold 5; expected 0 to 4, or all/],
      ['no folds', { folds: [] }, /got no fold; expected at least one/],
      ['splits that are not there', { splits: '/nowhere.json' }, /nowhere\.json: got no such file/],
    ];
    for (const [what, wrong, message] of options) {
      it(`with ${what}`, () =>
        refused(() => smallTraining(place('discs'), place('r4'), wrong), message, 'r4'));
    }

    it('where nothing can be written', () => {
      writeFileSync(place('a-file'), '');
      return refused(
        () => smallTraining(place('discs'), place('a-file', 'results')),
        /a-file.results: got (ENOTDIR|EEXIST).*; expected a folder that can be written to/,
      );
    });

    it('where the disk is too small', () => {
      assert.throws(
        () => requireSpace('train', folder, 5e9, 2e9),
        /got 2\.00 GB of free space; expected 5\.00 GB for the preprocessed cases: make room/,
      );
      requireSpace('train', folder, 1);
    });
  });

  describe('predicting is refused before any work', () => {
    const refused = async (results: string, inputs: string[], message: RegExp, options = {}) => {
      await assert.rejects(
        async () => predictFiles(await openResults(place(results)), inputs, place('none'), options),
        message,
      );
      assert.ok(!existsSync(place('none', 'predictions.json')));
    };
    before(async () => {
      await writePng(place('colours.png'), { data: new Uint8Array(4800), shape: [40, 40], channels: 3 });
      await writePng(place('good.png'), picture(5).image);
      const { channels } = volumes(1);
      await writeNifti(place('one.nii.gz'), channels[0]);
    });

    it('with no results', () =>
      refused('nowhere', [place('good.png')], /nowhere: got no such folder; expected a results folder/));

    it('with a folder that lacks its plan', async () => {
      cpSync(place('straight'), place('planless'), { recursive: true });
      rmSync(resultsFiles(place('planless')).plans);
      await refused(
        'planless',
        [place('good.png')],
        /planless: got no plans\.json; expected a results folder/,
      );
    });

    it('of images with other channels, all told at once', () =>
      refused(
        'straight',
        [place('good.png'), place('colours.png'), place('gone.png')].slice(0, 2),
        /got 3 channels in .*colours\.png \(3\); expected 1/,
      ));

    it('of channels that do not fit each other', async () => {
      const { channels } = volumes(1);
      const [, rows, columns] = channels[1].shape;
      const cut = {
        ...channels[1],
        data: channels[1].data.slice(rows * columns),
        shape: [11, rows, columns] as const,
      };
      await writeNifti(place('misfit_0000.nii.gz'), channels[0]);
      await writeNifti(place('misfit_0001.nii.gz'), cut);
      const dataset = { ...(await openResults(place('straight'))).dataset, channels: ['T1', 'T2'] };
      const files = [place('misfit_0000.nii.gz'), place('misfit_0001.nii.gz')];
      await assert.rejects(
        async () =>
          predictFiles({ ...(await openResults(place('straight'))), dataset }, files, place('none')),
        /misfit_0001\.nii\.gz: got shape \[11, 24, 28\]; expected \[12, 24, 28\], that of .*misfit_0000/,
      );
    });

    it('of files that are not there, and of none', async () => {
      await refused('straight', [place('gone.png')], /gone\.png: got no such file or folder/);
      mkdirSync(place('empty'));
      await refused('straight', [place('empty')], /empty: got no image in the folder/);
    });

    it('of two cases of one name', async () => {
      await writePng(place('again', 'good.png'), picture(5).image);
      await refused('straight', [place('good.png'), place('again')], /good\.png of the same name/);
    });

    it('by folds that were not trained', () =>
      refused(
        'straight',
        [place('good.png')],
        /got fold 3; expected some of those whose training has ended: 0/,
        { folds: [3] },
      ));

    it('by weights of another network', async () => {
      cpSync(place('straight'), place('mixed'), { recursive: true });
      const settings = (await readSettings(place('mixed')))!;
      settings.network.features = settings.network.features.map((count) => count + 1);
      writeSettings(place('mixed'), settings);
      await refused('mixed', [place('good.png')], /weights\.safetensors does not fit model/);
    });

    it('over a file that no prediction made', async () => {
      mkdirSync(place('precious'));
      writeFileSync(place('precious', 'good.png'), 'a drawing');
      const results = await openResults(place('straight'));
      await assert.rejects(
        predictFiles(results, [place('good.png')], place('precious')),
        /precious.good\.png: got a file, not made by a prediction; expected none/,
      );
      assert.equal(readFileSync(place('precious', 'good.png'), 'utf8'), 'a drawing');
    });

    it('of a picture by a network for volumes', async () => {
      await writeVolumes(place('balls'), 2);
      await smallTraining(place('balls'), place('balls-results'), {
        configuration: '3d_fullres',
        epochs: 1,
        iterations: 1,
        folds: ['all'],
      });
      await writePng(place('pair_0000.png'), picture(1).image);
      await writePng(place('pair_0001.png'), picture(1).image);
      await refused(
        'balls-results',
        [place('pair_0000.png'), place('pair_0001.png')],
        /got a picture; expected a volume/,
      );
      await refused(
        'balls-results',
        [place('one.nii.gz')],
        /got 1 channels in .*one\.nii\.gz \(1\); expected 2/,
      );
    });
  });
});
