import { parsedOptions } from '../../lib/cli/arguments';
import { UsageError } from '../../lib/cli/terminal';
import { askedCourseFolder, askedPath } from '../assignments';
import { release } from './release';

const USAGE = 'npm run release -- <assignment> [--course DIR] [--out FILE]';
const USAGE_ERROR = 2;

/** @returns exit code: 0, 1 where there is no release, 2 for a command line that is not understood */
export async function main(args: string[], write: (line: string) => void = console.log): Promise<number> {
  try {
    const { values, positionals } = parsedOptions(args, {
      course: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    });
    if (values.help) {
      write(USAGE);
      return 0;
    }
    if (positionals.length !== 1) throw new UsageError(`got ${positionals.length} assignments`);
    const { course, out } = values;
    await release({
      assignment: positionals[0],
      course: askedCourseFolder(course),
      out: out === undefined ? undefined : askedPath(out),
      report: write,
    });
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const isUsage = error instanceof UsageError;
    write(`npm run release: ${message}${isUsage ? `\nexpected ${USAGE}` : ''}`);
    return isUsage || error instanceof RangeError ? USAGE_ERROR : 1;
  }
}
