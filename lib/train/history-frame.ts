import type { DataFrame } from 'nodejs-polars';
import type { EpochRecord } from './epoch-record';

/**
 * A history as a table of nodejs-polars, a row for each epoch: columns epoch, trainLoss, validationLoss, learningRate,
 * gradientNorm, seconds, with null where a number is not known.
 *
 * ```ts
 * const frame = await historyFrame(history.records);
 * frame.sort('validationLoss').head(5);
 * ```
 *
 * @param records those of `fit`'s history, or of a loop by hand
 */
export async function historyFrame(records: readonly EpochRecord[]): Promise<DataFrame> {
  const { default: pl } = await import('nodejs-polars'); // takes its time to load: only where it is asked for
  const column = (name: keyof EpochRecord) =>
    pl.Series(
      name,
      records.map((record) => record[name] ?? null),
      name === 'epoch' ? pl.Int32 : pl.Float64,
    );
  return pl.DataFrame(
    (['epoch', 'trainLoss', 'validationLoss', 'learningRate', 'gradientNorm', 'seconds'] as const).map(
      column,
    ),
  );
}
