import { readFileSync } from 'node:fs';

/**
 * The rows of a table with a line of headings and tabs between its columns.
 *
 * @throws Error naming file, line, got and expected where a column is missing
 */
export function readTabTable<Column extends string>(
  file: string,
  columns: readonly Column[],
): Record<Column, string>[] {
  const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
  const headings = header.split('\t');
  const missing = columns.find((column) => !headings.includes(column));
  if (missing !== undefined) {
    throw new Error(
      `${file}: line 1: got the columns ${headings.join(', ')}; expected ${missing} among them`,
    );
  }
  return lines.map((line, index) => {
    const fields = line.split('\t');
    if (fields.length !== headings.length) {
      throw new Error(
        `${file}: line ${index + 2}: got ${fields.length} columns; expected ${headings.length} as in line 1`,
      );
    }
    return Object.fromEntries(columns.map((column) => [column, fields[headings.indexOf(column)]])) as Record<
      Column,
      string
    >;
  });
}
