import type * as TS from '@tslab/typescript-for-tslab';
import { settlePropertyNames } from './property-names';

/** Parts of the compiler that its declarations leave out. */
export interface CompilerInternals {
  bindSourceFile(file: TS.SourceFile, options: TS.CompilerOptions): void;
}

/** `program.emit` with the parameter that its declaration leaves out. */
type Emit = (...args: [...Required<Parameters<TS.Program['emit']>>, boolean]) => TS.EmitResult;

/** What tslab puts at the end of a cell that declares names. */
const EXPORT_AT_END = /\nexport \{[^{}\n]*\}$/;

interface ResolvedModules {
  forEach(visit: (resolution: { resolvedModule?: TS.ResolvedModuleFull }) => void): void;
}

/**
 * A builder program without the stock builder's table of which of some 500 declaration files refers to which: to
 * renew it twice per cell took longer than everything else together. tslab needs nothing of it but the source files
 * that a cell imports.
 *
 * tslab converts a cell twice: once to learn its names, and again with an `export` of them all at its end. For the
 * first time the cell alone is enough; there a program, with some 500 files to compare, would be thrown away at once.
 *
 * @param cellFile true for the file that holds the cell, whose local names tslab reads before it is checked
 * @param converting true while tslab converts a cell
 */
export function createLightBuilder(
  ts: typeof TS & CompilerInternals,
  cellFile: (name: string) => boolean,
  converting: () => boolean,
): TS.CreateProgram<TS.EmitAndSemanticDiagnosticsBuilderProgram> {
  return (rootNames, options, host, oldProgram, configDiagnostics, references) => {
    const cell = rootNames?.find(cellFile);
    const text = cell && oldProgram && converting() ? host?.readFile(cell) : undefined;
    if (cell && oldProgram && text !== undefined && !EXPORT_AT_END.test(text)) {
      const file = ts.createSourceFile(cell, text, ts.ScriptTarget.ES2022);
      ts.bindSourceFile(file, oldProgram.getCompilerOptions());
      const { locals } = file as TS.SourceFile & { locals?: Map<string, unknown> };
      if (locals && locals.size > 0) {
        return { ...oldProgram, getSourceFile: (name) => (name === cell ? file : undefined) };
      }
    }
    const builder = ts.createAbstractBuilder(
      rootNames,
      options,
      host,
      oldProgram,
      configDiagnostics,
      references,
    );
    const program = builder.getProgram();
    for (const name of rootNames ?? []) {
      const file = cellFile(name) ? program.getSourceFile(name) : undefined;
      if (file) ts.bindSourceFile(file, program.getCompilerOptions());
    }
    // Declarations are written even where a type has no portable name; between cells any name will do.
    builder.emit = (file, writeFile, token, onlyDeclarations, transformers) => {
      const before = [settlePropertyNames(ts, program.getTypeChecker()), ...(transformers?.before ?? [])];
      const all = [file, writeFile, token, onlyDeclarations, { ...transformers, before }];
      return (program.emit as Emit)(...(all as Required<Parameters<TS.Program['emit']>>), true);
    };
    builder.getAllDependencies = (file) => [...collectSources(program, file, new Set())];
    return builder as TS.EmitAndSemanticDiagnosticsBuilderProgram;
  };
}

function collectSources(program: TS.Program, file: TS.SourceFile, found: Set<string>): Set<string> {
  found.add(file.fileName);
  const { resolvedModules } = file as TS.SourceFile & { resolvedModules?: ResolvedModules };
  resolvedModules?.forEach(({ resolvedModule }) => {
    if (!resolvedModule || resolvedModule.isExternalLibraryImport) return;
    const imported = program.getSourceFile(resolvedModule.resolvedFileName);
    if (imported && !imported.isDeclarationFile && !found.has(imported.fileName)) {
      collectSources(program, imported, found);
    }
  });
  return found;
}
