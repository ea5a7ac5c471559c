import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { notebookNames, readNotebook, sourceFolder } from '../../assignments';
import { type Cell, type Notebook, sourceOf } from '../../notebook';
import { studentNotebookMaker } from '../student-notebook';
import { readCode } from './read-code';
import { skeleton, type Skeleton } from './skeleton';
import { squeeze } from './squeeze';

/** Shorter lines, such as `kernelSize: 3,`, stand in any program. */
const SHORTEST_LINE = 20;
/** Lines and strings of hidden cases that are no coincidence where the library has them too. */
const LONG_LINE = 60;
const LONG_STRING = 24;
/** Names of one word are anybody's. */
const DISTINCTIVE_NAME = /^(?=.{10})\w*[a-z][A-Z]/;
/** Where hidden cases are; nothing there may leave, even what the library says too. */
const HIDDEN_CASES = 'grading/exercises/';
/** What is public besides the students' notebooks. */
const PUBLIC = [
  'lib',
  'README.md',
  'package.json',
  'data/manifest.json',
  'grading/release/student-readme.md',
];

export interface Secrets {
  /** Squeezed texts, and where each comes from. */
  texts: Map<string, string>;
  /** Names that the grader declares, and where. */
  names: Map<string, string>;
  /** Programs of solutions, whole cells, and where each comes from. */
  programs: { skeleton: Skeleton; from: string }[];
  /** Programs that students see. */
  visiblePrograms: Skeleton[];
}

/** What students see anyway. */
interface Open {
  squeezed: string;
  names: ReadonlySet<string>;
}

const openTexts = (texts: string[]): Open => ({
  squeezed: texts.map(squeeze).join('\n'),
  names: new Set(texts.join('\n').match(/[\w$]+/g)),
});

/** All that must not leave: what solutions say that students' notebooks do not, and what the grader says. */
export async function collectSecrets(root: string): Promise<Secrets> {
  const studentNotebook = await studentNotebookMaker();
  const notebooks = notebookNames(sourceFolder(root)).map((name) => {
    const source = readNotebook(sourceFolder(root), name);
    return { name, source, student: studentNotebook(source) };
  });
  const shown = notebooks.flatMap(({ student }) => student.cells.map(sourceOf));
  const open = openTexts([...shown, ...publicTexts(root)]);
  const secrets: Secrets = { texts: new Map(), names: new Map(), programs: [], visiblePrograms: [] };
  for (const { name, source, student } of notebooks) await addNotebook(secrets, name, source, student, open);
  await addGrader(secrets, root, open);
  return secrets;
}

async function addNotebook(
  { texts, programs, visiblePrograms }: Secrets,
  name: string,
  source: Notebook,
  student: Notebook,
  open: Open,
): Promise<void> {
  for (const [at, cell] of source.cells.entries()) {
    const [whole, shown] = [sourceOf(cell), sourceOf(student.cells[at])];
    if (cell.cell_type === 'code') {
      const visible = await skeleton(shown);
      if (visible) visiblePrograms.push(visible);
    }
    if (whole === shown) continue;
    const from = `notebooks/${name}.ipynb, cell ${cellName(cell)}`;
    const kept = new Set(shown.split('\n'));
    for (const line of whole
      .split('\n')
      .filter((each) => !kept.has(each) && !/### (BEGIN|END) /.test(each))) {
      for (const part of line.split(/\s\/\/ /)) {
        const text = squeeze(part).replace(/,$/, '');
        if (text.length >= SHORTEST_LINE && !open.squeezed.includes(text)) texts.set(text, from);
      }
    }
    const program = cell.cell_type === 'code' ? await skeleton(whole) : undefined;
    if (program) programs.push({ skeleton: program, from });
  }
}

const cellName = ({ id, metadata }: Cell): string => String(metadata.nbgrader?.grade_id ?? id);

/** The grader's lines, strings and names; what hidden cases say counts even where the library says the same. */
async function addGrader({ texts, names, programs }: Secrets, root: string, open: Open): Promise<void> {
  for (const name of files(path.join(root, 'grading'))) {
    const place = `grading/${name}`;
    const text = readFileSync(path.join(root, 'grading', name), 'utf8');
    const isHidden = place.startsWith(HIDDEN_CASES);
    const add = (piece: string, line: number, shortest: number): void => {
      const squeezed = squeeze(piece).replace(/,$/, '');
      const isDistinctive = isHidden && squeezed.length >= shortest;
      if (squeezed.length < SHORTEST_LINE || (!isDistinctive && open.squeezed.includes(squeezed))) return;
      if (!texts.has(squeezed)) texts.set(squeezed, `${place}:${line}`);
    };
    const code = readCode(place, text);
    for (const { text: line, line: at } of code.lines) add(line, at, LONG_LINE);
    for (const { text: string, line: at } of code.strings) add(string, at, LONG_STRING);
    for (const { text: declared, line: at } of code.names) {
      if (DISTINCTIVE_NAME.test(declared) && !open.names.has(declared)) names.set(declared, `${place}:${at}`);
    }
    const program = isHidden ? await skeleton(text) : undefined;
    if (program) programs.push({ skeleton: program, from: place });
  }
}

function publicTexts(root: string): string[] {
  return PUBLIC.flatMap((name) => {
    const place = path.join(root, name);
    return path.extname(name) ? [place] : files(place).map((file) => path.join(place, file));
  }).map((file) => readFileSync(file, 'utf8'));
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|py|cc?|h)$/.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}
