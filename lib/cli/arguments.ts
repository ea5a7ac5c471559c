import { parseArgs } from 'node:util';
import { UsageError } from './terminal';

interface Option {
  type: 'string' | 'boolean';
  short?: string;
}

type Values<Options extends Record<string, Option>> = {
  [Name in keyof Options]?: Options[Name]['type'] extends 'string' ? string : boolean;
};

/**
 * The arguments of a command by Node's `parseArgs`.
 *
 * @throws UsageError for options that are not known or lack their value
 */
export function parsed<const Options extends Record<string, Option>>(
  command: string,
  args: string[],
  options: Options,
): { values: Values<Options>; positionals: string[] } {
  return parsedOptions(args, options, `${command}: `);
}

/**
 * `parsed` of a program with one command, which names itself where it tells its errors.
 *
 * @throws UsageError for options that are not known or lack their value
 */
export function parsedOptions<const Options extends Record<string, Option>>(
  args: string[],
  options: Options,
  prefix = '',
): { values: Values<Options>; positionals: string[] } {
  try {
    return parseArgs({ args, allowPositionals: true, options }) as {
      values: Values<Options>;
      positionals: string[];
    };
  } catch (error) {
    throw new UsageError(prefix + (error as Error).message);
  }
}

/** @throws UsageError for anything but a number */
export function numberOption(command: string, name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new UsageError(`${command}: got --${name} ${text}; expected a number`);
}

/**
 * Folds as a list of numbers, or 'all' for the one that holds nothing out.
 *
 * @throws UsageError for anything else
 */
export function foldsOption(command: string, text: string | undefined): (number | 'all')[] | undefined {
  if (text === undefined) return undefined;
  return text.split(',').map((part) => {
    if (part === 'all') return part;
    if (/^\d+$/.test(part)) return Number(part);
    throw new UsageError(
      `${command}: got --fold ${text}; expected numbers with commas between, such as 0,1, or all`,
    );
  });
}
