import type { SourceMapPayload } from 'node:module';
import type { Converter, ConvertResult, Diagnostic } from 'tslab/dist/converter';
import type * as TS from '@tslab/typescript-for-tslab';
import { patchCompiler, saveCompiler } from './compiler';
import { keepDefined } from './declarations';
import { load } from './lazy';
import { findProblems, hasTopLevelForAwait, prepare, type Problem } from './prepare';
import { SourceMaps } from './source-maps';

/** What a library needs only for its types, compiled once in idle time. */
const WARM_UP = "import { tf } from 'segcourse';\ntf.layers.dense({ units: 1 }).name;";

/** The JavaScript of a cell, with everything that another process needs to run it and to tell of its errors. */
export interface CompiledCell {
  /** What the cell is called in stack traces, such as `In[3]`. */
  name: string;
  code: string;
  /** What is wrong with it; it must not run then. */
  problems: Problem[];
  javascript: string;
  hasTopLevelAwait: boolean;
  /** Name under which the cell leaves the value of its last expression. */
  lastExpression?: string;
  /** Modules of the notebook's own folder that it imports, by path without its ending. */
  modules: { path: string; data: string }[];
  maps: SourceMapPayload[];
  /** Declarations of all names that cells share, as this cell leaves them when it comes to its end. */
  declarations: string;
}

/** tslab's converter: type-checked TypeScript in, JavaScript out. Runs nothing of what it compiles. */
export class CellCompiler {
  readonly ts: typeof TS;
  readonly converter: Converter;
  private name = 'In[0]';
  private converting = false;
  private count = 0;

  /** Loads the compiler, which takes about a second. */
  constructor(private readonly maps = new SourceMaps()) {
    this.ts = patchCompiler(
      this.maps,
      () => this.name,
      () => this.converting,
    );
    const { createConverter } = load('tslab/dist/converter') as typeof import('tslab/dist/converter');
    this.converter = createConverter({ isJS: false, isBrowser: false });
  }

  /** Compiles what most notebooks import, so that their first cell need not wait for it. */
  warmUp(): void {
    this.convert('', WARM_UP);
    saveCompiler();
  }

  /** Begins a cell: its text as `convert` takes it, and what tslab would stumble over. */
  begin(name: string, code: string): { text: string; problems: Problem[] } {
    this.name = name;
    this.maps.begin(name, code);
    const text = prepare(this.ts, code);
    return { text, problems: findProblems(this.ts, text) };
  }

  /** @param declarations those of the cells before */
  convert(declarations: string, source: string): ConvertResult {
    this.converting = true;
    try {
      // tslab takes the same text after the same declarations for no change, and has no program for it then.
      const converted = this.converter.convert(declarations, `${source}\n//${++this.count}`);
      converted.hasToplevelAwait ||= hasTopLevelForAwait(this.ts, source);
      return converted;
    } finally {
      this.converting = false;
    }
  }

  /** All of it at once, for a cell that runs elsewhere. */
  compile(name: string, code: string, declarations: string): CompiledCell {
    const { text, problems } = this.begin(name, code);
    const converted: ConvertResult =
      problems.length > 0 ? { diagnostics: [] } : this.convert(declarations, text);
    problems.push(...converted.diagnostics.map(toProblem));
    return {
      name,
      code,
      problems,
      javascript: converted.output ?? '',
      hasTopLevelAwait: converted.hasToplevelAwait ?? false,
      lastExpression: converted.lastExpressionVar,
      modules: converted.sideOutputs ?? [],
      maps: this.maps.payloads(name),
      declarations: problems.length > 0 ? declarations : (converted.declOutput ?? ''),
    };
  }

  /** What a cell that failed half-way leaves of its declarations. */
  keepDefined(declarations: string, isDefined: (name: string) => boolean): string {
    return keepDefined(this.ts, declarations, isDefined);
  }
}

export function toProblem({ start, end, messageText, fileName }: Diagnostic): Problem {
  return {
    line: start.line,
    column: start.character,
    length: end.line === start.line ? end.character - start.character : 1,
    message: messageText,
    file: fileName,
  };
}
