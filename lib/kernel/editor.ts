import type { Engine } from './engine';
import { load } from './lazy';
import type { Content } from './wire';

type Tools = Pick<Engine, 'complete' | 'inspect'>;

/** Jupyter counts a cursor's position in code points, the compiler in UTF-16 units. */
function toUnits(code: string, points: unknown): number {
  return typeof points === 'number' ? [...code].slice(0, points).join('').length : code.length;
}

function toPoints(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}

/** The content of a `complete_reply`. */
export function answerComplete(engine: Tools, request: Content): Content {
  const code = String(request.code);
  const position = toUnits(code, request.cursor_pos);
  const empty = { status: 'ok', matches: [], cursor_start: position, cursor_end: position, metadata: {} };
  try {
    const { start, end, candidates } = engine.complete(code, position);
    const span = { cursor_start: toPoints(code, start), cursor_end: toPoints(code, end) };
    return { ...empty, ...span, matches: candidates };
  } catch {
    // Half-written code can upset the compiler's completion; nothing to offer is the honest answer.
    return { ...empty, cursor_start: request.cursor_pos, cursor_end: request.cursor_pos };
  }
}

/** The content of an `inspect_reply`. */
export function answerInspect(engine: Tools, request: Content): Content {
  const { printQuickInfo } = load('tslab/dist/inspect') as typeof import('tslab/dist/inspect');
  const code = String(request.code);
  const none = { status: 'ok', found: false, data: {}, metadata: {} };
  try {
    const info = engine.inspect(code, toUnits(code, request.cursor_pos));
    return info ? { ...none, found: true, data: { 'text/plain': printQuickInfo(info) } } : none;
  } catch {
    return none;
  }
}

/** The content of an `is_complete_reply`. */
export function answerIsComplete(request: Content): Content {
  const { isCompleteCode } = load('tslab/dist/converter') as typeof import('tslab/dist/converter');
  const { completed, indent } = isCompleteCode(String(request.code));
  return completed ? { status: 'complete' } : { status: 'incomplete', indent: indent ?? '' };
}
