import fs from 'node:fs';
import path from 'node:path';
import { UsageError } from './course-arguments.mjs';

/** A row of the README's table: a link to a notebook, what one does there, the minutes that it takes on two cores. */
const ROW = /^\| \[([^\]]+)\]\(notebooks\/([^)]+)\.ipynb\)\s*\|(.*)\|\s*(\d+) min\s*\|\s*$/gm;

/** The names of the course's notebooks, in order. */
export function notebookNames({ root }) {
  return fs
    .readdirSync(path.join(root, 'notebooks'))
    .filter((file) => file.endsWith('.ipynb'))
    .map((file) => file.slice(0, -'.ipynb'.length))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/**
 * Those of the notebooks that are meant: all by default; a beginning such as `8.3` means every one that begins so.
 *
 * @throws {UsageError} for a word that no notebook begins with
 */
export function chosenNotebooks(context, wanted = []) {
  const names = notebookNames(context);
  const unknown = wanted.find((word) => !names.some((name) => name.startsWith(word)));
  if (unknown !== undefined) {
    throw new UsageError(`got notebook ${unknown}; expected the beginning of one of: ${names.join(', ')}`);
  }
  return wanted.length ? names.filter((name) => wanted.some((word) => name.startsWith(word))) : names;
}

/**
 * What the README's table says of each notebook; the minutes on two cores stand nowhere else.
 *
 * @returns {Record<string, { title: string, what: string, minutes: number }>} by name
 */
export function readmeRows({ root }) {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  return Object.fromEntries(
    [...readme.matchAll(ROW)].map(([, title, name, what, minutes]) => [
      name,
      { title, what: what.trim(), minutes: Number(minutes) },
    ]),
  );
}

/** @returns {Record<string, number>} the minutes of `readmeRows` */
export function statedMinutes(context) {
  return Object.fromEntries(
    Object.entries(readmeRows(context)).map(([name, { minutes }]) => [name, minutes]),
  );
}
