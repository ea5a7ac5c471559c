import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { kernelBridge } from '../kernel/bridge';
import { tf } from '../runtime';
import type { Image } from '../io/image';
import { planBatches, requireNatural, type OrderOptions, type PlannedSample } from './batch-plan';
import { countOf, dataSample, requireData } from './data-samples';
import type { StackedSamples } from './sample';
import {
  stackedTensors,
  type PreparedBatch,
  type SegmentationData,
  type SegmentationSamples,
} from './segmentation-data';
import { prepareBatch } from './worker-prepare';
import { requireModuleFunction, type BatchTask, type ModuleFunction } from './worker-task';
import { BatchThread } from './worker-thread';

/** Samples that are loaded one by one, in the threads that make batches of them. */
export interface LazySegmentationData {
  count: number;
  /**
   * `(index, options, number) => Sample`, or a promise of one; the sample has its mask. Whatever is random in it follows
   * from `number`, as in a transform.
   */
  load: ModuleFunction;
}

export interface PrefetchOptions extends OrderOptions {
  /**
   * A pipeline of `compose`, or `(sample, number, options) => Sample` or a promise of one, or several, one after the
   * other: changes each image and its mask, after `augment`. Whatever is random in it follows from `number`: seed, epoch
   * and index.
   */
  transform?: ModuleFunction | readonly ModuleFunction[];
  /** Threads; one less than the processor has cores by default, 1 to 4. With 0, this thread does it when asked. */
  workers?: number;
  /** Batches that are ready or in the making, at most, while a step runs; `workers` + 1 by default. */
  ahead?: number;
  /** Ends the loop while it waits, as if the epoch were over. */
  signal?: AbortSignal;
}

const OWNER = 'prefetchedBatches';
const MOST_WORKERS = 4;

/**
 * One epoch of mini-batches, prepared in threads ahead of the step that takes them: for `fit` and `for await`.
 *
 * The values are those of `batches` with the same seed and epoch, to the last bit, however many threads there are. No more
 * than `ahead` batches are prepared ahead. The threads run at a lower priority than TensorFlow's, are used again by the
 * next epoch, and end when they have nothing to do for a minute or with the process. A batch belongs to the loop, as in
 * `batches`; when the loop ends early, also by an error, the notebook's stop button or `signal`, the threads drop their work.
 *
 * ```ts
 * const transform = { module: require.resolve('./augment'), name: 'augment' }; // export const augment = compose([…]);
 * await fit(model, { batches: (epoch) => prefetchedBatches(data, { batchSize: 8, transform, seed: 1, epoch }), … });
 * ```
 *
 * @throws RangeError, when called, as `batches` does, and for `workers`, `ahead` or a module function out of its range;
 *   while it runs, Error naming the sample whose loading or transform threw
 */
export function prefetchedBatches(
  data: SegmentationData | SegmentationSamples | LazySegmentationData,
  options: PrefetchOptions,
): AsyncGenerator<PreparedBatch, void, undefined> {
  const { augment = false, transform = [] } = options;
  const workers = options.workers ?? Math.min(MOST_WORKERS, Math.max(1, availableParallelism() - 1));
  requireNatural(OWNER, 'workers', workers);
  const ahead = options.ahead ?? workers + 1;
  if (!Number.isSafeInteger(ahead) || ahead < 1) {
    throw new RangeError(`${OWNER}: got ahead ${ahead}; expected a positive integer`);
  }
  const transforms = 'module' in transform ? [transform] : [...transform];
  for (const one of transforms) requireModuleFunction(OWNER, 'transform', one);
  const lazy = 'load' in data;
  if (lazy) {
    requireNatural(OWNER, 'count', data.count);
    requireModuleFunction(OWNER, 'load', data.load);
    if (augment) {
      throw new RangeError(
        `${OWNER}: got augment with samples that threads load; expected a transform that does it`,
      );
    }
  } else {
    requireData(OWNER, data, augment);
  }
  const plan = planBatches(OWNER, lazy ? data.count : countOf(data), options);
  const source: TaskSource = {
    plan,
    toTask: (planned) => ({
      owner: OWNER,
      transforms,
      ...(lazy ? { load: data.load } : {}),
      samples: planned.map(({ index, number, placement }) =>
        lazy ? { index, number } : { index, number, sample: dataSample(data, index, placement) },
      ),
    }),
  };
  return workers === 0
    ? generate(source, new OwnThread(), 0, options.signal)
    : generate(
        source,
        new Threads(workers, statesOf(lazy ? [data.load, ...transforms] : transforms)),
        ahead,
        options.signal,
      );
}

interface TaskSource {
  plan: Generator<PlannedSample[], void, undefined>;
  toTask(planned: PlannedSample[]): BatchTask;
}

/** Who prepares batches. */
interface Preparation {
  run(task: BatchTask): Promise<StackedSamples>;
  /** While somebody waits. */
  hold(held: boolean): void;
  close(): void;
}

async function* generate(
  { plan, toTask }: TaskSource,
  preparation: Preparation,
  ahead: number,
  signal?: AbortSignal,
): AsyncGenerator<PreparedBatch, void, undefined> {
  const pending: { indices: number[]; batch: Promise<StackedSamples> }[] = [];
  const fill = (count: number) => {
    while (pending.length < count) {
      const { value: planned } = plan.next();
      if (!planned) return;
      const batch = preparation.run(toTask(planned));
      batch.catch(() => undefined); // whoever comes to this batch hears of it
      pending.push({ indices: planned.map(({ index }) => index), batch });
    }
  };
  const stop = new Stop(signal);
  try {
    while (!stop.asked) {
      fill(ahead + 1);
      const next = pending.shift();
      if (!next) return;
      preparation.hold(true);
      const stacked = await stop.or(next.batch).finally(() => preparation.hold(false));
      if (!stacked) return;
      fill(ahead); // before the step, which keeps this thread busy
      const tensors = stackedTensors(stacked);
      try {
        yield { ...tensors, indices: next.indices };
      } finally {
        tf.dispose([tensors.images, tensors.masks]);
      }
    }
  } finally {
    stop.close();
    preparation.close();
  }
}

/** The notebook's stop button or the signal. */
class Stop {
  asked = false;
  #waiting?: () => void;
  readonly #stopListening?: () => void;

  constructor(private readonly signal?: AbortSignal) {
    this.#stopListening = kernelBridge()?.onInterrupt(this.#stop);
    signal?.addEventListener('abort', this.#stop);
    if (signal?.aborted) this.asked = true;
  }

  /** The promise's value, or undefined as soon as it is to stop. `Promise.race` would keep every value until the end. */
  or<T>(promise: Promise<T>): Promise<T | undefined> {
    return new Promise((fulfil, reject) => {
      this.#waiting = () => fulfil(undefined);
      promise.then(fulfil, reject);
    });
  }

  close(): void {
    this.#stopListening?.();
    this.signal?.removeEventListener('abort', this.#stop);
  }

  readonly #stop = () => {
    this.asked = true;
    this.#waiting?.();
  };
}

/** The modules and when their files changed last. */
function statesOf(functions: readonly ModuleFunction[]): string {
  const states = functions.map(
    ({ module }) => `${module} ${statSync(module, { throwIfNoEntry: false })?.mtimeMs}`,
  );
  return [...new Set(states)].sort().join('\n');
}

class OwnThread implements Preparation {
  run(task: BatchTask): Promise<StackedSamples> {
    return prepareBatch(task);
  }
  hold(): void {}
  close(): void {}
}

class Threads implements Preparation {
  #threads: BatchThread[] = [];

  /** @param modules with the dates of their files */
  constructor(
    private readonly count: number,
    private readonly modules: string,
  ) {}

  run(task: BatchTask): Promise<StackedSamples> {
    const { task: sendable, transferred } = withoutSharing(task);
    return this.#choose().run(sendable, transferred);
  }

  hold(held: boolean): void {
    for (const thread of this.#threads) thread.hold(held);
  }

  close(): void {
    for (const thread of this.#threads) thread.giveBack();
    this.#threads = [];
  }

  /** The one with the least to do; another one while fewer than `count` all have something to do. */
  #choose(): BatchThread {
    this.#threads = this.#threads.filter(({ ended }) => !ended);
    const free = this.#threads.reduce<BatchThread | undefined>(
      (best, one) => (best && best.load <= one.load ? best : one),
      undefined,
    );
    if (free && (free.load === 0 || this.#threads.length >= this.count)) return free;
    const taken = BatchThread.take(this.modules);
    this.#threads.push(taken);
    return taken;
  }
}

/** What lies in shared memory goes as it is; of the rest a copy of the samples alone moves to the thread. */
function withoutSharing(task: BatchTask): { task: BatchTask; transferred: ArrayBuffer[] } {
  const transferred: ArrayBuffer[] = [];
  const own = (part: Image): Image => {
    const { data } = part;
    if (data.buffer instanceof SharedArrayBuffer) return part;
    const copy = data.slice();
    transferred.push(copy.buffer as ArrayBuffer);
    return { ...part, data: copy };
  };
  const samples = task.samples.map(({ sample, ...rest }) =>
    sample ? { ...rest, sample: { image: own(sample.image), mask: sample.mask && own(sample.mask) } } : rest,
  );
  return { task: { ...task, samples }, transferred };
}
