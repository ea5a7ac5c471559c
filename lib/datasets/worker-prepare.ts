import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { stackSamples, type Sample, type StackedSamples } from './sample';
import type { BatchTask, ModuleFunction } from './worker-task';

type Exported = (...args: unknown[]) => unknown;

/**
 * Loads, changes and stacks the samples of a batch, one after the other, in whichever thread this is.
 *
 * @throws Error naming the sample, caused by what was thrown
 */
export async function prepareBatch({ owner, load, transforms, samples }: BatchTask): Promise<StackedSamples> {
  const prepared: Sample[] = [];
  for (const { index, seed, sample: given } of samples) {
    try {
      let sample = given ?? (await (await imported(load!))(index, load!.options));
      for (const transform of transforms) {
        sample = await (await imported(transform))(sample, seed, transform.options);
      }
      prepared.push(requireSample(sample));
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

const functions = new Map<string, Exported>();

async function imported({ module, name }: ModuleFunction): Promise<Exported> {
  const key = `${module}\n${name}`;
  const known = functions.get(key);
  if (known) return known;
  const found = (await importModule(module))[name];
  if (typeof found !== 'function') {
    throw new RangeError(
      `got ${typeof found} for '${name}' of ${module}; expected a function that it exports`,
    );
  }
  functions.set(key, found as Exported);
  return found as Exported;
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

function requireSample(value: unknown): Sample {
  const { image, mask } = (value ?? {}) as Partial<Sample>;
  for (const [name, part] of Object.entries({ image, mask })) {
    if (!part || !ArrayBuffer.isView(part.data) || !Array.isArray(part.shape) || !(part.channels >= 1)) {
      throw new TypeError(`got no ${name}; expected { image, mask }, each with data, shape and channels`);
    }
  }
  return value as Sample;
}
