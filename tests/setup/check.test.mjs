import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { checkEnvironment, formatTable } from '../../lib/setup/check.mjs';
import { setupContext } from '../../lib/setup/context.mjs';
import { withFolder, writeProgram } from './folder.mjs';

/** A clone in which nothing was set up, on a machine that has Python and nothing else. */
function withBareClone(test) {
  return withFolder(async (folder) => {
    const bin = path.join(folder, 'bin');
    writeProgram(path.join(bin, 'python3'), 'echo 3.12.4');
    const root = path.join(folder, 'clone');
    fs.mkdirSync(path.join(root, 'data'), { recursive: true });
    fs.writeFileSync(path.join(root, 'tsconfig.json'), '{}');
    const manifest = { datasets: { cells: { files: [{ path: 'cells/a.tif' }, { path: 'cells/b.tif' }] } } };
    fs.writeFileSync(path.join(root, 'data/manifest.json'), JSON.stringify(manifest));
    const env = { PATH: bin, SEGCOURSE_CACHE: path.join(folder, 'cache'), SEGCOURSE_DEVICE: 'cpu' };
    await test({ root, env, context: setupContext({ root, env, platform: 'linux', arch: 'x64' }) });
  });
}

describe('npm run setup -- --check', () => {
  it('says what is there and what to do about the rest, and changes nothing', () =>
    withBareClone(async ({ root, env, context }) => {
      const before = fs.readdirSync(root, { recursive: true });
      const rows = await checkEnvironment(context);
      const states = Object.fromEntries(rows.map(({ part, state }) => [part, state]));
      assert.equal(states['Node.js'], 'ok');
      assert.equal(states['Python'], 'ok');
      assert.equal(states['C++ compiler'], 'warning');
      assert.equal(states['npm packages'], 'missing');
      assert.equal(states['Python environment'], 'missing');
      assert.equal(states['course library'], 'missing');
      assert.equal(states['notebook kernel'], 'missing');
      assert.equal(states['TensorFlow'], 'warning');
      assert.equal(states['process addon'], 'warning');
      assert.equal(states['kernels addon'], 'warning');
      assert.equal(states['data: cells'], 'warning');
      for (const { part, state, remedy } of rows) assert.equal(remedy === '', state === 'ok', part);
      assert.deepEqual(fs.readdirSync(root, { recursive: true }), before);
      assert.ok(!fs.existsSync(env.SEGCOURSE_CACHE));
    }));

  it('is plain data', () =>
    withBareClone(async ({ context }) => {
      const rows = await checkEnvironment(context);
      assert.deepEqual(JSON.parse(JSON.stringify(rows)), rows);
      for (const row of rows) assert.deepEqual(Object.keys(row), ['part', 'state', 'found', 'remedy']);
    }));

  it('counts data files in the data folder and in the mirror', () =>
    withBareClone(async ({ root, env, context }) => {
      const mirror = path.join(root, 'mirror');
      for (const file of [path.join(root, 'data/cells/a.tif'), path.join(mirror, 'cells/b.tif')]) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, '');
      }
      const found = async () =>
        (await checkEnvironment(context)).find(({ part }) => part === 'data: cells').found;
      assert.equal(await found(), '1 of 2 files');
      env.SEGCOURSE_DATA_MIRROR = 'mirror';
      assert.equal(await found(), '2 of 2 files');
    }));

  it('asks for nothing where a data set is optional', () =>
    withBareClone(async ({ root, context }) => {
      const manifest = {
        datasets: { cells: { optional: 'half a gigabyte', files: [{ path: 'cells/a.png' }] } },
      };
      fs.writeFileSync(path.join(root, 'data/manifest.json'), JSON.stringify(manifest));
      const rows = (await checkEnvironment(context)).filter(({ part }) => part.startsWith('data: '));
      const found = '0 of 1 files: half a gigabyte';
      assert.deepEqual(rows, [{ part: 'data: cells', state: 'ok', found, remedy: '' }]);
    }));

  it('has one row for a data set of many files, listed beside the manifest', () =>
    withBareClone(async ({ root, context }) => {
      const manifest = { datasets: { cells: { listing: { file: 'listings/cells.tsv' } } } };
      fs.writeFileSync(path.join(root, 'data/manifest.json'), JSON.stringify(manifest));
      fs.mkdirSync(path.join(root, 'data/listings'));
      const lines = ['sha256\tbytes\tpath', 'a\t1\tcells/a.png', 'b\t1\tcells/b.png', ''];
      fs.writeFileSync(path.join(root, 'data/listings/cells.tsv'), lines.join('\n'));
      fs.mkdirSync(path.join(root, 'data/cells'));
      fs.writeFileSync(path.join(root, 'data/cells/b.png'), '');
      const rows = (await checkEnvironment(context)).filter(({ part }) => part.startsWith('data: '));
      assert.deepEqual(rows, [
        {
          part: 'data: cells',
          state: 'warning',
          found: '1 of 2 files',
          remedy: 'from a mirror alone (SEGCOURSE_DATA_MIRROR); synthetic data until then',
        },
      ]);
    }));

  it('prints an aligned table', () => {
    const table = formatTable([
      { part: 'Python', state: 'ok', found: '3.12', remedy: '' },
      { part: 'C++ compiler', state: 'missing', found: '', remedy: 'one\ntwo' },
    ]);
    assert.equal(
      table,
      [
        'part          state    found  remedy',
        'Python        ok       3.12',
        'C++ compiler  MISSING         one; two',
      ].join('\n'),
    );
  });
});
