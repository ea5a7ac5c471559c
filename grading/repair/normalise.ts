import { type StrictCell, isObject, type StrictNotebook, type PlainObject, Refusal } from './notebook';

const CELL_LIMIT = 5000;
const MIME_TYPE = /^[a-z]+\/[\w.+-]+$/;
/** What stands for a cell's type in nbformat 2 and 3, and in files that other programs wrote. */
const CELL_TYPES: Record<string, StrictCell['cell_type']> = {
  code: 'code',
  markdown: 'markdown',
  html: 'markdown',
  heading: 'markdown',
  raw: 'raw',
  plaintext: 'raw',
};

/**
 * Any nbformat from 2 to 4, well-formed or not, as nbformat 4.5 without outputs: cells of one of three types, with a
 * text as source, an object as metadata. Ids may still be missing ('') or double.
 *
 * @param repairs gets a line for each thing mended
 * @throws Refusal where there are no cells
 */
export function normalise(raw: PlainObject, repairs: string[]): StrictNotebook {
  const all = cellsOf(raw, repairs);
  const cells = all.flatMap((cell) => cellFrom(cell) ?? []);
  const lost = all.length - cells.length;
  if (lost > 0)
    repairs.push(`${count(lost, 'cell')} could not be read and ${lost === 1 ? 'was' : 'were'} left out.`);
  const metadata = isObject(raw.metadata) ? raw.metadata : {};
  return { nbformat: 4, nbformat_minor: 5, metadata, cells };
}

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function cellsOf(raw: PlainObject, repairs: string[]): unknown[] {
  const { nbformat } = raw;
  if (typeof nbformat === 'number' && nbformat > 4) {
    throw new Refusal(
      `The notebook has nbformat ${nbformat}, which no program of this course writes; save it from the course's JupyterLab.`,
    );
  }
  let cells = raw.cells;
  if (!Array.isArray(cells) && Array.isArray(raw.worksheets)) {
    repairs.push(`The notebook has the old nbformat ${nbformat ?? 3}; it was converted.`);
    cells = raw.worksheets.flatMap((sheet) =>
      isObject(sheet) && Array.isArray(sheet.cells) ? sheet.cells : [],
    );
  }
  if (!Array.isArray(cells)) throw new Refusal('The file is not a notebook: it holds no list of cells.');
  if (cells.length > CELL_LIMIT) {
    throw new Refusal(`The notebook has ${cells.length} cells; at most ${CELL_LIMIT} are graded.`);
  }
  return cells;
}

function cellFrom(raw: unknown): StrictCell | undefined {
  if (!isObject(raw)) return undefined;
  const type = typeof raw.cell_type === 'string' ? raw.cell_type : 'code';
  const text = textOf(raw.source ?? raw.input);
  if (!Object.hasOwn(CELL_TYPES, type) || text === undefined) return undefined;
  const cell_type = CELL_TYPES[type];
  const source = type === 'heading' ? `${'#'.repeat(headingLevel(raw.level))} ${text}` : text;
  const metadata = isObject(raw.metadata) ? (raw.metadata as StrictCell['metadata']) : {};
  const cell: StrictCell = { id: typeof raw.id === 'string' ? raw.id : '', cell_type, metadata, source };
  if (cell_type === 'code') return { ...cell, execution_count: null, outputs: [] };
  const attachments = attachmentsOf(raw.attachments);
  return attachments ? { ...cell, attachments } : cell;
}

function textOf(source: unknown): string | undefined {
  if (source === undefined || source === null) return '';
  if (typeof source === 'string') return source;
  if (Array.isArray(source) && source.every((line) => typeof line === 'string')) return source.join('');
  return undefined;
}

function headingLevel(level: unknown): number {
  return typeof level === 'number' && level >= 1 && level <= 6 ? Math.floor(level) : 1;
}

/** The pictures that a Markdown cell holds, as far as they have the right form. */
function attachmentsOf(raw: unknown): StrictCell['attachments'] {
  if (!isObject(raw)) return undefined;
  const sound = Object.entries(raw).filter(
    (entry): entry is [string, Record<string, string>] =>
      isObject(entry[1]) &&
      Object.entries(entry[1]).every(([mime, data]) => MIME_TYPE.test(mime) && typeof data === 'string'),
  );
  return sound.length > 0 ? Object.fromEntries(sound) : undefined;
}
