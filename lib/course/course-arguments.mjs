import path from 'node:path';
import { parseArgs } from 'node:util';

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  offline: { type: 'boolean', default: false },
  mirror: { type: 'string' },
  jobs: { type: 'string', default: '2' },
};

/** A command line that cannot be done. */
export class UsageError extends Error {}

/**
 * What the tools that run the whole course have in common on the command line.
 *
 * @param {string[]} args
 * @param {import('node:util').ParseArgsConfig['options']} [more] the tool's own options
 * @returns `names`: beginnings of notebooks' names; `values`: the options
 * @throws {UsageError} for what is not an option, or is not a value of it
 */
export function courseArguments(args, more = {}) {
  let parsed;
  try {
    parsed = parseArgs({ args, options: { ...OPTIONS, ...more }, allowPositionals: true });
  } catch (error) {
    const known = Object.keys({ ...OPTIONS, ...more }).map((name) => `--${name}`);
    throw new UsageError(
      `got ${args.join(' ')} (${error.message.split('. ')[0]}); expected notebooks, ${known.join(', ')}`,
    );
  }
  const { values, positionals: names } = parsed;
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) {
    throw new UsageError(`got --jobs ${values.jobs}; expected a number of at least 1`);
  }
  if (values.offline && values.mirror !== undefined) {
    throw new UsageError(`got --offline and --mirror; expected one of them`);
  }
  return { names, values: { ...values, jobs } };
}

/**
 * The environment in which notebooks run, by these options.
 *
 * @param {{ quick: boolean, offline: boolean, mirror?: string }} values
 * @param {string} scratch an empty folder that lasts as long as the run
 */
export function kernelEnvironment({ quick, offline, mirror }, scratch) {
  // A mirror without files stands for a machine that nothing can be downloaded to.
  const nothing = { SEGCOURSE_DATA: path.join(scratch, 'data'), SEGCOURSE_DATA_MIRROR: scratch };
  const from = /^https?:/.test(mirror ?? '')
    ? mirror
    : mirror && path.resolve(process.env.INIT_CWD ?? '', mirror);
  return {
    ...(quick ? { SEGCOURSE_PLAN: 'quick' } : {}),
    ...(offline ? nothing : {}),
    ...(from ? { SEGCOURSE_DATA_MIRROR: from } : {}),
  };
}
