import { gunzipSync, inflateSync } from 'node:zlib';
import ts from 'typescript';
import { isText } from './read-code';

/** A text that a file holds, in the file itself or packed into it. */
export interface View {
  text: string;
  /** Line of the file, from 1, where the text's line (from 0) stands. */
  lineAt(line: number): number;
  /** How it is packed, such as "base64". */
  form: string;
}

const SCRIPT = /\.([cm]?[jt]s)$/;
const DATA = /\.(json|ipynb|map)$/;
const DEEPEST = 4;
const SHORTEST_STRING = 24;
const BASE64 = /(?:[A-Za-z0-9+/_-]{40,}\s*)+[A-Za-z0-9+/_-]*={0,2}/g;
const MOST_UNPACKED = 2 ** 26;

/** All texts of a file: its own, the strings in it as they read, and what is packed as base64, percent codes or gzip. */
export function views(name: string, content: Buffer): View[] {
  const own: View = { text: content.toString('utf8'), lineAt: (line) => line + 1, form: 'text' };
  const strings = SCRIPT.test(name) ? scriptStrings(own) : DATA.test(name) ? dataStrings(own) : [];
  return [own, ...strings].flatMap((view) => [view, ...unpacked(view, DEEPEST)]);
}

function scriptStrings(own: View): View[] {
  return strings(ts.createSourceFile('file.js', own.text, ts.ScriptTarget.Latest), own);
}

function dataStrings(own: View): View[] {
  return strings(ts.parseJsonText('file.json', own.text), own);
}

/** The string literals of a parsed file; a list of nothing but strings, as notebooks store texts, is one text. */
function strings(file: ts.SourceFile, own: View): View[] {
  const found: View[] = [];
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line;
  const visit = (node: ts.Node): void => {
    if (
      ts.isArrayLiteralExpression(node) &&
      node.elements.length > 1 &&
      node.elements.every(ts.isStringLiteral)
    ) {
      found.push(joined(node.elements.filter(ts.isStringLiteral), lineOf));
    } else if (isText(node)) {
      const line = lineOf(node);
      if (node.text.length >= SHORTEST_STRING)
        found.push({ ...own, text: node.text, lineAt: () => line + 1, form: 'string' });
    } else ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function joined(parts: ts.StringLiteral[], lineOf: (node: ts.Node) => number): View {
  const lines: number[] = [];
  for (const part of parts) {
    const breaks = part.text.split('\n').length - 1;
    if (lines.length === 0) lines.push(lineOf(part));
    for (let n = 0; n < breaks; n++) lines.push(lineOf(part) + 1);
  }
  return {
    text: parts.map(({ text }) => text).join(''),
    lineAt: (line) => (lines[Math.min(line, lines.length - 1)] ?? 0) + 1,
    form: 'string',
  };
}

function unpacked({ text, lineAt }: View, depth: number): View[] {
  if (depth === 0) return [];
  const found: View[] = [];
  const add = (form: string, inner: string, offset: number): void => {
    const line = lineAt(text.slice(0, offset).split('\n').length - 1);
    const view = { text: inner, lineAt: () => line, form };
    found.push(view, ...unpacked(view, depth - 1));
  };
  for (const match of text.matchAll(BASE64)) {
    const packed = match[0].replace(/\s+/g, '');
    // A word before the code may run into it.
    for (let start = 0; start < 4; start++) {
      const inner = readable(Buffer.from(packed.slice(start), 'base64'));
      if (inner !== undefined) add('base64', inner, match.index);
    }
  }
  if (/%[0-9a-f]{2}/i.test(text)) {
    const decoded = text.replace(/(?:%[0-9a-f]{2})+/gi, (codes) =>
      Buffer.from(codes.replaceAll('%', ''), 'hex').toString(),
    );
    found.push({ text: decoded, lineAt, form: 'percent codes' });
  }
  return found;
}

/** Bytes as text, unpacked where they are gzip or zlib; undefined for what is no text. */
function readable(bytes: Buffer): string | undefined {
  try {
    const options = { maxOutputLength: MOST_UNPACKED };
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, options).toString();
    if (bytes[0] === 0x78) return inflateSync(bytes, options).toString();
  } catch {
    // Looked like packed bytes and was none.
  }
  const text = bytes.toString('utf8');
  const odd = text.match(/(?![\t\n\r])[\p{Cc}\ufffd]/gu)?.length ?? 0;
  return odd <= text.length / 20 ? text : undefined;
}
