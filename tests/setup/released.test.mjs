import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { isReleased, releasedLibraryStep } from '../../lib/setup/released.mjs';
import { withFolder } from './folder.mjs';

const SETUP = fileURLToPath(new URL('../../lib/setup', import.meta.url));

describe('a student’s copy', () => {
  it('has its library when each file of it is there in full, and says what to do otherwise', () =>
    withFolder(async (root) => {
      assert.equal(isReleased({ root }), false);
      const file = path.join(root, '.build/lib/index.js');
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(
        path.join(root, 'release.json'),
        JSON.stringify({ library: { '.build/lib/index.js': 3 } }),
      );
      assert.equal(isReleased({ root }), true);
      const step = releasedLibraryStep({ root });
      assert.equal(step.fresh(), undefined);
      await assert.rejects(step.run, {
        name: 'SetupError',
        message: /index\.js/,
        remedy: /Unzip the course anew/,
      });
      fs.writeFileSync(file, 'abc');
      assert.equal(step.fresh(), '');
      fs.writeFileSync(file, 'ab');
      assert.equal(step.fresh(), undefined);
    }));

  it('loses what an older release left of the library', () =>
    withFolder(async (root) => {
      const old = path.join(root, '.build/lib/nn/layers.js');
      const present = path.join(root, '.build/lib/nn/layers/index.js');
      const addon = path.join(root, '.build/native/kernels.node');
      for (const file of [old, present, addon]) {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, 'abc');
      }
      const library = { '.build/lib/nn/layers/index.js': 3 };
      fs.writeFileSync(path.join(root, 'release.json'), JSON.stringify({ library }));
      const step = releasedLibraryStep({ root });
      assert.equal(step.fresh(), undefined);
      assert.equal(await step.run(), 'updated');
      assert.deepEqual([old, present, addon].map(fs.existsSync), [false, true, true]);
      assert.equal(step.fresh(), '');
    }));

  it('has no sources to open', () =>
    withFolder(async (root) => {
      fs.cpSync(SETUP, path.join(root, 'lib/setup'), { recursive: true });
      fs.writeFileSync(path.join(root, 'release.json'), '{}');
      const { status, stderr } = spawnSync(
        process.execPath,
        [path.join(root, 'lib/setup/start.mjs'), '--source'],
        { encoding: 'utf8' },
      );
      assert.equal(status, 2, stderr);
      assert.match(stderr, /got --source or --classroom in a student’s copy/);
    }));
});
