import path from 'node:path';
import { mkdirSync } from 'node:fs';
import { tf } from '../runtime';
import { nativeBackend, runNative } from '../runtime/native/operation';
import type { TrainingObserver } from './fit-options';

/** What tfjs-node's backend offers for TensorBoard. */
interface SummaryBackend {
  summaryWriter(folder: string): tf.Tensor;
  createSummaryFileWriter(
    writer: tf.Tensor,
    folder: string,
    queue: number,
    flushMilliseconds: number,
    suffix: string,
  ): void;
  writeScalarSummary(writer: tf.Tensor, step: number, name: string, value: number): void;
  flushSummaryWriter(writer: tf.Tensor): void;
}

/** Numbers and time that may wait in memory. */
const QUEUE = 100;
const FLUSH_MILLISECONDS = 10_000;

let logs = 0;

/**
 * Writes numbers for TensorBoard: `tensorboard --logdir <folder>` draws them, also while they are written.
 *
 * ```ts
 * const log = new TensorBoardLog('runs/first');
 * log.write('loss/train', loss, epoch);
 * log.close();
 * ```
 */
export class TensorBoardLog {
  readonly #backend: SummaryBackend;
  readonly #writer: tf.Tensor;

  /**
   * Begins a new file in the folder, which is made where it is missing; TensorBoard reads all of a folder as one run.
   *
   * @throws Error without native TensorFlow, whose writer this is
   */
  constructor(folder: string) {
    const backend = nativeBackend();
    if (backend === undefined) {
      throw new Error(
        `TensorBoardLog: got backend '${tf.getBackend()}'; expected 'tensorflow', whose writer this is: run ` +
          '`npm run setup`, or leave the log out',
      );
    }
    this.#backend = backend as unknown as SummaryBackend;
    const place = path.resolve(folder);
    mkdirSync(place, { recursive: true });
    this.#writer = tf.tidy(() => {
      const writer = this.#backend.summaryWriter(`${place}#${logs++}`); // of a known name it would be the old one
      this.#backend.createSummaryFileWriter(writer, place, QUEUE, FLUSH_MILLISECONDS, '.v2');
      return writer;
    });
    tf.keep(this.#writer);
  }

  /**
   * Adds a number to the curve of that name. A slash puts curves into a group.
   *
   * @param step integer on the horizontal axis
   */
  write(name: string, value: number, step: number): void {
    this.#backend.writeScalarSummary(this.#writer, step, name, value);
  }

  /** Puts what was written so far on disk. */
  flush(): void {
    this.#backend.flushSummaryWriter(this.#writer);
  }

  close(): void {
    runNative('CloseSummaryWriter', {}, [this.#writer], 0);
    this.#writer.dispose();
  }
}

/**
 * Logs a run of `fit` for TensorBoard: by epoch the losses (loss/train, loss/validation), by step the loss
 * (step/loss), the learning rate (step/learning rate) and, where gradients are clipped, their norm (step/gradient norm).
 *
 * `fit`'s option `tensorBoard` adds it; by hand, call its functions as `fit` does.
 */
export function tensorBoard(folder: string): TrainingObserver {
  const log = new TensorBoardLog(folder);
  const write = (name: string, value: number | undefined, step: number) => {
    if (value !== undefined) log.write(name, value, step);
  };
  return {
    onStep(_epoch, _step, loss, details) {
      if (details === undefined) return;
      const { steps, learningRate, gradientNorm } = details;
      write('step/loss', loss, steps);
      write('step/learning rate', learningRate, steps);
      write('step/gradient norm', gradientNorm, steps);
    },
    onEpoch({ epoch, trainLoss, validationLoss }) {
      write('loss/train', trainLoss, epoch);
      write('loss/validation', validationLoss, epoch);
      log.flush();
    },
    onEnd: () => log.close(),
  };
}
