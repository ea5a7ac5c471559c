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
/** So many steps of syntax in a row are no coincidence; in this library 20 still are, now and then. */
const SOLUTION_RUN = 24;
/** Hidden cases are written like visible ones. */
const HIDDEN_RUN = 64;
/** Names of one word are anybody's. */
const DISTINCTIVE_NAME = /^(?=.{10})\w*[a-z][A-Z]/;
/** Where hidden cases are. */
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
  /** Programs of solutions, whole cells, and of hidden cases; `run`: how much of one must not stand elsewhere. */
  programs: { skeleton: Skeleton; run: number; from: string }[];
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
    if (program) programs.push({ skeleton: program, run: SOLUTION_RUN, from });
  }
}

const cellName = ({ id, metadata }: Cell): string => String(metadata.nbgrader?.grade_id ?? id);

/**
 * The grader's lines, strings and names. Of hidden cases the titles count even where the library says the same: nobody
 * but the instructor reads those, while hints are told to students, often by visible cases too.
 */
async function addGrader({ texts, names, programs }: Secrets, root: string, open: Open): Promise<void> {
  for (const name of files(path.join(root, 'grading'))) {
    const place = `grading/${name}`;
    const text = readFileSync(path.join(root, 'grading', name), 'utf8');
    const isHidden = place.startsWith(HIDDEN_CASES);
    const code = readCode(place, text);
    const pieces = [
      ...code.lines.map((piece) => ({ ...piece, isOpen: true })),
      ...code.strings.map((piece) => ({ ...piece, isOpen: !isHidden || !piece.isTitle })),
    ];
    for (const { text: piece, line, isOpen } of pieces) {
      const squeezed = squeeze(piece).replace(/,$/, '');
      if (squeezed.length < SHORTEST_LINE || (isOpen && open.squeezed.includes(squeezed))) continue;
      if (!texts.has(squeezed)) texts.set(squeezed, `${place}:${line}`);
    }
    for (const { text: declared, line: at } of code.names) {
      if (DISTINCTIVE_NAME.test(declared) && !open.names.has(declared)) names.set(declared, `${place}:${at}`);
    }
    const program = isHidden ? await skeleton(text) : undefined;
    if (program) programs.push({ skeleton: program, run: HIDDEN_RUN, from: place });
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
