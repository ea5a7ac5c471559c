import { liveChart } from '../display/live-chart';
import { progressBar } from '../display/progress-bar';
import { formatNumber } from '../display/text';
import type { TrainingObserver } from './fit-options';

/**
 * Draws a training run while it goes on: a progress bar with the last loss and the time left, and a chart of the
 * losses by epoch.
 *
 * @param epochs number of epochs of the run
 */
export function trainingDisplay(epochs: number, title = 'Loss by epoch'): TrainingObserver {
  const bar = progressBar(epochs, 'Training', { unit: 'epoch' });
  const chart = liveChart({ title, series: ['trainLoss', 'validationLoss'], x: 'epoch', yTitle: 'loss' });
  return {
    onStep(epoch, _step, loss) {
      bar.update(epoch - 1, `loss ${formatNumber(loss)}`);
    },
    onEpoch(record) {
      const { epoch, trainLoss, validationLoss } = record;
      chart.push({ epoch, trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) });
      bar.update(epoch, `loss ${formatNumber(trainLoss)}`);
    },
    async onEnd({ interrupted }) {
      if (interrupted) bar.done();
      await chart.done();
    },
  };
}
