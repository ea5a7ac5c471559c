import { inspect } from 'node:util';
import { KeyboardInterrupt } from './cell';
import type { Problem } from './prepare';
import type { Place, SourceMaps } from './source-maps';

/** The content of Jupyter's `error` message. */
export interface CellError {
  ename: string;
  evalue: string;
  traceback: string[];
}

const MAX_PLACES = 6;
const MAX_PROBLEMS = 10;
const CONTEXT_LINES = 1;

/** What the compiler found, each with its line and a caret under it. */
export function describeProblems(cell: string, problems: Problem[], maps: SourceMaps): CellError {
  const title = ({ file, line, column, message }: Problem): string =>
    `${file ?? cell}, line ${line + 1}, column ${column + 1}: ${message}`;
  const traceback = problems.slice(0, MAX_PROBLEMS).flatMap((problem) => {
    const place = { cell, line: problem.line + 1, column: problem.column + 1 };
    return [
      red('TypeScriptError') + ` ${title(problem)}`,
      ...(problem.file ? [] : excerpt(place, problem.length, maps)),
    ];
  });
  const more = problems.length - MAX_PROBLEMS;
  if (more > 0) traceback.push(`… and ${more} more`);
  return { ename: 'TypeScriptError', evalue: problems[0] ? title(problems[0]) : '', traceback };
}

/**
 * Anything thrown, with the places in cells that it went through.
 *
 * @param note how it came up, where that is not by an ordinary `throw` in the cell
 */
export function describeThrown(thrown: unknown, maps: SourceMaps, note?: string): CellError {
  if (!isErrorLike(thrown)) {
    const evalue = inspect(thrown);
    return { ename: 'Thrown', evalue, traceback: [`${red('Thrown')}: ${evalue}${suffix(note)}`] };
  }
  const ename = nameOf(thrown);
  const evalue = `${thrown.message}${hintFor(thrown)}`;
  const traceback = [`${red(ename)}: ${evalue}${suffix(note)}`, ...tracePlaces(thrown, maps)];
  const { cause } = thrown;
  if (cause !== undefined) {
    traceback.push(`caused by ${isErrorLike(cause) ? `${nameOf(cause)}: ${cause.message}` : inspect(cause)}`);
  }
  return { ename, evalue, traceback };
}

function tracePlaces(error: Error, maps: SourceMaps): string[] {
  const [first, ...outer] = maps.trace(error);
  if (!first) {
    if (error instanceof KeyboardInterrupt) return [];
    const frames = String(error.stack).split('\n');
    return frames
      .filter((frame) => /^\s+at /.test(frame) && !/tslab|node:internal|evalmachine/.test(frame))
      .slice(0, 3);
  }
  const lines = [`  at ${describe(first)}`, ...excerpt(first, 1, maps)];
  for (const place of outer.slice(0, MAX_PLACES)) {
    lines.push(`  called from ${describe(place)}: ${maps.lineOf(place)?.trim() ?? ''}`);
  }
  if (outer.length > MAX_PLACES) lines.push(`  … and ${outer.length - MAX_PLACES} more`);
  return lines;
}

function describe({ cell, line, column, name }: Place): string {
  return `${cell}, line ${line}${column ? `, column ${column}` : ''}${name ? `, in ${name}` : ''}`;
}

/** The line of the cell and its neighbours, with a caret under the column. */
function excerpt({ cell, line, column }: Place, length: number, maps: SourceMaps): string[] {
  const lines: string[] = [];
  const width = String(line + CONTEXT_LINES).length;
  for (let i = line - CONTEXT_LINES; i <= line + CONTEXT_LINES; i++) {
    const text = maps.lineOf({ cell, line: i });
    if (text === undefined) continue;
    const number = String(i).padStart(width);
    lines.push(i === line ? `${red('>')} ${number} | ${text}` : `  ${number} | ${text}`);
    if (i === line && column) {
      const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
      const carets = '^'.repeat(Math.max(1, Math.min(length, text.length - column + 1)));
      lines.push(`  ${' '.repeat(width)} | ${indent}${red(carets)}`);
    }
  }
  return lines;
}

function isErrorLike(value: unknown): value is Error {
  return (
    value instanceof Error ||
    (typeof value === 'object' && value !== null && 'message' in value && 'stack' in value)
  );
}

function nameOf(error: Error): string {
  return typeof error.name === 'string' && error.name !== '' ? error.name : 'Error';
}

function hintFor(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') return '';
  return `\nThis package has ES modules only; load it by: const module = await import('…')`;
}

function suffix(note: string | undefined): string {
  return note ? ` (${note})` : '';
}

function red(text: string): string {
  return `\x1b[31m${text}\x1b[39m`;
}
