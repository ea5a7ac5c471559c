import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { removeOrphans } from '../../lib/setup/library.mjs';
import { withFolder } from './folder.mjs';

describe('the compiled library', () => {
  it('loses what was compiled from sources that are gone, and nothing else', () =>
    withFolder((root) => {
      const write = (name) => {
        fs.mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), '');
      };
      const kept = [
        '.build/lib/nn/layers/index.js',
        '.build/lib/nn/layers/index.d.ts',
        '.build/native/kernels.node',
      ];
      const orphans = ['.build/lib/nn/layers.js', '.build/lib/nn/layers.js.map', '.build/lib/nn/layers.d.ts'];
      ['lib/nn/layers/index.ts', ...kept, ...orphans].forEach(write);
      removeOrphans(root);
      assert.deepEqual(
        kept.filter((name) => !fs.existsSync(path.join(root, name))),
        [],
      );
      assert.deepEqual(
        orphans.filter((name) => fs.existsSync(path.join(root, name))),
        [],
      );
    }));
});
