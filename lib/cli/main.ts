import { createRequire } from 'node:module';
import { inspectCommand } from './inspect-command';
import { UsageError, type Surroundings } from './terminal';

/** A subcommand. One that takes long to load, such as all with TensorFlow, is to load it when it is run. */
interface Command {
  summary: string;
  run(args: string[], surroundings: Surroundings): Promise<number>;
}

/** For commands with TensorFlow: `segcourse inspect` does not wait for it. */
const load = createRequire(__filename);

const COMMANDS: Record<string, Command> = {
  inspect: {
    summary: 'what an image, volume, video, array or checkpoint is, or a folder of them',
    run: inspectCommand,
  },
  dataset: {
    summary: "one of the course's data sets in nnU-Net's raw layout",
    run: (...of) => (load('./dataset-command') as typeof import('./dataset-command')).datasetCommand(...of),
  },
  plan: {
    summary: "nnU-Net's plan of a data set, with the reason of each decision",
    run: (...of) => (load('./plan-command') as typeof import('./plan-command')).planCommand(...of),
  },
  train: {
    summary: "networks on a data set in nnU-Net's raw layout, in a given time",
    run: (...of) => (load('./train-command') as typeof import('./train-command')).trainCommand(...of),
  },
  predict: {
    summary: 'label maps of images, by a model that was trained',
    run: (...of) => (load('./predict-command') as typeof import('./predict-command')).predictCommand(...of),
  },
  evaluate: {
    summary: 'scores of label maps against references, with confidence intervals',
    run: (...of) =>
      (load('./evaluate-command') as typeof import('./evaluate-command')).evaluateCommand(...of),
  },
};

const USAGE = 2;

/**
 * Runs `segcourse <command> …`.
 *
 * @returns exit code: 0, 1 where the command could not do its work, 2 for a command line that is not understood
 */
export async function main(args: string[], surroundings: Surroundings = ownSurroundings()): Promise<number> {
  const { out, errors } = surroundings;
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? errors : out).write(help());
    return name === undefined ? USAGE : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    errors.write(`segcourse: got command '${name}'; expected one of: ${Object.keys(COMMANDS).join(', ')}\n`);
    return USAGE;
  }
  try {
    return await command.run(rest, surroundings);
  } catch (error) {
    errors.write(`segcourse ${(error as Error).message}\n`);
    return error instanceof UsageError ? USAGE : 1;
  }
}

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `segcourse <command> [arguments]\n\n${lines.join('\n')}\n\nsegcourse <command> --help tells more.\n`;
}

function ownSurroundings(): Surroundings {
  return { out: process.stdout, errors: process.stderr, env: process.env };
}
