import path from 'node:path';
import { parseArgs } from 'node:util';
import { courseFolder } from '../assignments';
import { release } from './release';

const USAGE = 'npm run release -- <assignment> [--course DIR] [--out FILE]';
const USAGE_ERROR = 2;

/** @returns exit code: 0, 1 where there is no release, 2 for a command line that is not understood */
export async function main(args: string[], write: (line: string) => void = console.log): Promise<number> {
  const options = { course: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values.help) {
      write(USAGE);
      return 0;
    }
    if (positionals.length !== 1) {
      throw new TypeError(`got ${positionals.length} assignments`);
    }
    const { course = courseFolder(), out } = values;
    // Where npm was called; it runs scripts in the package's folder.
    const from = process.env.INIT_CWD ?? process.cwd();
    await release({
      assignment: positionals[0],
      course: path.resolve(from, course),
      out: out === undefined ? undefined : path.resolve(from, out),
      report: write,
    });
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const isUsage = error instanceof TypeError;
    write(`npm run release: ${message}${isUsage ? `\nexpected ${USAGE}` : ''}`);
    return isUsage || error instanceof RangeError ? USAGE_ERROR : 1;
  }
}
