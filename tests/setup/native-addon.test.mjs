import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { addonStep } from '../../lib/setup/addon.mjs';
import { setupContext } from '../../lib/setup/context.mjs';
import { findCompiler } from '../../lib/setup/prerequisites.mjs';
import {
  installStderrAddon,
  stderrAddonIsReady,
  stderrCompilerArguments,
} from '../../lib/setup/stderr-addon.mjs';
import { withFolder, writeProgram } from './folder.mjs';

const ROOT = new URL('../../', import.meta.url);
const SOURCE = 'lib/runtime/native/stderr.c';
const native = { suffix: process.platform === 'darwin' ? 'dylib' : 'so' };

/** A clone with the addon's source and headers, its own cache folder, and this machine's compiler. */
function withClone(test) {
  return withFolder(async (folder) => {
    const root = path.join(folder, 'clone');
    fs.mkdirSync(path.join(root, path.dirname(SOURCE)), { recursive: true });
    fs.copyFileSync(new URL(SOURCE, ROOT), path.join(root, SOURCE));
    fs.symlinkSync(new URL('node_modules', ROOT), path.join(root, 'node_modules'));
    const env = { ...process.env, SEGCOURSE_CACHE: path.join(folder, 'cache') };
    const progress = [];
    await test({
      root,
      env,
      progress,
      bin: path.join(folder, 'bin'),
      target: path.join(root, '.build/native/stderr.node'),
      install: () => installStderrAddon(setupContext({ root, env }), native, (text) => progress.push(text)),
      ready: () => stderrAddonIsReady(setupContext({ root, env }), native),
    });
  });
}

describe('the addon that keeps TensorFlow quiet', () => {
  before(async function () {
    if (!(await findCompiler(setupContext()))) this.skip();
  });

  it('catches what is written to file descriptor 2 between capture and release', () =>
    withClone(async ({ install, target }) => {
      assert.equal(await install(), undefined);
      const script = `
        const { writeSync } = require('node:fs');
        const loaded = { exports: {} };
        process.dlopen(loaded, process.argv[1]);
        const { capture, release } = loaded.exports;
        const began = capture();
        writeSync(2, 'caught');
        const text = release();
        writeSync(2, 'free');
        writeSync(1, JSON.stringify({ began, text, again: release() }));`;
      const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, target], { encoding: 'utf8' });
      assert.deepEqual(JSON.parse(stdout), { began: true, text: 'caught', again: '' });
      assert.equal(stderr, 'free');
    }));

  it('is compiled once for all clones, and again when its source has changed', () =>
    withClone(async ({ root, env, progress, install, ready, target }) => {
      assert.equal(ready(), false);
      await install();
      assert.ok(ready());
      assert.deepEqual(fs.readdirSync(path.dirname(target)).sort(), ['segcourse.json', 'stderr.node']);
      fs.rmSync(path.dirname(target), { recursive: true });
      assert.equal(ready(), false);
      env.PATH = '';
      assert.equal(await install(), undefined);
      assert.ok(ready());
      assert.deepEqual(progress, ['compiling']);
      fs.appendFileSync(path.join(root, SOURCE), '/* newer */');
      assert.equal(ready(), false);
    }));

  it('is a warning with the remedy where there is no compiler', () =>
    withClone(async ({ env, install, ready, target }) => {
      env.PATH = '';
      delete env.CXX;
      assert.match(await install(), /start-up messages: there is no C\+\+ compiler\.\n.*\n[^]*npm run setup/);
      assert.equal(ready(), false);
      assert.ok(!fs.existsSync(target));
    }));

  it('is a warning where it does not compile, and nothing is left in the cache folder', () =>
    withClone(async ({ root, env, install, ready }) => {
      fs.writeFileSync(path.join(root, SOURCE), 'no C');
      assert.match(await install(), /stderr\.c does not compile: with .*\n[^]*error/);
      assert.equal(ready(), false);
      const left = fs.readdirSync(env.SEGCOURSE_CACHE, { recursive: true, withFileTypes: true });
      assert.ok(left.every((entry) => entry.isDirectory()));
    }));

  it('is removed again where it does not load, so that nothing stumbles over it', () =>
    withClone(async ({ env, bin, install, ready, target }) => {
      env.CXX = writeProgram(path.join(bin, 'cxx'), 'for output; do :; done; echo damaged > "$output"');
      assert.match(await install(), /stderr\.c does not load: .*rror/);
      assert.equal(ready(), false);
      assert.ok(!fs.existsSync(target));
    }));

  it('is linked for Linux and for macOS, as C', () => {
    const linux = stderrCompilerArguments('/clone', 'so', 'out.node').join(' ');
    assert.match(linux, /^-shared .* -x c \/clone\/lib\/runtime\/native\/stderr\.c -o out\.node$/);
    assert.match(
      stderrCompilerArguments('/clone', 'dylib', 'out').join(' '),
      /^-bundle -undefined dynamic_lookup /,
    );
  });

  it('is not asked for where TensorFlow runs in plain JavaScript', () =>
    withClone(async ({ root, env }) => {
      const step = addonStep(setupContext({ root, env }), { reason: 'no library for this machine' });
      assert.equal(await step.fresh(), undefined);
      assert.equal(await step.run(), 'skipped: no native TensorFlow');
      assert.ok(!fs.existsSync(path.join(root, '.build')));
    }));
});
