import { escapeText } from './text';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

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
