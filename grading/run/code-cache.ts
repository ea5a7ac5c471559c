import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { writeFileWhole } from '../../lib/io/write-file';

/** What of the file is a module's, and of which text: V8 itself compares no more than its length. */
interface Entry {
  hash: string;
  from: number;
  to: number;
}

type Compile = (this: Module, content: string, file: string, ...rest: unknown[]) => unknown;
type MakeScript = (content: string, file: string) => vm.Script | undefined;

/**
 * Loads modules with V8's code for them from a file: a box is there for seconds, and parsing is a good part of them.
 * Code of other text, another V8 or other flags is left alone, as is a file that is missing or damaged.
 */
export function withCode<Value>(cache: string, work: () => Value): Value {
  const { index, code } = read(cache);
  return compilingBy((content, file) => {
    const entry = index.get(file);
    if (entry?.hash !== hashOf(content)) return undefined;
    return makeScript(content, file, code.subarray(entry.from, entry.to));
  }, work);
}

/**
 * Loads modules and keeps what V8 makes of them.
 *
 * @returns the value of `work`, and what writes the code, with that of all functions that have run by then
 */
export function recordCode<Value>(work: () => Value): { value: Value; save(cache: string): void } {
  const loaded = new Map<string, { hash: string; script: vm.Script }>();
  const value = compilingBy((content, file) => {
    const script = makeScript(content, file);
    loaded.set(file, { hash: hashOf(content), script });
    return script;
  }, work);
  return { value, save: (cache) => write(cache, loaded) };
}

function compilingBy<Value>(scriptOf: MakeScript, work: () => Value): Value {
  const loader = Module.prototype as unknown as { _compile: Compile };
  const original = loader._compile;
  loader._compile = function (content, file, ...rest) {
    const script = scriptOf(content, file);
    if (!script) return original.call(this, content, file, ...rest);
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    return run.call(this.exports, this.exports, requireOf(this), this, file, path.dirname(file));
  };
  try {
    return work();
  } finally {
    loader._compile = original;
  }
}

const makeScript = (content: string, filename: string, cachedData?: Buffer): vm.Script =>
  new vm.Script(Module.wrap(content), {
    filename,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });

/** The `require` that Node gives a module; `createRequire` looks through the folders anew for each. */
function requireOf(module: Module): NodeJS.Require {
  const { _resolveFilename: resolve, _resolveLookupPaths: lookUp } = Module as unknown as {
    _resolveFilename(id: string, parent: Module, isMain: boolean, options?: object): string;
    _resolveLookupPaths(id: string, parent: Module): string[] | null;
  };
  const require = (id: string): unknown => module.require(id);
  return Object.assign(require, {
    resolve: Object.assign((id: string, options?: object) => resolve(id, module, false, options), {
      paths: (id: string) => lookUp(id, module),
    }),
    main: load.main,
    cache: load.cache,
    extensions: load.extensions,
  }) as NodeJS.Require;
}

const load = Module.createRequire(__filename);

const hashOf = (content: string): string => createHash('sha1').update(content).digest('base64');

function read(cache: string): { index: Map<string, Entry>; code: Buffer } {
  try {
    const bytes = readFileSync(cache);
    const length = bytes.readUInt32LE(0);
    const entries = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as [string, Entry][];
    return { index: new Map(entries), code: bytes.subarray(4 + length) };
  } catch {
    return { index: new Map(), code: Buffer.alloc(0) };
  }
}

function write(cache: string, loaded: Map<string, { hash: string; script: vm.Script }>): void {
  const codes: Buffer[] = [];
  let end = 0;
  const entries = [...loaded].map(([file, { hash, script }]): [string, Entry] => {
    const code = script.createCachedData();
    codes.push(code);
    const from = end;
    end += code.length;
    return [file, { hash, from, to: end }];
  });
  const header = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  writeFileWhole(cache, Buffer.concat([length, header, ...codes]));
}
