import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../lib/io/package-root';

interface Cell {
  cell_type: string;
  id: string;
  source: string | string[];
}

/** The course's notebooks as they lie in notebooks/. */
export function notebooks(): { name: string; cells: Cell[] }[] {
  const folder = path.join(packageRoot(), 'notebooks');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ipynb'))
    .map((file) => ({
      name: path.parse(file).name,
      cells: (JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { cells: Cell[] }).cells,
    }));
}

export const markdownCells = (cells: Cell[]): { id: string; text: string }[] =>
  cells
    .filter(({ cell_type: type }) => type === 'markdown')
    .map(({ id, source }) => ({ id, text: [source].flat().join('') }));
