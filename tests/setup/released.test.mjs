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
      fs.writeFileSync(path.join(root, 'release.json'), JSON.stringify({ library: { 'index.js': 3 } }));
      assert.equal(isReleased({ root }), true);
      const step = releasedLibraryStep({ root });
      assert.equal(step.fresh(), undefined);
      await assert.rejects(step.run, { name: 'SetupError', remedy: /Unzip the course anew/ });
      fs.writeFileSync(path.join(root, 'index.js'), 'abc');
      assert.equal(step.fresh(), '');
      fs.writeFileSync(path.join(root, 'index.js'), 'ab');
      assert.equal(step.fresh(), undefined);
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
      assert.match(stderr, /got --source in a student’s copy/);
    }));
});
