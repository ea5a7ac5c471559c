import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBrain3d } from '../../lib/datasets/brain3d';
import { loadIsbi2012 } from '../../lib/datasets/isbi2012';
import { loadNuclei } from '../../lib/datasets/nuclei';
import { main } from '../../lib/cli/main';
import type { Volume } from '../../lib/io/image';
import { checkIntegrity } from '../../lib/workflow/integrity';
import { openRawDataset } from '../../lib/workflow/raw-dataset';
import { readCase } from '../../lib/workflow/read-case';

describe("workflow: the course's data sets in nnU-Net's raw layout", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-course-datasets-'))));
  after(() => rmSync(folder, { recursive: true }));

  async function written(name: string, ...options: string[]) {
    const target = join(folder, name);
    let [output, errors] = ['', ''];
    const code = await main(['dataset', name, target, '--source', 'synthetic', ...options], {
      out: { write: (text) => (output += text) },
      errors: { write: (text) => (errors += text) },
      env: {},
    });
    assert.equal(code, 0, errors);
    assert.match(output, new RegExp(`synthetic[^]*${name}: \\d+ cases in nnU-Net's raw layout`));
    assert.deepEqual((await checkIntegrity(target)).errors, []);
    return openRawDataset(target);
  }

  it('nuclei: colours of 8 bits, and the nuclei as one label', async () => {
    const { cases, dataset } = await written('nuclei', '--count', '5', '--seed', '2');
    const { images } = await loadNuclei({ source: 'synthetic', count: 5, seed: 2 });
    assert.deepEqual(dataset.channels, ['red', 'green', 'blue']);
    assert.equal(cases.length, 5);
    for (const one of cases) {
      const { image, labels } = images.find(({ id }) => id === one.id)!;
      const read = await readCase(one, 3);
      assert.deepEqual(
        [...read.labels!.data],
        Array.from(labels.data, (label) => Number(label > 0)),
      );
      const colours = image.channels === 3 ? [0, 1, 2] : [0, 0, 0];
      colours.forEach((channel, to) => assert.equal(read.image.data[to], image.data[channel]));
    }
  });

  it('isbi2012: bytes, and membranes as the label', async () => {
    const { cases } = await written('isbi2012', '--size', '64');
    const { images, masks } = await loadIsbi2012({ source: 'synthetic', size: 64 });
    assert.equal(cases.length, 30);
    const read = await readCase(cases[3], 1);
    const page = <T extends { subarray(from: number, to: number): T }>(data: T) =>
      data.subarray(3 * 4096, 4 * 4096);
    assert.deepEqual([...read.labels!.data], [...page(masks.data)]);
    page(images.data).forEach((value, at) => assert.ok(Math.abs(read.image.data[at] - 255 * value) <= 0.5));
  });

  it('brain3d: octants that lie in the head where they were', async () => {
    const { cases, dataset } = await written('brain3d', '--spacing', '6');
    const brain = await loadBrain3d({ source: 'synthetic', spacing: 6 });
    const { image, mask } = brain.sample(0);
    assert.deepEqual(Object.keys(dataset.labels.names), brain.classes);
    assert.equal(cases.length, 8);
    let voxels = 0;
    for (const one of cases) {
      const read = await readCase(one, 1);
      voxels += read.labels!.data.length;
      const [from, origin] = [image as Volume, read.affine!];
      // The octant's first voxel in the whole head, by its place in millimetres: axes are RAS, steps equal.
      const step = [0, 1, 2].map((axis) =>
        Math.hypot(from.affine[axis], from.affine[4 + axis], from.affine[8 + axis]),
      );
      const [x, y, z] = [3, 7, 11].map((at, axis) =>
        Math.round((origin[at] - from.affine[at]) / step[2 - axis]),
      );
      const [, rows, columns] = from.shape;
      assert.equal(read.labels!.data[0], mask.data[(z * rows + y) * columns + x]);
      const last = read.image.shape.map((size, axis) => size - 1 + [z, y, x][axis]);
      assert.equal(read.image.data.at(-1), image.data[(last[0] * rows + last[1]) * columns + last[2]]);
    }
    assert.equal(voxels, mask.data.length);
  });

  it('never go where a data set is, and have known names', async () => {
    const errors: string[] = [];
    const run = (...args: string[]) =>
      main(['dataset', ...args, '--source', 'synthetic'], {
        out: { write: () => undefined },
        errors: { write: (text) => errors.push(text) },
        env: {},
      });
    assert.equal(await run('isbi2012', join(folder, 'isbi2012'), '--size', '64'), 1);
    assert.match(
      errors.join(''),
      /got a folder with a data set; expected another one: nothing is overwritten/,
    );
    assert.equal(await run('cats', join(folder, 'cats')), 1);
    assert.match(errors.join(''), /got 'cats'; expected one of: nuclei, isbi2012, brain3d/);
    assert.ok(!existsSync(join(folder, 'cats')));
    assert.equal(await run('nuclei'), 2);
    assert.equal(await run('nuclei', join(folder, 'x'), '--count', 'many'), 2);
    assert.match(errors.join(''), /got --count many; expected a number/);
  });
});
