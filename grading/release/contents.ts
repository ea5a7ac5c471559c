import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';
import { type Assignment, isGraded, notebookNames, readNotebook, sourceFolder } from '../assignments';
import type { Notebook } from '../notebook';
import { type Files, json, notebookJson } from './files';
import { libraryFiles } from './library-files';
import { packageFiles } from './package-files';
import { studentNotebookMaker } from './student-notebook';

/** Copied as they are. */
const COPIED = [
  'LICENSE',
  '.npmrc',
  'data/manifest.json',
  'lib/cli/segcourse.mjs',
  'lib/setup/requirements.txt',
];
/** Copied with all in them that has one of these endings: files of data sets, set-up, and what it compiles. */
const FOLDERS = {
  'data/listings': /\.tsv$/,
  'lib/setup': /\.mjs$/,
  'lib/runtime/native': /\.(c|cc|h)$/,
};

/**
 * All that a class receives with an assignment, apart from `notebooks/` the same for each.
 *
 * @param released the assignment's notebooks as nbgrader released them; notebooks without exercises are added
 */
export async function releaseContents(
  assignment: Assignment,
  released: ReadonlyMap<string, Notebook>,
  root = packageRoot(),
): Promise<Files> {
  const library = await libraryFiles(root);
  const sizes = Object.fromEntries([...library].map(([name, content]) => [name, content.length]));
  return new Map([
    ...library,
    ...packageFiles(root),
    ...copiedFiles(root),
    ...(await notebookFiles(released, sourceFolder(root))),
    ['README.md', studentReadme(root, assignment)],
    ['release.json', json({ assignment: assignment.name, library: sizes })],
  ]);
}

function copiedFiles(root: string): Files {
  const inFolders = Object.entries(FOLDERS).flatMap(([folder, endings]) =>
    listFolder(path.join(root, folder))
      .filter((name) => endings.test(name))
      .map((name) => `${folder}/${name}`),
  );
  return new Map([...COPIED, ...inFolders].map((name) => [name, readFileSync(path.join(root, name))]));
}

/**
 * The released notebooks, those that have nothing to be answered, such as the one on the environment, and the files
 * beside the sources that any of them names.
 */
async function notebookFiles(released: ReadonlyMap<string, Notebook>, folder: string): Promise<Files> {
  const studentNotebook = await studentNotebookMaker();
  const others = notebookNames(folder)
    .filter((name) => !released.has(name))
    .map((name) => [name, readNotebook(folder, name)] as const)
    .filter(([, source]) => !isGraded(source))
    .map(([name, source]) => [name, studentNotebook(source)] as const);
  const files: Files = new Map(
    [...released, ...others].map(([name, notebook]) => [`notebooks/${name}.ipynb`, notebookJson(notebook)]),
  );
  const texts = [...files.values()].map(String);
  for (const name of listFolder(folder).filter((each) => !each.endsWith('.ipynb'))) {
    const isNamed = texts.some((text) => text.includes(path.posix.basename(name)));
    if (isNamed) files.set(`notebooks/${name}`, readFileSync(path.join(folder, name)));
  }
  return files;
}

function studentReadme(root: string, { name, notebooks }: Assignment): Buffer {
  const files = notebooks.map((notebook) => `\`${notebook}.ipynb\``);
  const values: Record<string, string> = {
    assignment: name,
    notebooks: files.map((file) => `- ${file}`).join('\n'),
    submission: files.length === 1 ? files[0] : 'all of them',
  };
  const template = readFileSync(path.join(root, 'grading/release/student-readme.md'), 'utf8');
  return Buffer.from(template.replace(/\{(\w+)\}/g, (_, key: string) => values[key]));
}

/** Files below a folder, with `/`, without those whose path has a part that begins with a dot. */
function listFolder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
    .sort();
}
