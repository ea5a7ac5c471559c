import { isAbsolute } from 'node:path';
import type { Sample, SampleNumber } from '../transforms/pipeline';
import type { StackedSamples } from './sample';

/** A function, or a pipeline of `compose`, that other threads can find: it cannot be sent to them itself. */
export interface ModuleFunction {
  /** Absolute path of the module, CommonJS or ES: `require.resolve('./load-slices')`. */
  module: string;
  /** The name that the module exports it under. */
  name: string;
  /** Its last argument: anything that `structuredClone` copies. */
  options?: unknown;
  /**
   * The export makes the function or the pipeline of its only argument, `options`; false by default:
   * `{ module: require.resolve('segcourse'), name: 'nnUNetAugmentation', options: { shape: [128, 128] }, factory: true }`.
   */
  factory?: boolean;
}

/** A batch to prepare. */
export interface BatchTask {
  /** What errors begin with. */
  owner: string;
  /** Missing where the samples come with the task. */
  load?: ModuleFunction;
  transforms: ModuleFunction[];
  samples: { index: number; number: SampleNumber; sample?: Sample }[];
}

export type TaskMessage = BatchTask & { id: number };

export type TaskReply = { id: number } & ({ batch: StackedSamples } | { error: Error });

/** @throws RangeError for a path that is not absolute, an empty name, or options that cannot be sent to a thread */
export function requireModuleFunction(
  owner: string,
  what: string,
  { module, name, options }: ModuleFunction,
): void {
  if (typeof module !== 'string' || !isAbsolute(module)) {
    throw new RangeError(
      `${owner}: got ${what} of module ${String(module)}; expected an absolute path: require.resolve('./the-module')`,
    );
  }
  if (typeof name !== 'string' || name === '') {
    throw new RangeError(
      `${owner}: got ${what} named ${String(name)}; expected the name of an export of ${module}`,
    );
  }
  try {
    structuredClone(options);
  } catch (error) {
    throw new RangeError(
      `${owner}: got options of ${what} ${name} that cannot be sent to a thread (${(error as Error).message}); expected ` +
        'plain data',
    );
  }
}
