import { formatNumber } from '../display/text';

/** What may cross between processes. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Float32Array
  | Int32Array
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };

type Numbers = Float32Array | Int32Array | Uint8Array;

const isNumbers = (value: unknown): value is Numbers =>
  value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint8Array;

/** Whether it is an object with named fields: no array of any kind. */
export function isRecord(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumbers(value);
}

/** A field of an object's own; undefined where there is no object or no such field. */
export function field(value: Plain | undefined, name: string): Plain | undefined {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/**
 * Whether plain data equal trusted plain data: the same types, lengths, fields and values, NaN equal to none. Looks no
 * deeper into `value` than `trusted` is deep.
 */
export function equals(value: Plain | undefined, trusted: Plain): boolean {
  if (typeof trusted !== 'object' || trusted === null) return value === trusted;
  if (isNumbers(trusted)) {
    return (
      isNumbers(value) &&
      value.constructor === trusted.constructor &&
      value.length === trusted.length &&
      trusted.every((each, index) => each === value[index])
    );
  }
  if (Array.isArray(trusted)) {
    return (
      Array.isArray(value) &&
      value.length === trusted.length &&
      trusted.every((each: Plain, index) => equals(value[index] as Plain, each))
    );
  }
  const names = Object.keys(trusted);
  return (
    isRecord(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => equals(field(value, name), (trusted as { [key: string]: Plain })[name]))
  );
}

const WIDEST = 120;
const DEEPEST = 4;
const MOST = 12;

/** Plain data in a line for people, however large or deep they are: `[[2, 16, 16, 8], [2, 16, 16, 8]]`. */
export function describe(value: Plain | undefined): string {
  const text = described(value, DEEPEST);
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}

function described(value: Plain | undefined, depth: number): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return `'${value.slice(0, WIDEST)}'`;
  if (typeof value !== 'object') return String(value);
  if (depth === 0) return '…';
  if (isRecord(value)) {
    const names = Object.keys(value);
    return `{ ${listed(names.map((name) => () => `${name.slice(0, 40)}: ${described(value[name], depth - 1)}`))} }`;
  }
  const items = Array.from(value.slice(0, MOST + 1) as ArrayLike<Plain>);
  return `[${listed(items.map((item) => () => described(item, depth - 1)))}]`;
}

const listed = (items: (() => string)[]) =>
  [...items.slice(0, MOST).map((item) => item()), ...(items.length > MOST ? ['…'] : [])].join(', ');
