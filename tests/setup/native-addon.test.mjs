import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'mocha';
import { addonStep } from '../../lib/setup/addon.mjs';
import { runCommand } from '../../lib/setup/command.mjs';
import { setupContext } from '../../lib/setup/context.mjs';
import { describeMachine } from '../../lib/setup/machine.mjs';
import {
  addonIsInstalled,
  headerArgument,
  installAddon,
  sharedArguments,
} from '../../lib/setup/native-addon.mjs';
import {
  installOwnAddons,
  kernelsArguments,
  ownAddons,
  ownAddonsAreReady,
  processArguments,
} from '../../lib/setup/own-addons.mjs';
import { findCompiler } from '../../lib/setup/prerequisites.mjs';
import { nativeFolder } from '../../lib/setup/tensorflow.mjs';
import { withFolder, writeProgram } from './folder.mjs';

const ROOT = new URL('../../', import.meta.url);
const SOURCE = 'lib/runtime/native/process.c';
const KERNELS = 'lib/runtime/native/kernels';
const native = {
  version: '2.21.0',
  variant: 'cpu',
  suffix: process.platform === 'darwin' ? 'dylib' : 'so',
};

/** In place of the kernels, which take seconds to compile: two sources and a header. */
const STAND_IN = {
  'answer.h': 'int Answer();',
  'answer.cc': '#include "answer.h"\nextern "C" int TF_Answer();\nint Answer() { return TF_Answer(); }',
  'addon.cc': `
    #include <node_api.h>
    #include "answer.h"
    NAPI_MODULE_INIT() {
      napi_value answer;
      napi_create_int32(env, Answer(), &answer);
      napi_set_named_property(env, exports, "answer", answer);
      return exports;
    }`,
};

/**
 * A clone with the addons' sources and headers, its own cache folder with a library in the place of TensorFlow's, and
 * this machine's compiler.
 */
function withClone(test) {
  return withFolder(async (folder) => {
    const root = path.join(folder, 'clone');
    fs.mkdirSync(path.join(root, KERNELS), { recursive: true });
    fs.copyFileSync(new URL(SOURCE, ROOT), path.join(root, SOURCE));
    for (const [name, text] of Object.entries(STAND_IN))
      fs.writeFileSync(path.join(root, KERNELS, name), text);
    fs.symlinkSync(new URL('node_modules', ROOT), path.join(root, 'node_modules'));
    const env = { ...process.env, SEGCOURSE_CACHE: path.join(folder, 'cache') };
    const context = () => setupContext({ root, env });
    await makeFramework(folder, nativeFolder(context(), native));
    const [processAddon, kernelsAddon] = ownAddons(context(), native);
    const target = (addon) => path.join(root, addon.target);
    const progress = [];
    await test({
      root,
      env,
      progress,
      bin: path.join(folder, 'bin'),
      context,
      processNode: target(processAddon),
      kernelsNode: target(kernelsAddon),
      installProcess: () => installAddon(context(), processAddon, () => {}),
      install: () => installOwnAddons(context(), native, (text) => progress.push(text)),
      ready: () => ownAddonsAreReady(context(), native),
      states: () => ownAddons(context(), native).map((addon) => addonIsInstalled(context(), addon)),
    });
  });
}

async function makeFramework(folder, target) {
  const source = path.join(folder, 'framework.c');
  fs.writeFileSync(source, 'int TF_Answer(void) { return 42; }');
  fs.mkdirSync(target, { recursive: true });
  const library = path.join(target, `libtensorflow_framework.${native.suffix}`);
  const [compiler, ...flags] = await findCompiler(setupContext());
  const { code, output } = await runCommand(compiler, [
    ...flags,
    ...['-shared', '-fPIC', '-x', 'c', source, '-o', library],
  ]);
  assert.equal(code, 0, output);
}

/** Runs a script with the addon's exports in `addon`. */
function runWith(file, script, args = []) {
  const load = `const loaded = { exports: {} }; process.dlopen(loaded, process.argv[1]); const addon = loaded.exports;`;
  return spawnSync(process.execPath, ['-e', `${load}${script}`, file, ...args], { encoding: 'utf8' });
}

describe("the library's own addons", () => {
  before(async function () {
    if (!(await findCompiler(setupContext()))) this.skip();
  });

  it('are compiled once for all clones', () =>
    withClone(async ({ root, env, progress, install, ready, processNode }) => {
      assert.equal(ready(), false);
      assert.equal(await install(), undefined);
      assert.ok(ready());
      const folder = path.dirname(processNode);
      assert.deepEqual(fs.readdirSync(folder).sort(), [
        'kernels.node',
        'kernels.node.json',
        'process.node',
        'process.node.json',
      ]);
      fs.rmSync(path.join(root, '.build'), { recursive: true });
      assert.equal(ready(), false);
      env.PATH = '';
      assert.equal(await install(), undefined);
      assert.ok(ready());
      assert.deepEqual(progress, ['compiling the process addon', 'compiling the kernels addon']);
    }));

  it('are each compiled again when a source of theirs has changed, was added or removed', () =>
    withClone(async ({ root, install, states, progress }) => {
      await install();
      assert.deepEqual(states(), [true, true]);
      const header = path.join(root, KERNELS, 'answer.h');
      fs.appendFileSync(header, '/* newer */');
      assert.deepEqual(states(), [true, false]);
      fs.writeFileSync(header, STAND_IN['answer.h']);
      assert.deepEqual(states(), [true, true]);
      const added = path.join(root, KERNELS, 'more.cc');
      fs.writeFileSync(added, '');
      assert.deepEqual(states(), [true, false]);
      fs.rmSync(added);
      fs.appendFileSync(path.join(root, SOURCE), '/* newer */');
      assert.deepEqual(states(), [false, true]);
      progress.length = 0;
      await install();
      assert.deepEqual(states(), [true, true]);
      assert.deepEqual(progress, ['compiling the process addon']);
    }));

  it('the kernels find the libraries of the TensorFlow that they belong to', () =>
    withClone(async ({ context, install, kernelsNode }) => {
      await install();
      const { stdout, stderr } = runWith(kernelsNode, 'process.stdout.write(String(addon.answer))');
      assert.equal(stdout, '42', stderr);
      const other = { ...native, version: '2.16.2' };
      assert.deepEqual(
        ownAddons(context(), other).map((addon) => addonIsInstalled(context(), addon)),
        [true, false],
      );
    }));

  it('are warnings with the remedy where there is no compiler', () =>
    withClone(async ({ env, install, ready, processNode, kernelsNode }) => {
      env.PATH = '';
      delete env.CXX;
      const warning = await install();
      assert.match(warning, /start-up messages .*: there is no C\+\+ compiler\.\n.*\n[^]*npm run setup/);
      assert.match(warning, /^Networks will train some two times slower .*: there is no C\+\+ compiler\.$/m);
      assert.equal(ready(), false);
      assert.ok(!fs.existsSync(processNode) && !fs.existsSync(kernelsNode));
    }));

  it('are warnings where one does not compile; neither its older self nor half of it is left', () =>
    withClone(async ({ root, env, install, states, kernelsNode }) => {
      await install();
      const cached = () => fs.readdirSync(env.SEGCOURSE_CACHE, { recursive: true, withFileTypes: true });
      const before = cached().filter((entry) => entry.isFile()).length;
      fs.writeFileSync(path.join(root, KERNELS, 'answer.cc'), 'no C++');
      assert.match(
        await install(),
        /^Networks will train some two times slower .*: lib\/runtime\/native\/kernels does not compile: with .*\n[^]*error/,
      );
      assert.deepEqual(states(), [true, false]);
      assert.ok(!fs.existsSync(kernelsNode));
      assert.equal(cached().filter((entry) => entry.isFile()).length, before);
    }));

  it('are removed again where they do not load, so that nothing stumbles over them', () =>
    withClone(async ({ root, env, bin, install, states, processNode, kernelsNode }) => {
      fs.appendFileSync(path.join(root, KERNELS, 'answer.cc'), 'int Gone(); void Use() { Gone(); }');
      assert.match(await install(), /^Networks .*kernels does not load: .*rror.*Gone/);
      assert.deepEqual(states(), [true, false]);
      assert.ok(!fs.existsSync(kernelsNode));
      env.CXX = writeProgram(path.join(bin, 'cxx'), 'for output; do :; done; echo damaged > "$output"');
      assert.match(await install(), /process\.c does not load: .*rror/);
      assert.deepEqual(states(), [false, false]);
      assert.ok(!fs.existsSync(processNode));
    }));

  it('are linked for Linux and for macOS', () => {
    const c = processArguments('/clone', 'so', 'out.node').join(' ');
    assert.match(c, /^-shared .* -x c \/clone\/lib\/runtime\/native\/process\.c -o out\.node$/);
    const linux = kernelsArguments('/clone', ['a.cc', 'b.cc'], '/tf', 'so', 'out.node').join(' ');
    assert.match(linux, /^-shared .* \S+\/kernels\/a\.cc \S+\/kernels\/b\.cc .*-rpath,\/tf -o out\.node$/);
    for (const mac of [
      processArguments('/clone', 'dylib', 'out'),
      kernelsArguments('/clone', [], '/tf', 'dylib', 'out'),
    ])
      assert.match(mac.join(' '), /^-bundle -undefined dynamic_lookup (?!.*-z,now)/);
  });

  it('are not asked for where TensorFlow runs in plain JavaScript', () =>
    withClone(async ({ root, context }) => {
      const step = addonStep(context(), { reason: 'no library for this machine' });
      assert.equal(await step.fresh(), undefined);
      assert.equal(await step.run(), 'skipped: no native TensorFlow');
      assert.ok(!fs.existsSync(path.join(root, '.build')));
    }));
});

describe('the process addon', () => {
  before(async function () {
    if (!(await findCompiler(setupContext()))) this.skip();
  });

  it('catches what is written to file descriptor 2 between capture and release', () =>
    withClone(async ({ installProcess, processNode }) => {
      await installProcess();
      const { stdout, stderr } = runWith(
        processNode,
        `const { writeSync } = require('node:fs');
        const began = addon.capture();
        writeSync(2, 'caught');
        const text = addon.release();
        writeSync(2, 'free');
        writeSync(1, JSON.stringify({ began, text, again: addon.release() }));`,
      );
      assert.deepEqual(JSON.parse(stdout), { began: true, text: 'caught', again: '' });
      assert.equal(stderr, 'free');
    }));

  it('keeps large blocks that are freed for the next', () =>
    withClone(async ({ root, context, installProcess, processNode }) => {
      await installProcess();
      await installProbe(context());
      const { stdout, stderr } = runWith(
        processNode,
        `const probe = { exports: {} };
        process.dlopen(probe, process.argv[2]);
        const { faults } = probe.exports;
        const kept = addon.keepMemory();
        const [first, second] = [faults(), faults()];
        process.stdout.write(JSON.stringify({ kept, first, second }));`,
        [path.join(root, 'probe.node')],
      );
      const { kept, first, second } = JSON.parse(stdout || stderr);
      const glibc = (await describeMachine(context())).glibc !== undefined;
      assert.equal(kept, glibc);
      if (glibc) assert.ok(10 * second < first, stdout);
    }));
});

/** Builds probe.node: faults() allocates 64 MiB, writes to them and frees them; how many pages the system had to map. */
function installProbe(context) {
  const source = path.join(context.root, 'probe.c');
  fs.writeFileSync(
    source,
    `#include <node_api.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/resource.h>
    static napi_value faults(napi_env env, napi_callback_info info) {
      const size_t size = 64 << 20;
      struct rusage before, after;
      getrusage(RUSAGE_SELF, &before);
      volatile char *block = malloc(size);
      for (size_t i = 0; i < size; i += 4096) block[i] = 1;
      free((void *)block);
      getrusage(RUSAGE_SELF, &after);
      napi_value result;
      napi_create_double(env, after.ru_minflt - before.ru_minflt, &result);
      return result;
    }
    NAPI_MODULE_INIT() {
      napi_value function;
      napi_create_function(env, "faults", NAPI_AUTO_LENGTH, faults, NULL, &function);
      napi_set_named_property(env, exports, "faults", function);
      return exports;
    }`,
  );
  const flags = [...sharedArguments(native.suffix), headerArgument(context.root), '-x', 'c', source, '-o'];
  return installAddon(
    context,
    { target: 'probe.node', key: () => 'probe', compilerArguments: (output) => [...flags, output] },
    () => {},
  );
}
