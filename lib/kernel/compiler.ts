import { SourceMap, type SourceMapPayload } from 'node:module';
import type * as TS from '@tslab/typescript-for-tslab';
import { type CompilerInternals, createLightBuilder } from './builder';
import { preludeFor } from './cell-runtime';
import { loadWithCodeCache, type SaveCode } from './compile-cache';
import { load } from './lazy';
import { overlayPackages } from './packages';
import { cellLine, type SourceMaps, splitInlineMap } from './source-maps';
import { interceptWaits } from './transform';

/**
 * Complaints that only packages that publish their declarations need heed. tslab exports every top-level name, so that
 * without this `const vega = await import('vega')` and class expressions with private members would fail.
 */
const DECLARATION_ONLY = new Set([2527, 2742, 4020, 4023, 4025, 4058, 4060, 4094, 7056]);

/** Where tslab keeps the text of the cell. */
const CELL_FILE = '__tslab__.ts';

const COMPILER = load.resolve('@tslab/typescript-for-tslab');
let saveCode: SaveCode | undefined;

/** Loads the compiler's code; only the first call takes time. */
export function loadCompiler(): void {
  if (!load.cache[COMPILER]) saveCode = loadWithCodeCache(COMPILER);
}

/** Keeps the compiler's code for the next start of a kernel, if that is not done yet. Takes a moment. */
export function saveCompiler(): void {
  saveCode?.();
  saveCode = undefined;
}

/**
 * Hands tslab's converter a copy of its compiler's namespace with our settings, and returns that copy. Must run
 * before tslab is loaded.
 *
 * @param nameOfCell the name that the cell being compiled has in stack traces
 * @param converting true while tslab converts a cell, as opposed to looking something up in it
 */
export function patchCompiler(
  maps: SourceMaps,
  nameOfCell: () => string,
  converting: () => boolean,
): typeof TS {
  loadCompiler();
  const original = load(COMPILER) as typeof TS & CompilerInternals;
  const patched = { ...original };
  patched.createWatchCompilerHost = ((
    files: string[],
    options: TS.CompilerOptions,
    system: TS.System,
    _builder: null,
    ...rest: [TS.DiagnosticReporter?, TS.WatchStatusReporter?]
  ) => {
    overlayPackages(system);
    ignoreWatchers(system);
    separateTimers(system);
    const builder = createLightBuilder(original, (name) => name.endsWith(CELL_FILE), converting);
    return original.createWatchCompilerHost(files, adjust(original, options), system, builder, ...rest);
  }) as unknown as typeof TS.createWatchCompilerHost;
  patched.getPreEmitDiagnosticsOfFiles = (program, files) =>
    original.getPreEmitDiagnosticsOfFiles(program, files).filter(({ code }) => !DECLARATION_ONLY.has(code));
  patched.transpileModule = (js, options) => transpile(original, maps, nameOfCell, js, options);
  const loaded = load.cache[COMPILER];
  if (loaded) loaded.exports = patched;
  return patched;
}

function adjust(ts: typeof TS, options: TS.CompilerOptions): TS.CompilerOptions {
  return {
    ...options,
    strict: true,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    inlineSourceMap: true,
    types: ['node'],
  };
}

/** Some 500 declaration files do not change during a session, and each watcher costs start-up time; only the cells' own do. */
function ignoreWatchers(system: TS.System): void {
  const { watchFile, watchDirectory } = system;
  const still = (name: string): boolean =>
    /\/(node_modules|\.build)(\/|$)/.test(name) && !/\/__(tslab|prev)__\.[^/]*$/.test(name);
  const nothing = { close: (): void => undefined };
  system.watchFile = (name, ...rest) => (still(name) ? nothing : (watchFile?.(name, ...rest) ?? nothing));
  system.watchDirectory = (name, ...rest) =>
    still(name) ? nothing : (watchDirectory?.(name, ...rest) ?? nothing);
}

/**
 * tslab has room for one timer, that of the program; the compiler sets a second one when files come or go in a folder of
 * modules that were not found, and the next cell would end with "Unexpected pending rebuildTimer".
 */
function separateTimers(system: TS.System): void {
  const { setTimeout: schedule, clearTimeout: cancel } = system;
  const lookups = new Set<unknown>();
  system.setTimeout = (callback, ...rest) => {
    if (callback.name !== 'invalidateResolutionsOfFailedLookup') return schedule!(callback, ...rest);
    const timer = setTimeout(() => {
      lookups.delete(timer);
      callback();
    }).unref();
    lookups.add(timer);
    return timer;
  };
  system.clearTimeout = (timer: NodeJS.Timeout) =>
    lookups.delete(timer) ? clearTimeout(timer) : cancel!(timer);
}

/** tslab's second step, from ES modules to CommonJS, with our rewriting and source maps. */
function transpile(
  ts: typeof TS,
  maps: SourceMaps,
  nameOfCell: () => string,
  input: string,
  options: TS.TranspileOptions,
): TS.TranspileOutput {
  const split = splitInlineMap(input);
  if (!split) return ts.transpileModule(input, options);
  const toCell = new SourceMap(split.payload);
  const lineOf = ({ line, character }: TS.LineAndCharacter): number => cellLine(toCell, line, character);
  const output = ts.transpileModule(split.js, {
    ...options,
    compilerOptions: { ...options.compilerOptions, sourceMap: true },
    transformers: { before: [interceptWaits(ts, lineOf)] },
  });
  const body = output.outputText.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');
  const isCell = split.payload.sources.some((source) => source.endsWith(CELL_FILE));
  const name = isCell ? nameOfCell() : split.payload.sources[0];
  if (isCell && output.sourceMapText) {
    maps.register(name, body, [JSON.parse(output.sourceMapText) as SourceMapPayload, split.payload]);
  }
  const label = isCell ? `//# sourceURL=${name}\n` : '';
  return { ...output, outputText: `${preludeFor(name)}\n${body}${label}` };
}
