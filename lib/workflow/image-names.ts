import { basename } from 'node:path';

/** The ending of a file's name that is in the list; undefined where none is. */
export const endingOf = (name: string, endings: readonly string[]) =>
  endings.find((ending) => name.toLowerCase().endsWith(ending));

/** A file's name without its folder and ending. */
export function stemOf(file: string, endings: readonly string[]): string {
  const name = basename(file);
  return name.slice(0, name.length - (endingOf(name, endings) ?? '').length);
}
