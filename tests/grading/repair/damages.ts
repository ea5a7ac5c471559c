import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { StrictCell, StrictNotebook } from '../../../grading/repair/notebook';
import { honestNotebook, masksNotebook, WRITTEN_ANSWER } from '../assignment';

/** Submits into a student's folder, which exists and is empty. */
type Submit = (folder: string) => void;

export interface Damage {
  submit: Submit;
  /** What the student reads; a problem ends with the first. */
  repairs?: RegExp[];
  problem?: RegExp;
  /** What is graded where it is not all of the honest notebook: the ids of its cells, and sources that differ. */
  ids?: string[];
  sources?: Record<string, string>;
}

export const FILE = 'masks.ipynb';
const IDS = honestNotebook().cells.map(({ id }) => id);

const write =
  (text: string | Uint8Array, file = FILE): Submit =>
  (folder) =>
    writeFileSync(path.join(folder, file), text);
const json = (notebook: unknown = honestNotebook()): string => JSON.stringify(notebook, null, 1);

/** The honest notebook after a change to its cells. */
function changed(change: (cells: Record<string, StrictCell>, notebook: StrictNotebook) => void): Submit {
  const notebook = honestNotebook();
  change(Object.fromEntries(notebook.cells.map((cell) => [cell.id, cell])), notebook);
  return write(json(notebook));
}

const without = (...ids: string[]): Submit =>
  changed((_, notebook) => {
    notebook.cells = notebook.cells.filter(({ id }) => !ids.includes(id));
  });

const NBFORMAT_3 = {
  nbformat: 3,
  nbformat_minor: 0,
  metadata: { name: 'masks' },
  worksheets: [
    {
      cells: honestNotebook().cells.map(({ cell_type, metadata, source }) =>
        cell_type === 'code'
          ? {
              cell_type,
              metadata,
              input: source.split(/(?<=\n)/),
              language: 'typescript',
              outputs: [],
              collapsed: false,
            }
          : source.startsWith('# ')
            ? { cell_type: 'heading', level: 1, metadata, source: source.slice(2) }
            : { cell_type, metadata, source },
      ),
    },
  ],
};

/** Output of 150 MB in the second cell, as one picture and as very many lines. */
function enormous(folder: string): void {
  const empty = '"outputs": []';
  const at = json().indexOf(empty);
  const file = openSync(path.join(folder, FILE), 'w');
  const lines = '"0.123456 [\\"loss\\"]\\n",\n'.repeat(200_000);
  writeSync(file, `${json().slice(0, at)}"outputs": [{"output_type": "stream", "name": "stdout", "text": [`);
  for (let part = 0; part < 24; part += 1) writeSync(file, lines);
  writeSync(file, '"end"]}, {"output_type": "display_data", "metadata": {}, "data": {"image/png": "');
  const picture = 'iVBORw0KGgo/'.repeat(500_000);
  for (let part = 0; part < 6; part += 1) writeSync(file, picture);
  writeSync(file, `"}}]${json().slice(at + empty.length)}`);
  closeSync(file);
}

const CONFLICT = json().replace(
  / +"return.*|.*2 \* overlap.*/,
  (line) =>
    `<<<<<<< HEAD\n${line}\n||||||| base\n${line.replace('2', '3')}\n=======\n "source": "theirs",\n "extra": {\n>>>>>>> 4f2a: laptop`,
);

/** What students do to notebooks, and what becomes of it; without `repairs` and `problem`, nothing is said. */
export const DAMAGES: Record<string, Damage> = {
  'nothing wrong': { submit: write(json()) },
  'answer cell copied with its grade id': {
    submit: changed((_, notebook) =>
      notebook.cells.splice(3, 0, { ...masksNotebook().cells[3], id: 'copy', source: 'const tried = 1;' }),
    ),
    repairs: [/several cells were marked as exercise-1/i],
    ids: [...IDS.slice(0, 3), 'copy', ...IDS.slice(3)],
    sources: { copy: 'const tried = 1;' },
  },
  'grade ids missing': {
    submit: changed((_, { cells }) => {
      for (const { metadata } of cells)
        delete (metadata.nbgrader as { grade_id?: string } | undefined)?.grade_id;
    }),
    repairs: [/6 cells had lost the marks of grading/],
  },
  'check deleted': { submit: without('check-1'), repairs: [/check-1 was missing/] },
  'checks, question and given code deleted': {
    submit: without('check-1', 'check-2', 'helpers', 'written-1'),
    repairs: [/helpers was missing/, /check-1 was missing/, /check-2 was missing/, /written-1 was missing/],
    sources: { 'written-1': masksNotebook().cells[9].source },
  },
  'check edited': {
    submit: changed((cells) => (cells['check-1'].source = '// it works on my machine')),
    repairs: [/check-1 was changed; the original was graded/],
  },
  'check moved into a cell of its own, another text under its id': {
    submit: changed((cells, { cells: list }) => {
      list.splice(4, 0, { ...cells['check-1'], id: 'moved', metadata: {} });
      cells['check-1'].source = 'const scratch = 1;';
    }),
    repairs: [/1 cell had lost the marks/],
    ids: [...IDS.slice(0, 5), 'cell-5', ...IDS.slice(5)],
    sources: { 'cell-5': 'const scratch = 1;' },
  },
  'code cells turned into Markdown, Markdown into raw': {
    submit: changed((cells) => {
      for (const id of ['exercise-1', 'check-1']) cells[id].cell_type = 'markdown';
      cells['written-1'].cell_type = 'raw';
    }),
    repairs: [
      /check-1 was of type markdown; it is code again/,
      /exercise-1 was of type markdown; it is code again/,
      /written-1 was of type raw; it is markdown again/,
    ],
  },
  'metadata cleared': {
    submit: changed((_, notebook) => notebook.cells.forEach((cell) => (cell.metadata = {}))),
    repairs: [/6 cells had lost the marks of grading/],
  },
  'metadata and ids cleared': {
    submit: changed((_, notebook) => {
      notebook.nbformat_minor = 4 as 5;
      notebook.cells.forEach((cell) => Object.assign(cell, { metadata: {}, id: undefined }));
    }),
    repairs: [/6 cells had lost the marks of grading/],
  },
  'metadata of the wrong types': {
    submit: changed((cells, notebook) => {
      Object.assign(cells['check-1'], { metadata: { nbgrader: { grade_id: 7, points: 1e9 } } });
      Object.assign(cells['check-2'].metadata.nbgrader!, { points: 1000, locked: 'no', solution: true });
      Object.assign(cells['written-1'], { metadata: null });
      Object.assign(notebook, { metadata: ['?'] });
    }),
    repairs: [
      /2 cells had lost the marks of grading/,
      /The marks of grading of check-2 were not those given out \(solution, locked, points\); those given out count/,
    ],
  },
  'cell ids missing, double and invalid': {
    submit: changed((cells) => {
      cells['dice-text'].id = 'exercise-1';
      cells['iou-text'].id = '../../etc';
      Object.assign(cells['end'], { id: undefined });
    }),
  },
  'byte order mark': { submit: write(`\ufeff${json()}`) },
  'UTF-16, as PowerShell writes': { submit: write(Buffer.from(`\ufeff${json()}`, 'utf16le')) },
  'garbage behind the end': {
    submit: write(`${json()}\n}\n</html>`),
    repairs: [/behind the end of the notebook/],
  },
  'broken off in the middle': {
    submit: write(json().slice(0, json().indexOf('union'))),
    repairs: [/breaks off in the middle/, /check-2 was missing/, /written-1 was missing/],
    ids: [...IDS.slice(0, 6), 'check-2', 'written-1'],
    sources: {
      'iou-text': '## Exercise 2: IoU\n\nThe overlap over the area of the',
      'written-1': 'YOUR ANSWER HERE',
    },
  },
  'a comma too many': {
    submit: write(json().replace('"cells": [', '"cells": [,')),
    repairs: [/not valid JSON/],
  },
  'merge conflict of git': { submit: write(CONFLICT), repairs: [/unresolved merge conflict/] },
  '150 MB of output': { submit: enormous },
  'nested 100,000 levels deep': {
    submit: write(
      json().replace('"metadata": {', `"metadata": { "deep": ${'['.repeat(1e5)}${']'.repeat(1e5)}, `),
    ),
    problem: /nested more than 100 levels deep/,
  },
  'outputs nested 100,000 levels deep': {
    submit: write(json().replace('"outputs": []', `"outputs": ${'['.repeat(1e5)}${']'.repeat(1e5)}`)),
  },
  'a link to the notebook of another': {
    submit: (folder) => {
      write(json(), 'other')(path.dirname(folder));
      symlinkSync('../other', path.join(folder, FILE));
    },
    problem: /is a link, and links are not followed/,
  },
  'a pipe': {
    submit: (folder) => execFileSync('mkfifo', [path.join(folder, FILE)]),
    problem: /a folder or a device in place of the file/,
  },
  'a folder of that name': {
    submit: (folder) => mkdirSync(path.join(folder, FILE)),
    problem: /a folder or a device in place of the file/,
  },
  'another name, as browsers give it': {
    submit: write(json(), 'Masks (1).ipynb.txt'),
    repairs: [/named Masks \(1\)\.ipynb\.txt; it was taken for masks\.ipynb/],
  },
  'a name of its own, in a folder': {
    submit: (folder) => {
      mkdirSync(path.join(folder, 'homework'));
      write(json(), 'homework/final\n.ipynb')(folder);
    },
    repairs: [/named homework\/final\?\.ipynb/],
  },
  'two that may be it': {
    submit: (folder) => {
      for (const file of ['masks (1).ipynb', 'masks (2).ipynb']) write(json(), file)(folder);
    },
    problem: /2 files that may be masks\.ipynb: masks \(1\)\.ipynb, masks \(2\)\.ipynb/,
  },
  'a link in place of the folder': {
    submit: (folder) => {
      renameSync(folder, `${folder}-real`);
      write(json())(`${folder}-real`);
      symlinkSync(`${folder}-real`, folder);
    },
    problem: /The folder is a link/,
  },
  'nbformat 3': {
    submit: write(json(NBFORMAT_3)),
    repairs: [/old nbformat 3; it was converted/],
  },
  'nbformat 4.0 with sources as lists': {
    submit: changed((_, notebook) => {
      notebook.nbformat_minor = 0 as 5;
      notebook.cells.forEach((cell) =>
        Object.assign(cell, { id: undefined, source: cell.source.split(/(?<=\n)/) }),
      );
    }),
  },
  'nbformat 9': { submit: write(json({ ...honestNotebook(), nbformat: 9 })), problem: /nbformat 9/ },
  'another kernel': {
    submit: changed((_, notebook) => (notebook.metadata = { kernelspec: { name: 'python3' } })),
    repairs: [/names the kernel "python3"; it ran in "segcourse"/],
  },
  'cells that are none': {
    submit: changed((_, notebook) =>
      notebook.cells.push(
        ...([null, 'const a = 1;', { cell_type: 'widget' }, { source: 3 }] as unknown as StrictCell[]),
      ),
    ),
    repairs: [/4 cells could not be read and were left out/],
  },
  'pictures attached, one to a code cell, one malformed': {
    submit: changed((cells) => {
      cells['check-1'].attachments = { 'a.png': { 'image/png': 'AAAA' } };
      cells['written-1'].attachments = {
        'a.png': { 'image/png': 'AAAA' },
        b: 7 as unknown as Record<string, string>,
      };
    }),
  },
  'empty file': { submit: write(''), problem: /The file is empty/ },
  'nothing but blanks': { submit: write(' \n '), problem: /The file is empty/ },
  'a web page': { submit: write('<!DOCTYPE html><html>'), problem: /is a web page, not a notebook/ },
  'a zip archive': { submit: write(Buffer.from('PK\x03\x04')), problem: /is a zip archive/ },
  'a list': { submit: write('[1, 2]'), problem: /does not start as JSON does/ },
  'cells that are no list': { submit: write('{"cells": {}}'), problem: /holds no list of cells/ },
  'binary noise': {
    submit: write(Buffer.from([0x7b, 0xff, 0, 1, 2, 0xfe])),
    problem: /not a notebook|not valid JSON/,
  },
  'answers written before the given cells were lost': {
    submit: changed((cells, notebook) => {
      notebook.cells = [cells['exercise-1'], cells['exercise-2'], cells['written-1']].map((cell) => ({
        ...cell,
        id: '',
        metadata: {},
      }));
    }),
    repairs: [/3 cells had lost/, /helpers was missing/, /check-1 was missing/, /check-2 was missing/],
    ids: ['helpers', 'exercise-1', 'check-1', 'exercise-2', 'check-2', 'written-1'],
    sources: { 'written-1': WRITTEN_ANSWER },
  },
};
