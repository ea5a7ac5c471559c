import { SourceMap, type SourceMapPayload } from 'node:module';

/** A place in a cell; `line` and `column` count from 1. */
export interface Place {
  cell: string;
  line: number;
  column?: number;
  /** Name of the function there. */
  name?: string;
}

interface CellText {
  code: string[];
  /** From the JavaScript that runs to tslab's, and from there to the cell; read when an error asks for them. */
  payloads: SourceMapPayload[];
  maps?: SourceMap[];
  /** Number of lines of the JavaScript; what follows is tslab's wrapper. */
  length: number;
}

/** The kernel's prelude is the first line of a cell's JavaScript. */
const PRELUDE_LINES = 1;
const INLINE_MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;
const FRAME = /^\s+at (?:(.*?) \()?(In\[\w+\]):(\d+):(\d+)\)?$/;

/** Splits tslab's JavaScript from the source map at its end. */
export function splitInlineMap(js: string): { js: string; payload: SourceMapPayload } | undefined {
  const match = INLINE_MAP.exec(js);
  if (!match) return undefined;
  const payload = JSON.parse(Buffer.from(match[1], 'base64').toString()) as SourceMapPayload;
  return { js: js.slice(0, match.index + 1), payload };
}

/** The line of the cell (from 1) for a place in tslab's JavaScript; both positions count from 0. */
export function cellLine(map: SourceMap, line: number, character: number): number {
  const entry = map.findEntry(line, character);
  // tslab puts one line above the cell, so that a line counted from 0 there is one counted from 1 here.
  return 'originalLine' in entry ? entry.originalLine : 1;
}

/** Knows where in which cell the running JavaScript comes from. */
export class SourceMaps {
  private readonly cells = new Map<string, CellText>();
  private readonly awaits = new WeakMap<object, Place[]>();

  /** Remembers the text of a cell before it is compiled. */
  begin(cell: string, code: string): void {
    this.cells.set(cell, { code: code.split('\n'), payloads: [], length: 0 });
  }

  /** @param js the JavaScript of the cell without the kernel's prelude */
  register(cell: string, js: string, payloads: SourceMapPayload[]): void {
    const text = this.cells.get(cell);
    if (text) Object.assign(text, { payloads, length: js.split('\n').length });
  }

  payloads(cell: string): SourceMapPayload[] {
    return this.cells.get(cell)?.payloads ?? [];
  }

  lineOf(place: Place): string | undefined {
    return this.cells.get(place.cell)?.code[place.line - 1];
  }

  /** Remembers that an error went through an `await`, which the error's own stack does not say. */
  noteAwait(error: unknown, place: Place): void {
    if (typeof error !== 'object' || error === null) return;
    const places = this.awaits.get(error) ?? [];
    this.awaits.set(error, [...places, place]);
  }

  /** The places in cells that an error went through, innermost first. */
  trace(error: object): Place[] {
    const stack = (error as { stack?: unknown }).stack;
    const places = (typeof stack === 'string' ? stack.split('\n') : [])
      .map((frame) => this.locate(frame))
      .filter((place): place is Place => place !== undefined);
    const isSame = (a: Place, b: Place): boolean => a.cell === b.cell && a.line === b.line;
    for (const place of this.awaits.get(error) ?? []) {
      if (!places.some((known) => isSame(known, place))) places.push(place);
    }
    return places.filter((place, i) => i === 0 || !isSame(place, places[i - 1]));
  }

  private locate(frame: string): Place | undefined {
    const match = FRAME.exec(frame);
    const text = match && this.cells.get(match[2]);
    if (!text) return undefined;
    let line = Number(match[3]) - 1 - PRELUDE_LINES;
    if (line >= text.length) return undefined;
    let column = Number(match[4]) - 1;
    text.maps ??= text.payloads.map((payload) => new SourceMap(payload));
    for (const map of text.maps) {
      const entry = map.findEntry(line, column);
      if (!('originalLine' in entry)) return undefined;
      line = entry.originalLine;
      column = entry.originalColumn;
    }
    const name = match[1]?.replace(/^(async )?(Proxy\.)?/, '');
    const place = { cell: match[2], line, column: column + 1 };
    return name && name !== 'eval' ? { ...place, name } : place;
  }
}
