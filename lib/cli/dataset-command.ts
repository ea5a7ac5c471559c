import { writeCourseDataset } from '../workflow/course-datasets';
import { numberOption, parsed } from './arguments';
import { stageProgress } from './stage-progress';
import { UsageError, type Surroundings } from './terminal';

export const DATASET_HELP = `segcourse dataset <nuclei | isbi2012 | brain3d> <folder> [options]

Writes one of the course's data sets in nnU-Net's raw layout: imagesTr, labelsTr, dataset.json.

  nuclei             664 pictures of cell nuclei, in colours; label 1 in nuclei
  isbi2012           30 sections of electron microscopy; label 1 in membranes
  brain3d            the octants of a head (MRI), 8 volumes; seven tissues

  --count <n>        only so many pictures of nuclei, drawn by the seed
  --size <pixels>    side of the sections of isbi2012; 512 by default, as they are
  --spacing <mm>     of the brain's voxels; 1 by default, as they are
  --source <which>   auto (default): the real ones, or synthetic ones where they cannot be had; real; synthetic
  --seed <n>         0 by default
`;

export async function datasetCommand(args: string[], { out, errors }: Surroundings): Promise<number> {
  const { values, positionals } = parsed('dataset', args, {
    count: { type: 'string' },
    size: { type: 'string' },
    spacing: { type: 'string' },
    source: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    out.write(DATASET_HELP);
    return 0;
  }
  const [name, folder] = positionals;
  if (positionals.length !== 2) {
    throw new UsageError(
      `dataset: got ${positionals.length} arguments; expected a data set's name and a folder`,
    );
  }
  const number = (option: 'count' | 'size' | 'spacing' | 'seed') =>
    numberOption('dataset', option, values[option]);
  const progress = stageProgress(errors);
  const { notice, cases } = await writeCourseDataset(name, folder, {
    ...{ count: number('count'), size: number('size'), spacing: number('spacing'), seed: number('seed') },
    source: values.source as 'auto',
    onCase: (done, total) => progress('Writing cases', done, total),
  });
  out.write(`${notice}\n${folder}: ${cases} cases in nnU-Net's raw layout\n`);
  return 0;
}
