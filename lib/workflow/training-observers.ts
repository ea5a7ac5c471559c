import { progressBar, type ProgressBar, type TextStream } from '../display/progress-bar';
import { formatNumber } from '../display/text';
import type { EpochRecord } from '../train/epoch-record';
import type { TrainingObserver } from '../train/fit-options';
import { writeHistoryChart } from './history-chart';

/** Milliseconds between two drawings of the chart. */
const CHART_INTERVAL = 20_000;

/** A bar over the steps of a training with the time left; the steps of an earlier run do not count. */
export function trainingProgress(
  label: string,
  { epochs, iterations }: { epochs: number; iterations: number },
  stream?: TextStream,
): TrainingObserver {
  let bar: ProgressBar | undefined;
  let first = 1;
  let note = '';
  return {
    onStep(epoch, step, loss) {
      if (!bar) {
        first = epoch;
        const began = epoch > 1 ? `, from epoch ${epoch} of ${epochs} on` : `, ${epochs} epochs`;
        bar = progressBar((epochs - epoch + 1) * iterations, label + began, { stream });
      }
      bar.update((epoch - first) * iterations + step, note || `loss ${formatNumber(loss)}`);
    },
    onEpoch({ epoch, trainLoss, validationLoss }) {
      const held = validationLoss === undefined ? '' : `, held out ${formatNumber(validationLoss)}`;
      note = `epoch ${epoch}: loss ${formatNumber(trainLoss)}${held}`;
    },
    onEnd() {
      bar?.done(note);
    },
  };
}

/** Draws the losses so far to `<file>.html` and `<file>.png` now and then, and at the end. */
export function chartWriter(
  file: string,
  title: string,
  notes: readonly string[],
  now: () => number = () => performance.now(),
): TrainingObserver {
  const known: EpochRecord[] = [];
  let drawn = -Infinity;
  return {
    async onEpoch(record) {
      known.push(record);
      if (now() - drawn < CHART_INTERVAL) return;
      await writeHistoryChart(file, title, known, notes);
      drawn = now();
    },
    async onEnd({ records }) {
      if (records.length > 0) await writeHistoryChart(file, title, records, notes);
    },
  };
}
