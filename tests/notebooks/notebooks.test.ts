import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { realData } from '../real-data';
import { silentOutputs } from './accessibility';
import { type CourseTools, courseTools, type Report } from './course-tools';
import { notebooks } from './sources';

const ROOT = packageRoot();
const PYTHON = path.join(ROOT, '.venv', 'bin', 'python');
const NOTEBOOKS = notebooks().map(({ name }) => name);

/** What a notebook tells its readers about its own figures, and what must therefore hold of them. */
const CLAIMS: Record<string, (text: string) => void> = {
  '8.2-what-is-segmentation'(text) {
    const dice = /Dice of A, B and C: (\S+), (\S+), (\S+)/.exec(text)!.slice(1);
    assert.equal(new Set(dice).size, 1, `one Dice for three answers: ${dice.join(', ')}`);
    const [nuclei, patches] = /nuclei (\d+), patches of the semantic mask (\d+)/.exec(text)!.slice(1);
    assert.ok(Number(patches) < Number(nuclei), `${patches} patches of ${nuclei} nuclei`);
  },
  '8.3.1-transposed-convolution'(text) {
    assert.match(text, /transposed matrix and layer differ by 0, gradient and layer by 0 /);
    for (const difference of /largest differences (\S+) and (\S+) /.exec(text)!.slice(1)) {
      assert.ok(Number(difference) < 1e-4, `loops, steps and kernel differ by ${difference}`);
    }
    assert.match(text, /sizes that agree: (\d+) of \1/);
    const [transposed, resized] = /pattern at the start: transposed (\S+), resize-convolution (\S+)/
      .exec(text)!
      .slice(1);
    assert.ok(Number(transposed) > 5 * Number(resized), `patterns ${transposed} and ${resized}`);
  },
  '8.3.2-fully-convolutional-networks'(text) {
    const [difference] = /largest difference (\S+);/.exec(text)!.slice(1);
    assert.ok(Number(difference) < 1e-4, `fully connected and convolved differ by ${difference}`);
    assert.match(text, /sizes that come back as they went in: 4 of 4/);
    const [apart] = /differs from bilinear resizing by (\S+) /.exec(text)!.slice(1);
    assert.ok(Number(apart) < 1e-5, `bilinear kernel and resizing differ by ${apart}`);
    const [loss, expected] = /first loss (\S+), ln 21 = (\S+)/.exec(text)!.slice(1);
    assert.equal(loss, expected);
    for (const [, name, first, last] of text.matchAll(/^(one picture|FCN-\d+s): loss (\S+) → (\S+)$/gm))
      assert.ok(Number(last) < 0.5 * Number(first), `${name} does not learn: ${first} → ${last}`);
    const [bilinear, zero] = /bilinear start (\S+), zero twice (\S+)/.exec(text)!.slice(1);
    assert.ok(Number(bilinear) > 0 && Number(zero) === 0, `gradients ${bilinear} and ${zero}`);
    assert.equal([...text.matchAll(/: \d+\.\d frames per second/g)].length, 3);
  },
  '8.3.3-unet'(text) {
    // The question before the cell gives the first number.
    assert.match(text, /^FCN-8s: 134\.5 million weights, 72 times those of the U-Net with two poolings$/m);
  },
  '8.7-segment-anything'(text) {
    assert.match(text, /model: \S+/);
    const [accepted, wanted] = /clicks for (\d+) of (\d+) nuclei/.exec(text)!.slice(1).map(Number);
    assert.ok(accepted > 0 && accepted <= wanted, `${accepted} of ${wanted} nuclei were clicked`);
    for (const mistake of [
      'points are \\(row, column\\)',
      'only negative points',
      'scale the image',
      'of a volume',
    ]) {
      assert.match(text, new RegExp(mistake));
    }
    assert.doesNotMatch(text, /no error/);
  },
  '8.3.5-unet-variants'(text) {
    const runs = [...text.matchAll(/^(.+): loss (\S+) → (\S+)$/gm)];
    assert.equal(runs.length, 5);
    for (const [, name, first, last] of runs)
      assert.ok(Number(last) < Number(first), `${name} does not learn`);
  },
  '8.4-design-choices'(text) {
    const numbers = (line: RegExp) => line.exec(text)!.slice(1).map(Number);
    const [least, most, always] = numbers(/50 HU: (\S+) to (\S+) by the slice, (\S+) by the volume/);
    assert.ok(least < always && always < most, `50 HU: ${always} not between ${least} and ${most}`);
    const [ctByVolume, mriByVolume] = numbers(/disagreement by each volume: CT (\S+), MRI (\S+)/);
    const [ctByData, mriByData] = numbers(/disagreement by the data set: CT (\S+), MRI (\S+)/);
    assert.ok(ctByData < ctByVolume && mriByVolume < mriByData, 'CT by the data set, MRI by the volume');
    const [ramp, few] = numbers(/reconstruction error: ramp (\S+), 30 angles (\S+) HU/);
    assert.ok(2 * ramp < few, `errors ${ramp} and ${few} HU`);
    const [cutFirst, turnedFirst] = numbers(/invented pixels: cut first (\S+) %, turned first (\S+) %/);
    assert.ok(2 * turnedFirst < cutFirst, `invented ${cutFirst} % and ${turnedFirst} %`);
    const [anywhere, forced] = numbers(/any lesion: (\S+) % anywhere, (\S+) % with/);
    assert.ok(forced > anywhere, `lesions in ${anywhere} % and ${forced} %`);
    const [alone, ...helped] = numbers(
      /patch alone (\S+), with coordinates (\S+), with a companion (\S+), patch alone, in a region (\S+)/,
    );
    assert.ok(alone < Math.min(...helped), `context: ${alone}, ${helped.join(', ')}`);
    for (const [line, rises] of [
      [/photon noise: (\S+), (\S+), (\S+) HU/, true],
      [/best AP when shrunk: (\S+), (\S+), (\S+), (\S+), (\S+)/, false],
      [/seams: (\S+), (\S+), (\S+)/, false],
      [/body: (\S+), (\S+), (\S+)/, true],
      [/the true mask, AP at IoU 0.5: (\S+) by components, (\S+) by watershed/, true],
    ] as const) {
      const values = numbers(line);
      const sorted = [...values].sort((a, b) => (rises ? a - b : b - a));
      assert.deepEqual(values, sorted, String(line));
    }
  },
  '8.5-losses'(text) {
    for (const [, own, library] of text.matchAll(/^w = \d+: (\S+), the library's (\S+)$/gm)) {
      assert.equal(own, library);
    }
    assert.match(text, /^combined loss at p = 0\.5: formula (\S+), library \1$/m);
  },
  '8.6-nnunet'(text) {
    // What the section says of spleens in CT, before its cell works it out.
    assert.match(text, /^a patch sees \d %.*, less than 25 %: a first network works at \[/m);
    for (const subject of ['batch size', 'network', 'length']) {
      assert.match(text, new RegExp(`^${subject}: .{30}`, 'm'), `no reason for the ${subject}`);
    }
    assert.match(text, /^Dice of the held-out sections: 0\.\d+$/m);
  },
};

interface Executed {
  cells: { id: string; outputs?: { data?: Record<string, string | string[]> }[] }[];
}

describe('notebooks, from top to bottom', function () {
  this.timeout(600_000);
  let folder: string;
  let tools: CourseTools;
  const runs = new Map<string, Promise<Report>>();

  before(async function () {
    if (!existsSync(PYTHON)) {
      console.log('    skipped: there is no .venv; npm run setup makes it');
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), 'segcourse-notebooks-'));
    tools = await courseTools();
    const gate = tools.atMost(2);
    for (const name of NOTEBOOKS) {
      const result = gate(() => run(name, folder));
      result.catch(() => undefined); // its test meets the error
      runs.set(name, result);
    }
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  function run(name: string, mirror: string): Promise<Report> {
    const source = path.join(ROOT, 'notebooks', `${name}.ipynb`);
    return tools.runNotebook(tools.setupContext(), source, path.join(folder, `${name}.ipynb`), {
      SEGCOURSE_PLAN: 'quick',
      SEGCOURSE_DATA_MIRROR: mirror,
      SEGCOURSE_DATA: path.join(folder, 'data'),
    });
  }

  function assertRanWell(report: Report): void {
    assert.equal(report.error, null);
    assert.equal(report.executed, report.cells);
    assert.deepEqual(report.stderr, []);
    assert.deepEqual(report.warnings, []);
  }

  for (const name of NOTEBOOKS) {
    it(`${name} on synthetic data`, async () => {
      const report = await runs.get(name)!;
      assertRanWell(report);
      assert.doesNotMatch(report.text, /challenge's 30 training images/);
      for (const mime of ['text/html', 'image/svg+xml', 'application/vnd.vegalite.v5+json']) {
        assert.ok(report.mimeTypes.includes(mime), `no output of type ${mime}`);
      }
      const executed = JSON.parse(readFileSync(path.join(folder, `${name}.ipynb`), 'utf8')) as Executed;
      for (const { id, outputs = [] } of executed.cells)
        assert.deepEqual(silentOutputs(outputs), [], `cell ${id}`);
      CLAIMS[name]?.(report.text);
      console.log(`      ${report.cells} cells in ${report.seconds} s`);
    });
  }

  it('8.3.2 with pretrained networks on photographs and a video', async function () {
    const name = '8.3.2-fully-convolutional-networks';
    const report = await run(name, realData(this, 'weights/deeplab_voc_tfjs/model.json'));
    assertRanWell(report);
    CLAIMS[name](report.text);
    assert.match(report.text, /Network: SqueezeNet 1\.0, trained on ImageNet \(.*BSD\)/);
    assert.match(report.text, /Network: DeepLab v3 on MobileNetV2 \(.*Apache-2\.0\)/);
    assert.match(report.text, /^153 pictures of 18 classes$/m);
    for (const ratio of [
      ...report.text.matchAll(/k-NN accuracy: .*, ratio (\S+)/g),
      ...report.text.matchAll(/ratio with 1, 3 and 5 neighbours: (\S+), (\S+), (\S+)/g),
    ].flatMap(([, ...ratios]) => ratios)) {
      assert.ok(Number(ratio) >= 2, `pretrained features are ${ratio} times as good as untrained ones`);
    }
    const [right, background] = /pixels right: (\S+) %; background alone: (\S+) %/
      .exec(report.text)!
      .slice(1);
    assert.ok(Number(right) > Number(background), `${right} % right, ${background} % background`);
  });

  it('8.3.4 on the real stacks', async function () {
    const mirror = realData(this, 'isbi2012/train-volume.tif');
    const report = await run('8.3.4-training-unet-on-isbi-2012', mirror);
    assertRanWell(report);
    assert.match(report.text, /ISBI 2012: the challenge's 30 training images/);
  });
});
