import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../lib/cli/main';
import type { Volume } from '../../lib/io/image';
import { writeNifti } from '../../lib/io/nifti-write';
import { writeNpy } from '../../lib/io/npy';
import { writePng } from '../../lib/io/png-write';
import { writeTiff } from '../../lib/io/tiff-write';
import { readDatasetJson } from '../../lib/workflow/dataset-json';
import { evaluatePredictions, type Evaluation } from '../../lib/workflow/evaluate';
import { worstCases } from '../../lib/workflow/evaluation-report';

const near = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) < 1e-9, `got ${value}, expected ${expected}`);

describe('workflow/evaluate', () => {
  let folder: string;
  let predictions: string;
  let references: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'segcourse-evaluate-'));
    [predictions, references] = ['predictions', 'labelsTr'].map((name) => join(folder, name));
    [predictions, references].forEach((path) => mkdirSync(path));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const [DEPTH, HEIGHT, WIDTH] = [6, 10, 12];
  /** A box of a label in each range of [slices, rows, columns]; slices are 3 mm apart, rows 2 mm, columns 0.5 mm. */
  const volume = (boxes: [label: number, from: number[], to: number[]][]): Volume<Uint8Array> => {
    const data = new Uint8Array(DEPTH * HEIGHT * WIDTH);
    for (const [label, from, to] of boxes) {
      for (let z = from[0]; z < to[0]; z++) {
        for (let y = from[1]; y < to[1]; y++) {
          data.fill(label, (z * HEIGHT + y) * WIDTH + from[2], (z * HEIGHT + y) * WIDTH + to[2]);
        }
      }
    }
    const affine = [0, 0, 0.5, 0, 0, 2, 0, 0, 3, 0, 0, 0, 0, 0, 0, 1];
    return { data, shape: [DEPTH, HEIGHT, WIDTH], channels: 1, affine };
  };
  const put = async (name: string, predicted: Volume<Uint8Array>, truth: Volume<Uint8Array>) => {
    await writeNifti(join(predictions, name), predicted);
    await writeNifti(join(references, name), truth);
  };
  const picture = (rows: string) => {
    const lines = rows.trim().split(/\s+/);
    return {
      data: Uint8Array.from(lines.join(''), Number),
      shape: [lines.length, lines[0].length],
      channels: 1,
    };
  };
  const putPictures = async (name: string, predicted: string, truth: string) => {
    await writePng(join(predictions, `${name}.png`), picture(predicted));
    await writePng(join(references, `${name}.png`), picture(truth));
  };
  const segcourse = async (...args: string[]) => {
    let [output, errors] = ['', ''];
    const code = await main(['evaluate', ...args], {
      out: { write: (text) => (output += text) },
      errors: { write: (text) => (errors += text) },
      env: {},
    });
    return { code, output, errors };
  };

  it('scores labels with the spacing of the files', async () => {
    const box = (shift: number) => volume([[1, [1, 2, 2 + shift], [4, 6, 8 + shift]]]);
    await put('a.nii.gz', box(2), box(0));
    await put('b.nii.gz', box(0), box(0));
    const { cases, means, overall, unit } = await evaluatePredictions(predictions, references);
    assert.equal(unit, 'mm');
    assert.deepEqual(
      cases.map(({ id, shape }) => [id, shape]),
      [
        ['a', [6, 10, 12]],
        ['b', [6, 10, 12]],
      ],
    );
    cases[0].spacing.forEach((step, axis) => near(step, [3, 2, 0.5][axis]));
    const [shifted, same] = cases.map(({ labels }) => labels['1']);
    near(shifted.dice, 4 / 6);
    near(shifted.iou, 1 / 2);
    near(shifted.hd95, 1);
    near(shifted.predictedVolume, 72 * 3);
    near(shifted.volumeDifference, 0);
    assert.deepEqual([same.dice, same.hd95, same.averageSurfaceDistance], [1, 0, 0]);
    assert.ok(shifted.averageSurfaceDistance > 0.2 && shifted.averageSurfaceDistance < 0.5);
    const { dice } = means['1'];
    near(dice.mean, (4 / 6 + 1) / 2);
    assert.deepEqual([dice.cases, dice.infinite], [2, 0]);
    assert.ok(dice.low >= 4 / 6 - 1e-9 && dice.low < dice.mean && dice.high <= 1 && dice.high > dice.mean);
    assert.deepEqual(overall.dice, dice);
  });

  it('leaves out of the means what neither map has, and counts distances that are infinite', async () => {
    await putPictures('both', '1120 1100 0000', '1120 1100 0000');
    await putPictures('lacking', '1100 1100 0000', '1120 1100 0000');
    await putPictures('neither', '1100 1100 0000', '1100 1000 0000');
    const { cases, means, overall, unit } = await evaluatePredictions(predictions, references);
    assert.equal(unit, 'pixels');
    const [, lacking, neither] = cases;
    assert.deepEqual(Object.keys(neither.labels), ['1']);
    assert.deepEqual(
      [lacking.labels['2'].dice, lacking.labels['2'].hd95, lacking.labels['2'].volumeDifference],
      [0, Infinity, -1],
    );
    const { dice, hd95 } = means['2'];
    assert.deepEqual([dice.mean, dice.cases, dice.infinite], [0.5, 2, 0]);
    assert.deepEqual([hd95.mean, hd95.cases, hd95.infinite, hd95.low], [0, 1, 1, NaN]);
    near(overall.dice.mean, (1 + 1 / 2 + 6 / 7) / 3);
    assert.deepEqual(
      worstCases({ cases }, 2).map(({ id }) => id),
      ['lacking', 'neither'],
    );
  });

  it('takes names, regions and the ignored label from dataset.json', async () => {
    await putPictures('a', '1122 0000', '1123 0300');
    const json = {
      labels: { background: 0, organ: [1, 2], tumour: 2, ignore: 3 },
      regions_class_order: [1, 2],
      channel_names: { 0: 'CT' },
      numTraining: 1,
      file_ending: '.png',
    };
    const dataset = readDatasetJson(json, 'dataset.json');
    const { cases } = await evaluatePredictions(predictions, references, { dataset });
    const { organ, tumour } = cases[0].labels;
    assert.deepEqual([organ.dice, organ.trueVolume, tumour.dice, tumour.predictedVolume], [1, 3, 1, 1]);

    writeFileSync(join(folder, 'dataset.json'), JSON.stringify(json));
    const { output, code } = await segcourse(predictions, references, '--json');
    assert.equal(code, 0);
    assert.deepEqual(Object.keys((JSON.parse(output) as Evaluation).means), ['organ', 'tumour']);
    await putPictures('b', '1174 0000', '1120 0000');
    const refused = await segcourse(predictions, references);
    assert.equal(refused.code, 1);
    assert.match(refused.errors, /b\.png: got the labels 4, 7; expected those of dataset\.json: 0, 1, 2/);
  });

  it('scores instances by AP and PQ, and the foreground of them', async () => {
    await putPictures('a', '1102 1102 0000 0330', '2209 2209 0000 0055');
    const { cases, instances, means } = await evaluatePredictions(predictions, references, {
      instances: true,
    });
    assert.deepEqual(Object.keys(means), ['foreground']);
    near(cases[0].labels.foreground.dice, 14 / 16);
    // The two above match, with IoU 1; the one below, with 1/3, does not.
    near(instances!.ap50.mean, 2 / 4);
    near(instances!.pq.mean, 2 / 3);
  });

  it('pairs files of different formats by name', async () => {
    const truth = picture('0110 0110');
    await writePng(join(references, 'a.png'), truth);
    await writeTiff(join(predictions, 'a.tif'), { ...truth, shape: [2, 4] });
    await writePng(join(references, 'b.png'), truth);
    writeNpy(join(predictions, 'b.npy'), { shape: [2, 4], values: truth.data });
    const { cases } = await evaluatePredictions(predictions, references);
    assert.deepEqual(
      cases.map(({ labels }) => labels['1'].dice),
      [1, 1],
    );

    [predictions, references].forEach((path) => rmSync(path, { recursive: true }));
    [predictions, references].forEach((path) => mkdirSync(path));
    await writeNifti(join(references, 'c.nii.gz'), volume([[1, [1, 2, 2], [4, 6, 8]]]));
    const { data, shape } = volume([[1, [2, 2, 2], [5, 6, 8]]]);
    writeNpy(join(predictions, 'c.npy'), { shape: [...shape], values: data });
    const { cases: volumes, unit } = await evaluatePredictions(predictions, references);
    assert.deepEqual([unit, volumes[0].labels['1'].hd95], ['mm', 3]);
  });

  it('refuses missing cases and other grids, naming all', async () => {
    await putPictures('a', '11 00', '11 00');
    await writePng(join(references, 'b.png'), picture('11 00'));
    await writePng(join(references, 'c.png'), picture('11 00'));
    await writePng(join(predictions, 'd.png'), picture('11 00'));
    await assert.rejects(
      evaluatePredictions(predictions, references),
      /predictions: got no label map of 2 cases \(b, c\); .*--partial[^]*labelsTr: got no label map of 1 cases \(d\)/,
    );
    rmSync(join(predictions, 'd.png'));
    const part = await evaluatePredictions(predictions, references, { partial: true });
    assert.deepEqual(
      part.cases.map(({ id }) => id),
      ['a'],
    );
    await writePng(join(predictions, 'b.png'), picture('110 000'));
    await writePng(join(predictions, 'c.png'), picture('11 00 00'));
    await assert.rejects(
      evaluatePredictions(predictions, references),
      /b\.png: got shape \[1, 2, 3\]; expected \[1, 2, 2\][^]*c\.png: got shape \[1, 3, 2\]; expected \[1, 2, 2\]/,
    );
    const other = volume([]);
    const moved = other.affine.map((value) => value * 1.1);
    rmSync(predictions, { recursive: true });
    rmSync(references, { recursive: true });
    [predictions, references].forEach((path) => mkdirSync(path));
    await put('v.nii.gz', { ...other, affine: moved }, other);
    await assert.rejects(
      evaluatePredictions(predictions, references),
      /v\.nii\.gz: got spacing \[3\.3, 2\.2, 0\.55\]/,
    );
  });

  it('refuses what are no label maps', async () => {
    await assert.rejects(
      evaluatePredictions(join(folder, 'no'), references),
      /no: got no such folder; expected/,
    );
    await assert.rejects(
      evaluatePredictions(predictions, references),
      /predictions: got no label map; expected/,
    );
    writeNpy(join(predictions, 'a.npy'), { shape: [1, 2], values: Float32Array.of(0.3, 0.9) });
    await writePng(join(references, 'a.png'), picture('01'));
    await assert.rejects(
      evaluatePredictions(predictions, references),
      /a\.npy: got the value 0\.30.*; expected whole numbers from 0 on: the labels, not probabilities/,
    );
    await writePng(join(predictions, 'a.png'), picture('01'));
    await assert.rejects(evaluatePredictions(predictions, references), /a\.npy: got a\.png of the same name/);
  });

  it('prints tables, and writes a report with the worst cases over their images', async () => {
    await putPictures('good', '1120 1100 0000', '1120 1100 0000');
    await putPictures('bad', '0000 0110 0110', '1120 1100 0000');
    const images = join(folder, 'images');
    mkdirSync(images);
    for (const name of ['good_0000.png', 'bad_0000.png']) {
      await writePng(join(images, name), picture('1234 5678 9876'));
    }
    const html = join(folder, 'report.html');
    const { code, output, errors } = await segcourse(
      ...[predictions, references, '--html', html, '--images', images, '--worst', '1'],
    );
    assert.equal(code, 0, errors);
    assert.match(output, /^bad +1 +0\.25 /m);
    assert.match(output, /^mean of labels +2 +0\.563 \[0\.\d+, 1\]/m);
    const report = readFileSync(html, 'utf8');
    assert.equal(report.match(/<figure/g)!.length, 1);
    assert.equal(report.match(/<img/g)!.length, 3);
    assert.match(report, /font-weight:600[^>]*>bad</);
    assert.match(report, /found wrongly/);
    assert.doesNotMatch(report, /https?:|<script/);

    rmSync(join(images, 'bad_0000.png'));
    const lacking = await segcourse(predictions, references, '--html', html, '--images', images);
    assert.equal(lacking.code, 1);
    assert.match(lacking.errors, /images: got no image of the case bad; expected bad\.\* or bad_0000\.\*/);
  });

  it('gives scores that do not exist as null, infinite distances as text', async () => {
    await putPictures('a', '1100', '0200');
    const { output } = await segcourse(predictions, references, '--json');
    const { cases, means } = JSON.parse(output) as {
      cases: { labels: Record<string, Record<string, unknown>> }[];
      means: Record<string, Record<string, Record<string, unknown>>>;
    };
    assert.equal(cases[0].labels['1'].hd95, 'Infinity');
    assert.deepEqual(means['1'].hd95, { mean: null, low: null, high: null, cases: 0, infinite: 1 });
  });

  it('refuses a command line that is not understood', async () => {
    for (const [args, message] of [
      [[predictions], /evaluate: got 1 folders; expected two/],
      [
        [predictions, references, '--confidence', '95'],
        /got --confidence 95; expected a number between 0 and 1/,
      ],
      [[predictions, references, '--what'], /Unknown option '--what'/],
    ] as const) {
      const { code, errors } = await segcourse(...args);
      assert.equal(code, 2);
      assert.match(errors, message);
    }
    assert.match((await segcourse('--help')).output, /segcourse evaluate <predictions folder>/);
  });
});
