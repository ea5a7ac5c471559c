import type { MimeBundle } from '../kernel/bridge';
import { publish } from './bundle';
import { escapeText, formatNumber } from './text';

/** A table of nodejs-polars, recognised by its methods so that the package need not be loaded. */
interface DataFrameLike {
  columns: string[];
  toRecords(): Record<string, unknown>[];
}

type Row = Readonly<Record<string, unknown>>;

/** Objects with the same fields, or a table of nodejs-polars. */
export type TableRows = readonly object[] | DataFrameLike;

/** Drawn as a sign, a word and a colour, so that no reader depends on the colour. */
export type Status = 'good' | 'warning' | 'bad';

export interface TableOptions {
  title?: string;
  /** Which fields to show, in order. Default: all, in order of appearance. */
  columns?: readonly string[];
  /** Headings of fields. Default: the field's name. */
  headings?: Readonly<Record<string, string>>;
  /** The status of a field's cells. */
  status?: Readonly<Record<string, (value: unknown, row: Row) => Status | undefined>>;
  /** Rows drawn at most. Default 200. */
  limit?: number;
}

interface Cell {
  text: string;
  /** As its kind of value is; an empty cell goes with its column. */
  align?: 'left' | 'right';
  status?: Status;
}

const SIGNS: Record<Status, string> = { good: '✓', warning: '⚠', bad: '✗' };
// Each with contrast of at least 4.5 : 1 on its own background.
const STATUS_STYLE: Record<Status, string> = {
  good: 'background:#d8f0e6;color:#00543c',
  warning: 'background:#fbeecb;color:#664400',
  bad: 'background:#f9dccb;color:#7a2e00',
};

/**
 * Shows rows as a table at once: HTML in a notebook, aligned columns in a plain script.
 *
 * @throws Error when a requested column is in no row
 */
export function showTable(rows: TableRows, options: TableOptions = {}): void {
  publish(tableBundle(rows, options));
}

/** The output of `showTable`, unshown. */
export function tableBundle(rows: TableRows, options: TableOptions = {}): MimeBundle {
  const frame = isDataFrame(rows) ? rows : undefined;
  const records = frame ? frame.toRecords() : (rows as readonly Row[]);
  const known = frame?.columns ?? [...new Set(records.flatMap((row) => Object.keys(row)))];
  const columns = options.columns ?? known;
  for (const column of columns) {
    if (known.includes(column) || records.length === 0) continue;
    throw new Error(`showTable: got column "${column}"; expected one of ${known.join(', ')}`);
  }
  const shown = records.slice(0, options.limit ?? 200);
  const headings = columns.map((column) => options.headings?.[column] ?? column);
  const cells = shown.map((row) => columns.map((column) => cell(row, column, options)));
  const more = records.length > shown.length ? `… ${records.length - shown.length} more rows` : '';
  return {
    data: {
      'text/html': html(headings, cells, more, options.title),
      'text/plain': plain(headings, cells, more, options.title),
    },
  };
}

// A DataFrame is a proxy whose `in` does not see its methods.
function isDataFrame(rows: TableRows): rows is DataFrameLike {
  return typeof (rows as DataFrameLike).toRecords === 'function';
}

function cell(row: Row, column: string, options: TableOptions): Cell {
  const value = row[column];
  const status = options.status?.[column]?.(value, row);
  const text = formatCell(value);
  return {
    text: status ? `${SIGNS[status]} ${text || status}` : text,
    align: isNumber(value) ? 'right' : text === '' ? undefined : 'left',
    status,
  };
}

/** A number, or one written as a share. */
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^[−-]?[\d.,]+ ?%$/.test(value));

/** Whether a column is of numbers, which stand to the right. */
const isNumeric = (cells: Cell[][], column: number): boolean => {
  const aligned = cells.map((row) => row[column]?.align).filter(Boolean);
  return aligned.length > 0 && aligned.every((align) => align === 'right');
};

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

function html(headings: string[], cells: Cell[][], more: string, title?: string): string {
  const numeric = headings.map((_, column) => isNumeric(cells, column));
  const style = (column: number) => `text-align:${numeric[column] ? 'right' : 'left'};padding:4px 12px`;
  const head = headings.map(
    (heading, column) =>
      `<th scope="col" style="${style(column)};border-bottom:1px solid currentColor">${escapeText(heading)}</th>`,
  );
  const body = cells.map(
    (row) => `<tr>${row.map((one, column) => bodyCell(one, style(column))).join('')}</tr>`,
  );
  const caption = title
    ? `<caption style="caption-side:top;text-align:left;text-wrap:balance;font-weight:600;padding:4px 0">${escapeText(title)}</caption>`
    : '';
  return (
    '<table style="border-collapse:collapse;margin:4px 0;font:13px/1.4 system-ui,sans-serif;' +
    `color:var(--jp-ui-font-color1,inherit);font-variant-numeric:tabular-nums">${caption}` +
    `<thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>` +
    (more && `<div style="opacity:.8">${more}</div>`)
  );
}

function bodyCell({ text, status }: Cell, style: string): string {
  const content = escapeText(text);
  const badge = status
    ? `<span style="${STATUS_STYLE[status]};padding:1px 8px;border-radius:4px;white-space:nowrap">${content}</span>`
    : content;
  return `<td style="${style}">${badge}</td>`;
}

function plain(headings: string[], cells: Cell[][], more: string, title?: string): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => (row[column] as Cell).text.length)),
  );
  const line = (texts: string[], numeric: boolean[]) =>
    texts
      .map((text, column) =>
        numeric[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const numeric = headings.map((_, column) => isNumeric(cells, column));
  return [
    ...(title ? [title] : []),
    line(headings, numeric),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...cells.map((row) =>
      line(
        row.map((one) => one.text),
        numeric,
      ),
    ),
    ...(more ? [more] : []),
  ].join('\n');
}
