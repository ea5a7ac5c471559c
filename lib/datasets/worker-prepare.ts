import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Pipeline, SampleNumber, Sample } from '../transforms/pipeline';
import { requireMask, stackSamples, type MaskedSample, type StackedSamples } from './sample';
import type { BatchTask, ModuleFunction } from './worker-task';

type Exported = (...args: unknown[]) => unknown;

/**
 * Loads, changes and stacks the samples of a batch, one after the other, in whichever thread this is.
 *
 * @throws Error naming the sample, caused by what was thrown
 */
export async function prepareBatch({ owner, load, transforms, samples }: BatchTask): Promise<StackedSamples> {
  const prepared: MaskedSample[] = [];
  for (const { index, number, sample: given } of samples) {
    try {
      let sample: unknown = given ?? (await (await imported(load!))(index, load!.options, number));
      for (const transform of transforms) {
        sample = await (await imported(transform))(sample, number, transform.options);
      }
      prepared.push(requireMask(sample));
    } catch (error) {
      const { message } = error instanceof Error ? error : { message: String(error) };
      throw new Error(`${owner}: sample ${index}: ${message}`, { cause: error });
    }
  }
  return stackSamples(
    owner,
    prepared,
    samples.map(({ index }) => index),
  );
}

const functions = new Map<string, Promise<Exported>>();

/** Found, and made where it is a factory's, once in this thread. */
function imported(wanted: ModuleFunction): Promise<Exported> {
  const { module, name, options, factory = false } = wanted;
  const key = JSON.stringify([module, name, factory ? options : null]);
  const known = functions.get(key) ?? find(wanted);
  functions.set(key, known);
  return known;
}

async function find({ module, name, options, factory }: ModuleFunction): Promise<Exported> {
  const found = (await importModule(module))[name];
  const made = factory && typeof found === 'function' ? await (found as Exported)(options) : found;
  if (typeof made === 'function') return made as Exported;
  if (typeof (made as Pipeline | undefined)?.apply === 'function') {
    return (sample, number) => (made as Pipeline).apply(sample as Sample, number as SampleNumber);
  }
  const owner = factory ? `what '${name}' of ${module} made` : `'${name}' of ${module}`;
  throw new RangeError(`got ${typeof made} for ${owner}; expected a function or a pipeline`);
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return createRequire(__filename)(path) as Record<string, unknown>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_REQUIRE_ESM' && code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  }
}
