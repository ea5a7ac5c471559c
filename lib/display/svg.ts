import { escapeText } from './text';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, DejaVu Sans, sans-serif';
export const INK = '#222222';
export const QUIET = '#555555';

export interface Page {
  width: number;
  height: number;
  /** The drawing in one line, for whoever does not see it. */
  summary: string;
  /** The same at length. */
  description?: string;
  /** Default 13. */
  fontSize?: number;
  /** Radius of the page's corners. Default 10. */
  corner?: number;
}

/** A whole SVG: a white page, whatever the theme around it, and on it `parts`, which are SVG elements. */
export function page(options: Page, ...parts: readonly string[]): string {
  const { width, height, summary, description, fontSize = 13, corner = 10 } = options;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': summary,
      'font-family': FONT,
      'font-size': fontSize,
      fill: INK,
    },
    element('title', {}, escapeText(summary)),
    ...(description === undefined ? [] : [element('desc', {}, escapeText(description))]),
    element('rect', { width, height, rx: corner, fill: '#ffffff' }),
    ...parts,
  );
}

/** One SVG element; numbers are rounded to hundredths, attribute values escaped, children taken as they are. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value as string)}"`,
    );
  const open = `<${name}${written.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

/** A line of text, its baseline at (x, y). */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(text));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
