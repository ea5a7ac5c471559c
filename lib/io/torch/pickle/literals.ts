import { Refuse } from './cursor';
import { quote } from './values';

/** Longer integers than any checkpoint has a use for cost time to read: refused. */
export const LONGEST_INTEGER = 256;

/** An integer as a number where that is exact. */
export function integer(value: bigint): number | bigint {
  const rounded = Number(value);
  return Number.isSafeInteger(rounded) ? rounded : value;
}

/** Two's complement, little endian; no bytes are 0. */
export function longInteger(bytes: Uint8Array): number | bigint {
  if (bytes.length === 0) return 0;
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return integer(BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`)));
}

/** Decimal text, with Python 2's L behind a long. */
export function decimal(line: string, refuse: Refuse): number | bigint {
  const text = line.replace(/L$/, '');
  if (!/^[+-]?\d+$/.test(text) || text.length > 2 * LONGEST_INTEGER) {
    return refuse(`got the integer ${quote(line)}; expected decimal digits, at most ${2 * LONGEST_INTEGER}`);
  }
  return integer(BigInt(text.replace('+', '')));
}

/** Protocol 0 writes True and False as integers of two digits. */
export function integerOrBoolean(line: string, refuse: Refuse): boolean | number | bigint {
  if (line === '01') return true;
  return line === '00' ? false : decimal(line, refuse);
}

/** Python's repr of a float. */
export function float(line: string, refuse: Refuse): number {
  const special = /^([+-]?)(inf|nan)$/.exec(line);
  if (special) return (special[1] === '-' ? -1 : 1) * (special[2] === 'inf' ? Infinity : NaN);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line)) return refuse(`got the float ${quote(line)}`);
  return Number(line);
}

/** A quoted text of protocol 0. Escapes are left to those who need them: no checkpoint does. */
export function quoted(line: string, refuse: Refuse): string {
  const [first] = line;
  const closes = line.length >= 2 && line.endsWith(first) && (first === '"' || first === "'");
  if (!closes || line.includes('\\')) {
    return refuse(`got the text ${quote(line)}; expected one in quotes and without escapes`);
  }
  return line.slice(1, -1);
}

/** Python's raw-unicode-escape, as far as 16 bits. */
export function escapedUnicode(line: string): string {
  return line.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
