import type { Files } from '../files';
import type { Secrets } from './secrets';
import { skeleton, type Skeleton } from './skeleton';
import { squeezeLines } from './squeeze';
import { type View, views } from './views';

/** Something that must not leave, in a file that would. */
export interface Leak {
  file: string;
  line: number;
  /** How it stands there: text, string, base64, percent codes, program. */
  form: string;
  /** What stands there, shortened. */
  text: string;
  /** Where it comes from. */
  from: string;
}

const LONGEST_SHOWN = 100;
const CODE = /[=({;]/;

/**
 * Searches every file that leaves for solutions and for the grader: as text whatever its spaces and quotation marks, in
 * strings, base64, percent codes, gzip, source maps, outputs and attachments, and as code whatever its variables are
 * called.
 *
 * @param own files that may hold programs like the solutions, since they are the library's own
 */
export async function findLeaks(files: Files, secrets: Secrets, own: ReadonlySet<string>): Promise<Leak[]> {
  const programs = new ProgramIndex(secrets);
  const leaks: Leak[] = [];
  for (const [file, content] of files) {
    const found: Leak[] = [];
    for (const view of views(file, content)) {
      found.push(...textLeaks(file, view, secrets.texts), ...nameLeaks(file, view, secrets.names));
      if (!own.has(file) && CODE.test(view.text)) found.push(...(await programLeaks(file, view, programs)));
    }
    leaks.push(...withoutRepeats(found));
  }
  return leaks;
}

function textLeaks(file: string, view: View, texts: ReadonlyMap<string, string>): Leak[] {
  const squeezed = squeezeLines(view.text);
  const leaks: Leak[] = [];
  for (const [text, from] of texts) {
    const at = squeezed.text.indexOf(text);
    if (at < 0) continue;
    const line = view.lineAt(squeezed.lineAt(at));
    leaks.push({ file, line, form: view.form, text: text.slice(0, LONGEST_SHOWN), from });
  }
  return leaks;
}

function nameLeaks(file: string, view: View, names: ReadonlyMap<string, string>): Leak[] {
  const leaks: Leak[] = [];
  for (const { 0: name, index } of view.text.matchAll(/[A-Za-z_$][\w$]*/g)) {
    const from = names.get(name);
    if (from === undefined) continue;
    const line = view.lineAt(view.text.slice(0, index).split('\n').length - 1);
    leaks.push({ file, line, form: view.form, text: name, from });
  }
  return leaks;
}

async function programLeaks(file: string, view: View, programs: ProgramIndex): Promise<Leak[]> {
  const program = await skeleton(view.text);
  const from = program && programs.find(program);
  if (!from) return [];
  return [
    { file, line: view.lineAt(0), form: `${view.form}, as a program`, text: `the code of ${from}`, from },
  ];
}

/** The runs of syntax that solutions and hidden cases have and what students see has not, by their length. */
class ProgramIndex {
  readonly #runs = new Map<number, Map<string, string>>();

  constructor({ programs, visiblePrograms }: Secrets) {
    for (const { skeleton: program, run: length, from } of programs) {
      const known = this.#runs.get(length) ?? new Map<string, string>();
      for (const run of runs(program, length)) known.set(run, from);
      this.#runs.set(length, known);
    }
    for (const [length, known] of this.#runs) {
      for (const program of visiblePrograms) for (const run of runs(program, length)) known.delete(run);
    }
  }

  find(program: Skeleton): string | undefined {
    for (const [length, known] of this.#runs) {
      for (const run of runs(program, length)) {
        const from = known.get(run);
        if (from !== undefined) return from;
      }
    }
    return undefined;
  }
}

function* runs({ symbols }: Skeleton, length: number): Generator<string> {
  for (let end = length; end <= symbols.length; end++) yield symbols.slice(end - length, end).join(' ');
}

/** Each thing once a file, at the first place where it was found. */
function withoutRepeats(leaks: Leak[]): Leak[] {
  const seen = new Set<string>();
  return leaks.filter(({ text }) => !seen.has(text) && seen.add(text));
}
