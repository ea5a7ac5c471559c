import type { Content } from './wire';

/** This kernel keeps one session's history, so that every entry carries the same number. */
const SESSION = 1;

interface Entry {
  line: number;
  input: string;
  output: string | null;
}

/** What was run in this session, for `history_request`. */
export class History {
  private readonly entries: Entry[] = [];

  add(line: number, input: string): void {
    this.entries.push({ line, input, output: null });
  }

  setOutput(line: number, output: string): void {
    const entry = this.entries.filter((candidate) => candidate.line === line).at(-1);
    if (entry) entry.output = output;
  }

  answer(request: Content): Content {
    const history = this.select(request).map(({ line, input, output }) => [
      SESSION,
      line,
      request.output === true ? [input, output] : input,
    ]);
    return { status: 'ok', history };
  }

  private select(request: Content): Entry[] {
    const count = typeof request.n === 'number' ? request.n : undefined;
    const last = (entries: Entry[]): Entry[] =>
      count === undefined ? entries : count > 0 ? entries.slice(-count) : [];
    switch (request.hist_access_type) {
      case 'tail':
        return last(this.entries);
      case 'range':
        return this.range(request);
      case 'search': {
        const pattern = toRegExp(String(request.pattern ?? '*'));
        const found = this.entries.filter(({ input }) => pattern.test(input));
        return last(request.unique === true ? latestOfEach(found) : found);
      }
      default:
        return [];
    }
  }

  /** Session 0 is the running one, -1 the one before it, and so on. */
  private range(request: Content): Entry[] {
    if (request.session !== SESSION && request.session !== 0) return [];
    const start = typeof request.start === 'number' ? request.start : 1;
    const stop = typeof request.stop === 'number' ? request.stop : Infinity;
    return this.entries.filter(({ line }) => line >= start && line < stop);
  }
}

/** A glob as SQLite, and so IPython, understands it: `*` any text, `?` any character. */
function toRegExp(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function latestOfEach(entries: Entry[]): Entry[] {
  return entries.filter((entry, i) => !entries.slice(i + 1).some(({ input }) => input === entry.input));
}
