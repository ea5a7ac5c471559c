import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from './notebook';

const SHOWN = 5;

/**
 * The file that is the notebook `name` in a student's folder: the one so named; otherwise the only one whose name
 * differs in case, in what browsers add ("8.3.3-unet (1).ipynb.txt") or in words of the student's own; otherwise, where
 * the assignment has a single notebook, the only notebook there is. Looks one folder deeper too; never through links.
 *
 * @param others names of the assignment's other notebooks, whose files are not taken for this one
 * @returns undefined where the student submitted no such notebook
 * @throws Refusal where it cannot be told
 */
export async function findNotebook(
  folder: string,
  name: string,
  others: readonly string[],
  repairs: string[],
): Promise<string | undefined> {
  const exact = `${name}.ipynb`;
  const files = await filesIn(folder);
  if (files.includes(exact)) return path.join(folder, exact);
  const inner = await Promise.all(
    files.map(async (entry) => {
      const entries = (await isFolder(path.join(folder, entry)))
        ? await filesIn(path.join(folder, entry))
        : [];
      return entries.map((each) => path.join(entry, each));
    }),
  );
  const notebooks = [...files, ...inner.flat()].filter((file) => /\.ipynb(\.(txt|json))?$/i.test(file));
  const foreign = new Set(others.map(plainName));
  const own = notebooks.filter((file) => !foreign.has(plainName(path.basename(file))));
  const alike = own.filter((file) => plainName(path.basename(file)) === plainName(name));
  const named = own.filter((file) => plainName(path.basename(file)).includes(plainName(name)));
  const candidates = [alike, named, others.length === 0 ? own : []].find((list) => list.length > 0) ?? [];
  if (candidates.length === 0) return undefined;
  if (candidates.length > 1) {
    const list = candidates.slice(0, SHOWN).map(shown).join(', ');
    throw new Refusal(
      `There are ${candidates.length} files that may be ${exact}: ${list}. Submit one, under this name.`,
    );
  }
  repairs.push(`The file is named ${shown(candidates[0])}; it was taken for ${exact}.`);
  return path.join(folder, candidates[0]);
}

/** @throws Refusal where the folder is a link or no folder */
export async function requireFolder(folder: string): Promise<void> {
  const stat = await lstat(folder);
  if (stat.isSymbolicLink())
    throw new Refusal('The folder is a link, and links are not followed: submit the files themselves.');
  if (!stat.isDirectory()) throw new Refusal('There is a file in place of the folder with the notebooks.');
}

async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
}

async function isFolder(file: string): Promise<boolean> {
  return (await lstat(file)).isDirectory();
}

/** A name without what systems add to it: endings, "(1)", "copy", case, signs between words. */
function plainName(file: string): string {
  return file
    .toLowerCase()
    .replace(/(\.ipynb)?(\.(txt|json))?$/, '')
    .replace(/[\s_-]*(\(\d+\)|copy\d*|kopie)$/, '')
    .replace(/[\s_-]+/g, '-');
}

/** A file's name as students read it: without what would break the line. */
function shown(file: string): string {
  const plain = file.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return plain.length > 80 ? `${plain.slice(0, 80)}…` : plain;
}
