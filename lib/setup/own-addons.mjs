import fs from 'node:fs';
import path from 'node:path';
import {
  addonIsInstalled,
  addonKey,
  headerArgument,
  installAddon,
  sharedArguments,
} from './native-addon.mjs';
import { nativeFolder } from './tensorflow.mjs';

const PROCESS = 'lib/runtime/native/process.c';
const KERNELS = 'lib/runtime/native/kernels';

/**
 * An addon of the library's own. Everything works without it.
 *
 * @typedef {import('./native-addon.mjs').Addon & { name: string, source: string, without: string }} OwnAddon `source`: a
 *   file or folder of the clone; `without`: what is worse where it is missing
 */

/**
 * @param {ReturnType<typeof import('./wheels.mjs').chooseTensorFlow>} native
 * @returns {OwnAddon[]}
 */
export function ownAddons(context, native) {
  return [processAddon(context, native), kernelsAddon(context, native)];
}

/** Whether the clone has all of them, made from their sources as they are. */
export function ownAddonsAreReady(context, native) {
  return ownAddons(context, native).every((addon) => addonIsInstalled(context, addon));
}

/**
 * Installs them. No failure stops set-up.
 *
 * @param {ReturnType<typeof import('./wheels.mjs').chooseTensorFlow>} native
 * @param {(text: string) => void} progress
 * @returns {Promise<string | undefined>} a warning that names each that could not be installed
 */
export async function installOwnAddons(context, native, progress) {
  const warnings = [];
  for (const addon of ownAddons(context, native)) {
    const failure = await installAddon(context, addon, (text) => progress(`${text} the ${addon.name}`));
    if (!failure) continue;
    // One made from older sources could disagree with the TypeScript that calls it.
    fs.rmSync(path.join(context.root, addon.target), { force: true });
    warnings.push(describeFailure(addon, failure));
  }
  return warnings.length ? warnings.join('\n') : undefined;
}

/**
 * The process addon's arguments. The compiler is the C++ one that the TensorFlow addon needs anyway, told that this is C.
 *
 * @param {'so' | 'dylib'} suffix
 */
export function processArguments(root, suffix, output) {
  return [
    ...sharedArguments(suffix),
    '-O2',
    headerArgument(root),
    '-x',
    'c',
    path.join(root, PROCESS),
    '-o',
    output,
  ];
}

/**
 * The kernels addon's arguments.
 *
 * @param {string[]} names of the sources to compile
 * @param {string} folder the `tensorflow` folder with libraries and `include`
 * @param {'so' | 'dylib'} suffix
 */
export function kernelsArguments(root, names, folder, suffix, output) {
  return [
    ...sharedArguments(suffix),
    '-O3',
    '-std=c++17',
    '-pthread',
    // Vectors are passed between functions of this addon only.
    '-Wno-psabi',
    // Else kernels.h includes a header that set-up leaves in the wheel.
    '-DIS_SLIM_BUILD',
    headerArgument(root),
    `-I${path.join(folder, 'include')}`,
    ...names.map((name) => path.join(root, KERNELS, name)),
    `-L${folder}`,
    '-ltensorflow_framework',
    `-Wl,-rpath,${folder}`,
    '-o',
    output,
  ];
}

/** @returns {OwnAddon} */
function processAddon(context, { suffix }) {
  const { root } = context;
  return {
    name: 'process addon',
    source: PROCESS,
    without: 'TensorFlow will print its start-up messages and return its memory too early',
    target: '.build/native/process.node',
    key: () => addonKey(context, [path.join(root, PROCESS)], [suffix], processArguments('', suffix, '')),
    compilerArguments: (output) => processArguments(root, suffix, output),
  };
}

/** @returns {OwnAddon} */
function kernelsAddon(context, native) {
  const { root } = context;
  const { suffix, version, variant } = native;
  const folder = nativeFolder(context, native);
  const names = (...endings) =>
    fs
      .readdirSync(path.join(root, KERNELS))
      .filter((name) => endings.includes(path.extname(name)))
      .sort();
  return {
    name: 'kernels addon',
    source: KERNELS,
    without: 'Networks will train some two times slower on the processor',
    target: '.build/native/kernels.node',
    key() {
      const sources = names('.cc', '.h').map((name) => path.join(root, KERNELS, name));
      const flags = kernelsArguments('', names('.cc'), folder, suffix, '');
      return addonKey(context, sources, [version, variant], flags);
    },
    compilerArguments: (output) => kernelsArguments(root, names('.cc'), folder, suffix, output),
  };
}

/** @param {import('./native-addon.mjs').Failure} failure */
function describeFailure({ source, without }, { cause, message }) {
  return `${without}: ${cause === 'no compiler' ? message : `${source} ${cause}: ${message}`}`;
}
