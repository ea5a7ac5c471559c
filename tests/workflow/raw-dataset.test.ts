import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDatasetJson } from '../../lib/workflow/dataset-json';
import { openRawDataset } from '../../lib/workflow/raw-dataset';

const SOUND = {
  channel_names: { '0': 'T1', '1': 'CT' },
  labels: { background: 0, liver: 1, tumour: 2 },
  numTraining: 2,
  file_ending: '.nii.gz',
};

describe('workflow/dataset-json', () => {
  const read = (changes: Record<string, unknown>) =>
    readDatasetJson({ ...SOUND, ...changes }, 'dataset.json');

  it('reads channels and labels', () => {
    const { channels, labels, fileEnding, numTraining, notices } = read({});
    assert.deepEqual([channels, fileEnding, numTraining, notices], [['T1', 'CT'], '.nii.gz', 2, []]);
    assert.deepEqual(labels, { names: SOUND.labels, all: [0, 1, 2], foreground: [1, 2], heads: 3 });
  });

  it('reads regions and a label to ignore', () => {
    const names = { background: 0, whole: [1, 2], core: [2], ignore: 3 };
    const { labels } = read({ labels: names, regions_class_order: [1, 2] });
    assert.deepEqual(labels, {
      names,
      all: [0, 1, 2],
      foreground: [[1, 2], [2]],
      regionOrder: [1, 2],
      ignore: 3,
      heads: 2,
    });
  });

  it('tells what it does not take as it is written', () => {
    const { channel_names: modality, ...rest } = SOUND;
    const { notices, channels } = readDatasetJson(
      { ...rest, modality, overwrite_image_reader_writer: 'NibabelIOWithReorient' },
      'dataset.json',
    );
    assert.deepEqual(channels, ['T1', 'CT']);
    assert.match(notices.join('\n'), /"modality" is the old name[^]*"NibabelIOWithReorient" is ignored/);
  });

  const wrong: [string, Record<string, unknown>, RegExp][] = [
    ['a gap', { labels: { background: 0, a: 1, b: 3 } }, /got \[0, 1, 3\] without 2; expected consecutive/],
    ['no background', { labels: { a: 0, b: 1 } }, /got no "background" among a, b/],
    ['another background', { labels: { background: 1, a: 0 } }, /got background 1; expected "background": 0/],
    ['labels of nnU-Net v1', { labels: { '0': 'background', '1': 'a' } }, /turn "0": "background" round/],
    ['one label only', { labels: { background: 0 } }, /expected at least two names/],
    ['a fraction', { labels: { background: 0, a: 1.5 } }, /got "a": 1.5; expected names with integers/],
    ['an ignore label in between', { labels: { background: 0, ignore: 1, a: 2 } }, /without 1/],
    [
      'an ignore label too high',
      { labels: { background: 0, a: 1, ignore: 255 } },
      /got ignore 255.*other label: 2/,
    ],
    [
      'regions without order',
      { labels: { background: 0, a: [1, 2], b: 2 } },
      /regions_class_order: got undefined/,
    ],
    [
      'an order that is too short',
      { labels: { background: 0, a: [1, 2], b: 2 }, regions_class_order: [1] },
      /regions_class_order: got \[1\]; expected 2 labels/,
    ],
    [
      'channels as a list',
      { channel_names: ['CT'] },
      /channel_names: got \["CT"\]; expected names by number/,
    ],
    ['an unknown ending', { file_ending: '.nrrd' }, /file_ending: got ".nrrd"; expected one of .nii.gz/],
    ['no number of cases', { numTraining: '2' }, /numTraining: got "2"/],
    ['cases without files', { dataset: { a: { images: [], label: 'a.png' } } }, /dataset: a: got/],
    ['no cases', { dataset: {} }, /dataset: got no cases/],
  ];
  for (const [title, changes, message] of wrong) {
    it(`refuses ${title}`, () => {
      assert.throws(() => read(changes), message);
    });
  }

  it('tells all that is wrong at once', () => {
    const { labels: _, ...rest } = SOUND;
    assert.throws(
      () => readDatasetJson({ ...rest, file_ending: '.x', numTraining: 0 }, 'd/dataset.json'),
      /^Error: d\/dataset\.json: [^]*labels missing[^]*file_ending: got ".x"[^]*numTraining: got 0/,
    );
    for (const none of [null, [], 'text', 3]) {
      assert.throws(() => readDatasetJson(none, 'x'), /keys: got nothing; expected channel_names/);
    }
  });
});

describe('workflow/raw-dataset', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-raw-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const describeAs = (description: unknown) =>
    writeFileSync(join(folder, 'dataset.json'), JSON.stringify(description));
  const touch = (...files: string[]) => {
    for (const file of files) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), 'x');
    }
  };

  it('finds training and test cases with their channels in order', async () => {
    describeAs(SOUND);
    touch(
      'imagesTr/b_0001.nii.gz',
      'imagesTr/b_0000.nii.gz',
      'imagesTr/a_12_0000.nii.gz',
      'imagesTr/a_12_0001.nii.gz',
    );
    touch('labelsTr/a_12.nii.gz', 'labelsTr/b.nii.gz', 'imagesTs/t_0000.nii.gz', 'imagesTr/notes.txt');
    const { cases, testCases, name } = await openRawDataset(folder);
    assert.match(name, /^segcourse-raw-/);
    assert.deepEqual(cases, [
      {
        id: 'a_12',
        images: [join(folder, 'imagesTr/a_12_0000.nii.gz'), join(folder, 'imagesTr/a_12_0001.nii.gz')],
        label: join(folder, 'labelsTr/a_12.nii.gz'),
      },
      {
        id: 'b',
        images: [join(folder, 'imagesTr/b_0000.nii.gz'), join(folder, 'imagesTr/b_0001.nii.gz')],
        label: join(folder, 'labelsTr/b.nii.gz'),
      },
    ]);
    assert.deepEqual(testCases, [{ id: 't', images: [join(folder, 'imagesTs/t_0000.nii.gz')] }]);
  });

  it('takes the files that dataset.json lists, with variables of the environment', async () => {
    process.env.SEGCOURSE_TEST_FOLDER = 'scans';
    try {
      const files = {
        b: { images: ['$SEGCOURSE_TEST_FOLDER/x.png'], label: join(folder, 'masks/x.png') },
        a: { images: ['${SEGCOURSE_TEST_FOLDER}/y.png'], label: 'masks/y.png' },
      };
      describeAs({ ...SOUND, file_ending: '.png', dataset: files });
      touch('scans/x.png', 'scans/y.png', 'masks/x.png', 'masks/y.png');
      const { cases } = await openRawDataset(folder);
      assert.deepEqual(cases[0], {
        id: 'b',
        images: [join(folder, 'scans/x.png')],
        label: join(folder, 'masks/x.png'),
      });
      assert.equal(cases[1].images[0], join(folder, 'scans/y.png'));
    } finally {
      delete process.env.SEGCOURSE_TEST_FOLDER;
    }
  });

  it('tells all files that are missing at once', async () => {
    describeAs({ ...SOUND, numTraining: 7 });
    touch('imagesTr/a_0000.nii.gz', 'imagesTr/a_0001.nii.gz', 'imagesTr/b_0001.nii.gz', 'imagesTr/c.nii.gz');
    touch('labelsTr/b.nii.gz', 'labelsTr/c.nii.gz');
    await assert.rejects(openRawDataset(folder), (error: Error) => {
      assert.match(error.message, /a: got no file .*labelsTr.a\.nii\.gz/);
      assert.match(error.message, /b: got the channels 1 of 2; expected all files from _0000 on/);
      assert.match(
        error.message,
        /c: got c\.nii\.gz; expected the channel's number in the name: c_0000\.nii\.gz/,
      );
      assert.match(error.message, /numTraining: got 7 in dataset\.json, but 3 training cases/);
      return true;
    });
  });

  it('refuses a folder without description, images or labels', async () => {
    await assert.rejects(openRawDataset(folder), /dataset\.json: got no such file/);
    describeAs(SOUND);
    await assert.rejects(
      openRawDataset(folder),
      /imagesTr: got no such folder[^]*labelsTr: got no such folder[^]*no training cases/,
    );
    writeFileSync(join(folder, 'dataset.json'), '{"labels": ');
    await assert.rejects(openRawDataset(folder), /dataset\.json: got .*; expected JSON/);
  });
});
