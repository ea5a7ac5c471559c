import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { compilerArguments } from '../../lib/setup/addon.mjs';
import { setupContext } from '../../lib/setup/context.mjs';
import { configureFormgrader } from '../../lib/setup/formgrader.mjs';
import { serverArguments } from '../../lib/setup/jupyterlab.mjs';
import { kernelFiles, kernelStep } from '../../lib/setup/kernelspec.mjs';
import { installedPackages } from '../../lib/setup/packages.mjs';
import { parseStartArguments } from '../../lib/setup/start-arguments.mjs';
import { linkLibraries, tensorflowFolder, tensorflowIsComplete } from '../../lib/setup/tensorflow.mjs';
import { chooseTensorFlow } from '../../lib/setup/wheels.mjs';
import { withFolder } from './folder.mjs';

const ROOT = new URL('../../', import.meta.url);

describe('what set-up installs', () => {
  it('accepts node_modules only when it agrees with the lockfile', () =>
    withFolder(async (root) => {
      const write = (file, packages) => fs.writeFileSync(path.join(root, file), JSON.stringify({ packages }));
      fs.mkdirSync(path.join(root, 'node_modules'));
      write('package-lock.json', {
        '': {},
        a: { version: '1.0.0' },
        b: { version: '2.0.0', optional: true },
      });
      assert.equal(installedPackages(root), undefined);
      write('node_modules/.package-lock.json', { a: { version: '1.0.0' } });
      assert.equal(installedPackages(root), '1 packages');
      write('node_modules/.package-lock.json', { a: { version: '1.0.1' } });
      assert.equal(installedPackages(root), undefined);
      write('node_modules/.package-lock.json', { b: { version: '2.0.0' } });
      assert.equal(installedPackages(root), undefined);
    }));

  it('accepts a TensorFlow folder only with libraries of the verified size', () =>
    withFolder(async (cache) => {
      const context = setupContext({
        root: cache,
        env: { SEGCOURSE_CACHE: cache },
        platform: 'linux',
        arch: 'x64',
      });
      const native = chooseTensorFlow({ platform: 'linux', arch: 'x64', glibc: '2.36' });
      const folder = tensorflowFolder(context, native);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'lib.so'), 'abc');
      assert.equal(tensorflowIsComplete(context, native), false);
      fs.writeFileSync(path.join(folder, 'complete.json'), JSON.stringify({ libraries: { 'lib.so': 3 } }));
      assert.equal(tensorflowIsComplete(context, native), true);
      fs.writeFileSync(path.join(folder, 'lib.so'), 'ab');
      assert.equal(tensorflowIsComplete(context, native), false);
    }));

  it('names TensorFlow’s libraries for the linker, and puts cuSOLVER where TensorFlow looks for it', () =>
    withFolder(async (folder) => {
      const write = (name, text) => {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), text);
      };
      write('tensorflow/libtensorflow_cc.so.2', 'operations');
      write('tensorflow/libtensorflow_framework.so.2', 'core');
      const tensorflow = { 'tensorflow/libtensorflow.so': 10, 'tensorflow/libtensorflow_framework.so': 4 };
      assert.deepEqual(linkLibraries(folder, { variant: 'cpu', suffix: 'so' }), tensorflow);

      write('nvidia/cublas/lib/libcublas.so.12', 'products');
      write('nvidia/cusolver/lib/libcusolver.so.11', 'solutions');
      const cusolver = 'nvidia/cublas/lib/libcusolver.so.11';
      for (const attempt of ['first', 'after an interrupt']) {
        const linked = linkLibraries(folder, { variant: 'cuda', suffix: 'so' });
        assert.deepEqual(linked, { ...tensorflow, [cusolver]: 9 }, attempt);
      }
      const moved = `${folder}-renamed`;
      fs.renameSync(folder, moved);
      assert.equal(fs.readFileSync(path.join(moved, cusolver), 'utf8'), 'solutions');
      fs.renameSync(moved, folder);
    }));

  it('links the addon for Linux and for macOS', () => {
    const linux = compilerArguments('/clone', '/tf', 'so', 'out.node');
    assert.ok(
      linux.includes('-shared') && linux.includes('-Wl,-rpath,/tf') && !linux.includes('dynamic_lookup'),
    );
    const mac = compilerArguments('/clone', '/tf', 'dylib', 'out.node');
    assert.ok(mac.includes('dynamic_lookup') && !mac.includes('-shared'));
  });

  it('registers the kernel in .venv, and again when Node.js or the clone moved', () =>
    withFolder(async (root) => {
      const context = setupContext({ root, env: {} });
      const step = kernelStep(context);
      assert.equal(step.fresh(), undefined);
      await step.run();
      assert.equal(step.fresh(), '');
      const file = path.join(root, '.venv/share/jupyter/kernels/segcourse/kernel.json');
      const kernel = JSON.parse(fs.readFileSync(file, 'utf8'));
      assert.deepEqual(kernel.argv, [
        process.execPath,
        path.join(root, '.build/lib/kernel/main.js'),
        '--config-path',
        '{connection_file}',
      ]);
      assert.equal(kernel.display_name, 'TypeScript (segcourse)');
      assert.equal(kernel.interrupt_mode, 'message');
      fs.writeFileSync(file, JSON.stringify({ ...kernel, argv: ['/old/node'] }));
      assert.equal(step.fresh(), undefined);
      assert.ok(Object.keys(kernelFiles(context)).every((name) => name.startsWith(context.venv)));
    }));

  it('pins every Python package with hashes and names no registry', () => {
    const text = fs.readFileSync(new URL('lib/setup/requirements.txt', ROOT), 'utf8');
    assert.doesNotMatch(text, /https?:|index-url/);
    const entries = text.split(/\n(?=[a-z])/).filter((entry) => /^[a-z]/.test(entry));
    assert.ok(entries.length > 50);
    for (const entry of entries) assert.match(entry, /^[a-z0-9-]+==[^\s]+[\s\S]*--hash=sha256:[0-9a-f]{64}/);
    assert.match(text, /^jupyterlab==4\.6\./m);
    assert.match(text, /^nbgrader==0\.9\.6 /m);
  });
});

describe('npm start', () => {
  it('reads its arguments', () => {
    const none = { source: false, classroom: undefined, browser: true, port: undefined };
    assert.deepEqual(parseStartArguments([]), none);
    assert.equal(parseStartArguments(['--classroom']).classroom, 'classroom');
    assert.equal(parseStartArguments(['--classroom=/srv/autumn']).classroom, '/srv/autumn');
    const all = { ...none, source: true, browser: false, port: 9000 };
    assert.deepEqual(parseStartArguments(['--source', '--no-browser', '--port', '9000']), all);
    assert.deepEqual(parseStartArguments(['--port=9000', '--no-browser', '--source']), all);
  });

  it('refuses others, saying what it takes', () => {
    assert.throws(() => parseStartArguments(['--fast']), /got --fast; expected npm start -- \[--source/);
    assert.throws(
      () => parseStartArguments(['--port', '99999']),
      /got port 99999; expected a number from 1 to 65535/,
    );
    assert.throws(() => parseStartArguments(['--port']), /got port \(none\)/);
  });

  it('serves this machine alone', () => {
    const args = serverArguments({ folder: '/course', source: false, browser: false, port: 9000 });
    assert.ok(args.includes('--ServerApp.ip=127.0.0.1'));
    assert.ok(args.includes('--ServerApp.root_dir=/course'));
    assert.ok(args.includes('--no-browser') && args.includes('--ServerApp.port=9000'));
    assert.ok(!args.join(' ').includes('token'));
    assert.ok(args.includes('--LabApp.default_url=/lab'));
  });

  it('opens an instructor’s sources, with formgrader on the course folder and the course’s own settings', function () {
    const python = fileURLToPath(new URL('.venv/bin/python', ROOT));
    if (!fs.existsSync(python)) this.skip();
    const args = serverArguments({ folder: '/clone', source: true, browser: true });
    assert.ok(args.includes('--LabApp.default_url=/lab/tree/notebooks'));
    assert.ok(!args.join(' ').includes('formgrader=False'));
    return withFolder(async (root) => {
      const config = path.join(root, 'config');
      const settings = () => {
        configureFormgrader({ root }, config, path.join(root, 'classroom'));
        const script =
          'import json, sys; from traitlets.config import PyFileConfigLoader as L; ' +
          'print(json.dumps(L("nbgrader_config.py", path=sys.argv[1]).load_config()))';
        const { stdout, stderr } = spawnSync(python, ['-c', script, config], { encoding: 'utf8' });
        assert.notEqual(stdout, '', stderr);
        return JSON.parse(stdout);
      };
      const write = (name, text) => {
        fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        fs.writeFileSync(path.join(root, name), `c = get_config()\n${text}\n`);
      };
      write('grading/nbgrader_config.py', 'c.Execute.timeout = 300');
      const { CourseDirectory, Exchange, Execute } = settings();
      assert.equal(CourseDirectory.root, path.join(root, 'classroom'));
      assert.ok(fs.existsSync(Exchange.root));
      assert.equal(Execute.timeout, 300);
      write('classroom/nbgrader_config.py', 'c.Execute.timeout = 5');
      assert.equal(settings().Execute.timeout, 5);
    });
  });
});
