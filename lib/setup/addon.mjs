import fs from 'node:fs';
import path from 'node:path';
import {
  addonIsInstalled,
  addonKey,
  headerArgument,
  installAddon,
  sharedArguments,
} from './native-addon.mjs';
import { installOwnAddons, ownAddonsAreReady } from './own-addons.mjs';
import { SetupError } from './steps.mjs';
import { nativeFolder, tensorflowIsComplete } from './tensorflow.mjs';

const PACKAGE = 'node_modules/@tensorflow/tfjs-node-gpu';
/** Where node-pre-gyp looks for it on every Node.js with Node-API 8, that is, 20 and newer. */
const TARGET = `${PACKAGE}/lib/napi-v8/tfjs_binding.node`;
const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'];

/**
 * The addon between TensorFlow.js and the native library, compiled from its npm package's own source, and the library's
 * own addons.
 *
 * @param {ReturnType<typeof import('./wheels.mjs').chooseTensorFlow>} native
 * @returns {import('./steps.mjs').Step}
 */
export function addonStep(context, native) {
  return {
    name: 'TensorFlow addon',
    fresh: () =>
      !native.reason && addonIsReady(context, native) && ownAddonsAreReady(context, native) ? '' : undefined,
    async run(progress) {
      if (native.reason || !tensorflowIsComplete(context, native)) return 'skipped: no native TensorFlow';
      const failure = await installAddon(context, describe(context, native), progress);
      if (failure) return withoutAddon(failure);
      const warning = await installOwnAddons(context, native, progress);
      return { detail: 'compiled', warning };
    },
  };
}

/** Whether node_modules holds the addon that belongs to this TensorFlow. */
export function addonIsReady(context, native) {
  return tensorflowIsComplete(context, native) && addonIsInstalled(context, describe(context, native));
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
    ...sharedArguments(suffix),
    '-O2',
    '-std=c++17',
    '-DNAPI_VERSION=8',
    '-DBUILDING_NODE_EXTENSION',
    headerArgument(root),
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

/** @returns {import('./native-addon.mjs').Addon} */
function describe(context, native) {
  const { root } = context;
  const folder = nativeFolder(context, native);
  return {
    target: TARGET,
    key() {
      const binding = path.join(root, PACKAGE, 'binding');
      const sources = fs
        .readdirSync(binding)
        .sort()
        .map((name) => path.join(binding, name));
      const flags = compilerArguments('', folder, native.suffix, '');
      return addonKey(context, sources, [native.version, native.variant], flags);
    },
    compilerArguments: (output) => compilerArguments(root, folder, native.suffix, output),
  };
}

/** @param {import('./native-addon.mjs').Failure} failure */
function withoutAddon({ cause, message }) {
  if (cause === 'does not compile') {
    throw new SetupError(
      `The TensorFlow addon ${cause} ${message}`,
      'Set CXX to another C++17 compiler (GCC 9 or newer, Clang 10 or newer) and run npm run setup.',
    );
  }
  const reason = cause === 'no compiler' ? message : `the addon ${cause}: ${message}`;
  return {
    detail: 'not available',
    warning: `Networks will train in plain JavaScript, many times slower: ${reason}`,
  };
}
