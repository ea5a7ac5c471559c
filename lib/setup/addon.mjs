import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { copyFile, hashOf, hashOfFiles, readJson, writeJson } from './files.mjs';
import { findCompiler } from './prerequisites.mjs';
import { remedyFor, systemFamily } from './remedies.mjs';
import { SetupError } from './steps.mjs';
import { tensorflowFolder, tensorflowIsComplete } from './tensorflow.mjs';

const PACKAGE = 'node_modules/@tensorflow/tfjs-node-gpu';
/** Where node-pre-gyp looks for it on every Node.js with Node-API 8, that is, 20 and newer. */
const ADDON = `${PACKAGE}/lib/napi-v8/tfjs_binding.node`;
const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'];

/**
 * The Node-API addon between TensorFlow.js and the native library, compiled from its npm package's own source. Node-API
 * is stable, so one binary serves all Node.js versions and needs no headers but those of `node-api-headers`.
 *
 * @param {ReturnType<typeof import('./wheels.mjs').chooseTensorFlow>} native
 * @returns {import('./steps.mjs').Step}
 */
export function addonStep(context, native) {
  return {
    name: 'TensorFlow addon',
    fresh: () => (!native.reason && addonIsReady(context, native) ? '' : undefined),
    async run(progress) {
      if (native.reason || !tensorflowIsComplete(context, native)) return 'skipped: no native TensorFlow';
      const key = addonKey(context, native);
      const cached = path.join(context.cache, 'addons', key, 'tfjs_binding.node');
      if (!fs.existsSync(cached)) {
        const compiler = await findCompiler(context);
        if (!compiler) return withoutCompiler(context);
        progress('compiling');
        await compile(context, native, compiler, cached);
      }
      const target = path.join(context.root, ADDON);
      copyFile(cached, target);
      const loaded = await runCommand(process.execPath, [
        '-e',
        'process.dlopen({ exports: {} }, process.argv[1])',
        target,
      ]);
      if (loaded.code !== 0) {
        fs.rmSync(target);
        fs.rmSync(path.dirname(cached), { recursive: true });
        return slow(
          `the addon does not load: ${
            loaded.output
              .trim()
              .split('\n')
              .find((line) => line.includes('rror')) ?? loaded.output.slice(-300)
          }`,
        );
      }
      writeJson(stampFile(context), { key });
      return 'compiled';
    },
  };
}

/** Whether node_modules holds the addon that belongs to this TensorFlow. */
export function addonIsReady(context, native) {
  return (
    fs.existsSync(path.join(context.root, ADDON)) &&
    tensorflowIsComplete(context, native) &&
    readJson(stampFile(context))?.key === addonKey(context, native)
  );
}

/**
 * The compiler's arguments. The libraries are found again at run time by the path they have in the cache folder.
 *
 * @param {'so' | 'dylib'} suffix
 * @param {string} folder the `tensorflow` folder with libraries and `include`
 */
export function compilerArguments(root, folder, suffix, output) {
  const source = path.join(root, PACKAGE);
  return [
    ...(suffix === 'dylib' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
    '-fPIC',
    '-O2',
    '-std=c++17',
    '-DNAPI_VERSION=8',
    '-DBUILDING_NODE_EXTENSION',
    `-I${path.join(root, 'node_modules/node-api-headers/include')}`,
    `-I${path.join(folder, 'include')}`,
    `-I${source}`,
    ...SOURCES.map((name) => path.join(source, 'binding', name)),
    `-L${folder}`,
    '-ltensorflow',
    '-ltensorflow_framework',
    `-Wl,-rpath,${folder}`,
    '-o',
    output,
  ];
}

async function compile(context, native, [compiler, ...flags], cached) {
  fs.mkdirSync(path.dirname(cached), { recursive: true });
  const beside = `${cached}.${process.pid}`;
  const folder = path.join(tensorflowFolder(context, native), 'tensorflow');
  const args = [...flags, ...compilerArguments(context.root, folder, native.suffix, beside)];
  const { code, output } = await runCommand(compiler, args, { env: context.env });
  if (code !== 0) {
    throw new SetupError(
      `The TensorFlow addon does not compile with ${compiler}:\n${output.slice(0, 1200)}`,
      'Set CXX to another C++17 compiler (GCC 9 or newer, Clang 10 or newer) and run npm run setup.',
    );
  }
  fs.renameSync(beside, cached);
}

function addonKey(context, native) {
  const binding = path.join(context.root, PACKAGE, 'binding');
  const sources = fs
    .readdirSync(binding)
    .sort()
    .map((name) => path.join(binding, name));
  const folder = path.join(tensorflowFolder(context, native), 'tensorflow');
  const flags = compilerArguments('', folder, native.suffix, '').join(' ');
  const parts = [
    hashOfFiles(sources),
    native.version,
    native.variant,
    context.arch,
    context.env.CXX ?? '',
    flags,
  ];
  return hashOf(parts.join('\n')).slice(0, 24);
}

function withoutCompiler({ platform }) {
  return slow(
    `there is no C++ compiler.\n${remedyFor('compiler', systemFamily(platform))}\nThen run npm run setup.`,
  );
}

function slow(reason) {
  return {
    detail: 'not available',
    warning: `Networks will train in plain JavaScript, many times slower: ${reason}`,
  };
}

function stampFile({ root }) {
  return path.join(root, path.dirname(ADDON), 'segcourse.json');
}
