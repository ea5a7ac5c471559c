import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './command.mjs';
import { copyFile, hashOf, hashOfFiles, readJson, writeJson } from './files.mjs';
import { findCompiler } from './prerequisites.mjs';
import { remedyFor, systemFamily } from './remedies.mjs';

/**
 * A Node-API addon that set-up compiles: once for all clones, into the cache folder, under the hash of all that it is
 * made from. Node-API is stable, so one binary serves all Node.js versions and needs no headers but those of
 * `node-api-headers`.
 *
 * @typedef {object} Addon
 * @property {string} target where the clone wants it, relative to the clone; a stamp with its key is written beside it
 * @property {() => string} key as `addonKey` makes it
 * @property {(output: string) => string[]} compilerArguments
 */

/** @typedef {{ cause: 'no compiler' | 'does not compile' | 'does not load', message: string }} Failure */

/**
 * The arguments that make an addon of a source. On Linux all that it calls is looked up when it is loaded, so that what
 * is missing shows then, and not in the middle of training; on macOS that is the rule.
 *
 * @param {'so' | 'dylib'} suffix of the system's shared libraries
 */
export function sharedArguments(suffix) {
  return [
    ...(suffix === 'dylib' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-Wl,-z,now']),
    '-fPIC',
  ];
}

/** Where Node-API's headers are, as a compiler's argument. */
export function headerArgument(root) {
  return `-I${path.join(root, 'node_modules/node-api-headers/include')}`;
}

/**
 * @param {string[]} sources files
 * @param {string[]} libraries what says which libraries it is linked with
 * @param {string[]} flags the compiler's arguments without those that name this clone
 */
export function addonKey({ arch, env }, sources, libraries, flags) {
  const parts = [hashOfFiles(sources), ...libraries, arch, env.CXX ?? '', flags.join(' ')];
  return hashOf(parts.join('\n')).slice(0, 24);
}

/** Whether the clone has the addon, made from its sources as they are. */
export function addonIsInstalled({ root }, { target, key }) {
  return fs.existsSync(path.join(root, target)) && readJson(stampFile(root, target))?.key === key();
}

/**
 * Takes the addon from the cache folder, where it is compiled first if need be, and tries whether it loads.
 *
 * @param {Addon} addon
 * @param {(text: string) => void} progress
 * @returns {Promise<Failure | undefined>} undefined when it is there; an addon that does not load is removed again
 */
export async function installAddon(context, addon, progress) {
  const { root, cache } = context;
  const key = addon.key();
  const cached = path.join(cache, 'addons', key, path.basename(addon.target));
  if (!fs.existsSync(cached)) {
    progress('compiling');
    const failure = await compile(context, addon, cached);
    if (failure) return failure;
  }
  const target = path.join(root, addon.target);
  copyFile(cached, target);
  const load = 'process.dlopen({ exports: {} }, process.argv[1])';
  const { code, output } = await runCommand(process.execPath, ['-e', load, target]);
  if (code !== 0) {
    fs.rmSync(target);
    fs.rmSync(path.dirname(cached), { recursive: true });
    return { cause: 'does not load', message: firstError(output) };
  }
  writeJson(stampFile(root, addon.target), { key });
  return undefined;
}

async function compile(context, addon, cached) {
  const found = await findCompiler(context);
  if (!found) {
    const remedy = remedyFor('compiler', systemFamily(context.platform));
    return {
      cause: 'no compiler',
      message: `there is no C++ compiler.\n${remedy}\nThen run npm run setup.`,
    };
  }
  const [compiler, ...flags] = found;
  fs.mkdirSync(path.dirname(cached), { recursive: true });
  const beside = `${cached}.${process.pid}`;
  const args = [...flags, ...addon.compilerArguments(beside)];
  const { code, output } = await runCommand(compiler, args, { env: context.env });
  if (code !== 0)
    return { cause: 'does not compile', message: `with ${compiler}:\n${output.slice(0, 1200)}` };
  fs.renameSync(beside, cached);
  return undefined;
}

function firstError(output) {
  const lines = output.trim().split('\n');
  return lines.find((line) => /^\w*Error: /.test(line)) ?? output.slice(-300);
}

function stampFile(root, target) {
  return path.join(root, `${target}.json`);
}
