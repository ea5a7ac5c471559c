import { planFiles, planFolder, planFromFiles, type Planned } from '../workflow/plan-folder';
import { numberOption, parsed } from './arguments';
import { interruptible } from './interruptible';
import { planReport } from './plan-report';
import { stageProgress } from './stage-progress';
import { printable, UsageError, type Surroundings } from './terminal';

export const PLAN_HELP = `segcourse plan <data set> [options]
segcourse plan --fingerprint <dataset_fingerprint.json> --dataset <dataset.json> [options]

Plans networks by nnU-Net's rules, and tells the reason of each decision: 2d, 3d_fullres and, where a patch sees too
little of an image, the cascade from 3d_lowres.

A data set is a folder in nnU-Net's raw layout: all its cases are checked, its fingerprint is taken, and
dataset_fingerprint.json and nnUNetPlans.json are written beside dataset.json; nnU-Net v2 loads both. From nnU-Net's two
files, no image is needed, and nothing is written.

  --gpu-gb <number>      memory of the GPU that the networks are to fit into; 8 by default
  --json                 prints nnUNetPlans.json, with the reasons under "decisions"
  -o, --output <folder>  where the two files go, such as of a data set that cannot be written to
  --no-verify            does not check the cases first
`;

export async function planCommand(args: string[], { out, errors }: Surroundings): Promise<number> {
  const { values, positionals } = parsed('plan', args, {
    fingerprint: { type: 'string' },
    dataset: { type: 'string' },
    'gpu-gb': { type: 'string' },
    json: { type: 'boolean' },
    output: { type: 'string', short: 'o' },
    'no-verify': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  if (values.help) {
    out.write(PLAN_HELP);
    return 0;
  }
  const gigabytes = numberOption('plan', 'gpu-gb', values['gpu-gb']) ?? 8;
  if (!(gigabytes > 0)) throw new UsageError(`plan: got --gpu-gb ${gigabytes}; expected a number above 0`);
  const onNotice = (line: string) => void errors.write(`${printable(line)}\n`);
  const { fingerprint, dataset, output } = values;
  let planned: Planned;
  if (fingerprint !== undefined || dataset !== undefined) {
    if (fingerprint === undefined || dataset === undefined || positionals.length > 0) {
      const got =
        positionals.length > 0 ? `${positionals[0]} beside --fingerprint or --dataset` : 'one of the two';
      throw new UsageError(`plan: got ${got}; expected a folder, or both --fingerprint and --dataset`);
    }
    if (output !== undefined || values['no-verify']) {
      const option = output !== undefined ? '--output' : '--no-verify';
      throw new UsageError(`plan: got ${option}, which is for a data set's folder; expected no such option`);
    }
    planned = await planFromFiles(fingerprint, dataset, { gigabytes, onNotice });
  } else {
    const [folder] = positionals;
    if (positionals.length !== 1) {
      throw new UsageError(
        `plan: got ${positionals.length} folders; expected one, or --fingerprint and --dataset`,
      );
    }
    planned = await interruptible(errors, (signal) =>
      planFolder(folder, {
        ...{ gigabytes, output, signal, onNotice },
        verify: !values['no-verify'],
        onProgress: stageProgress(errors),
      }),
    );
    const files = planFiles(output ?? folder);
    onNotice(`written: ${files.fingerprint}, ${files.plans}`);
  }
  out.write(
    values.json ? `${JSON.stringify(planned.json, null, 2)}\n` : planReport(planned, gigabytes, out.columns),
  );
  return 0;
}
