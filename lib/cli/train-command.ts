import { trainFolder } from '../workflow/train-folder';
import { trainingProgress } from '../workflow/training-observers';
import { foldsOption, numberOption, parsed } from './arguments';
import { interruptible } from './interruptible';
import { stageProgress } from './stage-progress';
import type { ScoreSummary } from '../workflow/label-scores';
import { UsageError, type Surroundings } from './terminal';

export const TRAIN_HELP = `segcourse train <data set> <results folder> [options]

Trains networks on a data set in nnU-Net's raw layout, and predicts and scores the held-out cases of each fold. Run
again, it goes on where it stopped, also after a kill, to the same weights.

  --minutes <n>            network, patch, batch and length that fit into this time on this machine, measured
  --epochs <n>             instead of --minutes: the plan's network for so many epochs; 1000 by default
  --iterations <n>         steps of an epoch; 250 by default
  --fold <0,1,… or all>    folds that are held out, one training each; 0 by default; all holds nothing out
  --configuration <name>   2d, 3d_fullres or 3d_lowres; by default 3d_fullres where the plan has it
  --plan <file>            nnU-Net's plans file; by default nnUNetPlans.json of the data set, or else it is planned first
  --splits <file>          a splits_final.json of your own; by default nnU-Net's five folds
  --seed <n>               0 by default
`;

export async function trainCommand(args: string[], { out, errors }: Surroundings): Promise<number> {
  const { values, positionals } = parsed('train', args, {
    minutes: { type: 'string' },
    epochs: { type: 'string' },
    iterations: { type: 'string' },
    fold: { type: 'string' },
    configuration: { type: 'string' },
    plan: { type: 'string' },
    splits: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    out.write(TRAIN_HELP);
    return 0;
  }
  const [dataset, folder] = positionals;
  if (positionals.length !== 2) {
    throw new UsageError(
      `train: got ${positionals.length} folders; expected a data set and a results folder`,
    );
  }
  const number = (name: 'minutes' | 'epochs' | 'iterations' | 'seed') =>
    numberOption('train', name, values[name]);
  const numbers = {
    minutes: number('minutes'),
    epochs: number('epochs'),
    iterations: number('iterations'),
    seed: number('seed'),
  };
  const folds = foldsOption('train', values.fold);
  const results = await interruptible(errors, (signal) =>
    trainFolder(dataset, folder, {
      ...{ ...numbers, folds, splits: values.splits, plan: values.plan, signal },
      configuration: values.configuration as '2d',
      onNotice: (line) => out.write(`${line}\n`),
      onProgress: stageProgress(errors),
      observers: (fold, settings) => [trainingProgress(`Training fold ${fold}`, settings, errors)],
    }),
  );
  for (const { fold, summary } of results) {
    const told = summary ? scoresOf(summary) : 'stopped; the same command goes on from there';
    out.write(`fold ${fold}: ${told}\n`);
  }
  return results.every(({ history }) => !history.interrupted) ? 0 : 1;
}

function scoresOf({ foreground_mean: mean, mean: perLabel, metric_per_case: cases }: ScoreSummary): string {
  if (cases.length === 0) return 'trained; nothing was held out';
  const told = (dice: number | null) => (dice === null ? 'nowhere' : dice.toFixed(4));
  const labels = Object.entries(perLabel).map(([label, { Dice }]) => `${label}: ${told(Dice)}`);
  const each = labels.length > 1 ? ` (${labels.join(', ')})` : '';
  return `Dice ${told(mean.Dice)}${each}, the mean over ${cases.length} held-out cases`;
}
