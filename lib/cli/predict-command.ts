import { predictFiles } from '../workflow/predict';
import { openResults } from '../workflow/results';
import { foldsOption, parsed } from './arguments';
import { interruptible } from './interruptible';
import { stageProgress } from './stage-progress';
import { UsageError, type Surroundings } from './terminal';

export const PREDICT_HELP = `segcourse predict <results folder> <files or folders> … -o <folder> [options]

Predicts images with a model that segcourse train made: label maps with the images' sizes, spacing, origin and
directions. NIfTI gives NIfTI, pictures give PNG. Run again, it goes on: label maps that are there are skipped.

  -o, --output <folder>   where the label maps go
  --fold <0,1,…>          folds of the ensemble; by default all that were trained
  --tta                   averages over mirror images: 4 times the work in 2-D, 8 times in 3-D
  --probabilities         also writes <case>.npz with the probabilities [label, slice, row, column]
  --no-postprocessing     keeps all components, whatever the held-out cases of the training said
  --overwrite             writes over other files that have the names of label maps
`;

export async function predictCommand(args: string[], { out, errors }: Surroundings): Promise<number> {
  const { values, positionals } = parsed('predict', args, {
    output: { type: 'string', short: 'o' },
    fold: { type: 'string' },
    tta: { type: 'boolean' },
    probabilities: { type: 'boolean' },
    'no-postprocessing': { type: 'boolean' },
    overwrite: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    out.write(PREDICT_HELP);
    return 0;
  }
  const [folder, ...inputs] = positionals;
  if (inputs.length === 0) {
    throw new UsageError('predict: got no images; expected a results folder, then image files or folders');
  }
  const { output } = values;
  if (output === undefined)
    throw new UsageError('predict: got no -o <folder>; expected where the label maps go');
  const folds = foldsOption('predict', values.fold);
  const results = await openResults(folder);
  const progress = stageProgress(errors);
  const predicted = await interruptible(errors, (signal) =>
    predictFiles(results, inputs, output, {
      ...{
        folds,
        mirrors: values.tta,
        probabilities: values.probabilities,
        postprocessing: !values['no-postprocessing'],
        overwrite: values.overwrite,
        signal,
      },
      onCase: (_case, done, total) => progress('Predicting', done, total),
      onNotice: (line) => errors.write(`${line}\n`),
    }),
  );
  const skipped = predicted.filter((one) => one.skipped).length;
  const there = skipped > 0 ? `, ${skipped} of them there already` : '';
  out.write(`${output}: ${predicted.length} label maps${there}\n`);
  return 0;
}
