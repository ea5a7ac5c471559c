import { readFileSync, statSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { cacheFolder } from '../io/cache-folder';
import { writeFileWhole } from '../io/write-file';
import { load } from './lazy';

type Compile = (this: Module, content: string, file: string, ...rest: unknown[]) => unknown;

/** Saves the machine code of the module, with that of all its functions that have run by now. */
export type SaveCode = () => void;

/**
 * Loads a large CommonJS module from V8's cached code, without which the compiler alone takes some hundred
 * milliseconds of parsing. V8 itself refuses code of another version or other flags.
 *
 * @param file absolute path of the module
 * @returns what saves the code for the next start; undefined if there is nothing new to save
 */
export function loadWithCodeCache(file: string): SaveCode | undefined {
  const cache = cacheFile(file);
  const loader = Module.prototype as unknown as { _compile: Compile };
  const original = loader._compile;
  let script: vm.Script | undefined;
  loader._compile = function (content, name, ...rest) {
    if (name !== file) return original.call(this, content, name, ...rest);
    script = new vm.Script(Module.wrap(content), {
      filename: file,
      cachedData: read(cache),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    return run.call(this.exports, this.exports, Module.createRequire(file), this, file, path.dirname(file));
  };
  try {
    load(file);
  } finally {
    loader._compile = original;
  }
  if (!script || script.cachedDataRejected === false) return undefined;
  const compiled = script;
  return () => save(cache, compiled);
}

/** V8 compares no more of the source than its length, so that the name of the cache says which one it is of. */
function cacheFile(file: string): string {
  const { size, mtimeMs } = statSync(file);
  const source = [path.basename(file, '.js'), size, Math.round(mtimeMs)].join('-');
  return path.join(cacheFolder(), 'kernel', `${source}-node-${process.version}-${process.arch}.code`);
}

function read(cache: string): Buffer | undefined {
  try {
    return readFileSync(cache);
  } catch {
    return undefined;
  }
}

function save(cache: string, script: vm.Script): void {
  try {
    writeFileWhole(cache, script.createCachedData());
  } catch {
    // A full or read-only disk costs the next start some time, and nothing else.
  }
}
