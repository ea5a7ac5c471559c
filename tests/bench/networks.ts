/**
 * Networks beside their PyTorch twins: time of a training step or a prediction, and memory.
 *
 * npm run bench -- networks [--only 1,3] [--rounds 3] [--runs 8] [--device cpu|cuda]
 *
 * Processes alternate, so that a slow minute of the machine slows all of them. The better of PyTorch's two layouts
 * counts. With `--device cuda` the memory is the GPU's, on which nothing else should run.
 */
import { parseArgs } from 'node:util';
import { median, pytorch, typescript, verdict } from './process';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '8' },
    device: { type: 'string', default: 'cpu' },
  },
});

interface Case {
  name: string;
  options: Record<string, string | number>;
  /** Speed in units of PyTorch's that is asked for. */
  ratio: number;
  /** Peak memory in units of PyTorch's that is allowed. */
  memory?: number;
}

const CASES: Case[] = [
  {
    name: 'U-Net, base 64, depth 2: training, 8 × 128²',
    options: { network: 'unet2d', base: 64, depth: 2, batch: 8, size: 128 },
    ratio: 1.2,
    memory: 1.3,
  },
  {
    name: 'U-Net, base 64, depth 4: training, 2 × 256²',
    options: { network: 'unet2d', base: 64, depth: 4, batch: 2, size: 256 },
    ratio: 1,
  },
  {
    name: 'U-Net, base 64, depth 4: inference, 1 × 512²',
    options: { network: 'unet2d', base: 64, depth: 4, batch: 1, size: 512, mode: 'inference' },
    ratio: 1.1,
  },
  {
    name: '3-D U-Net, base 16, depth 3: training, 2 × 64³',
    options: { network: 'unet3d', base: 16, depth: 3, batch: 2, size: 64 },
    ratio: 0.9,
  },
  {
    name: 'V-Net: training, 2 × 64³',
    options: { network: 'vnet', batch: 2, size: 64 },
    ratio: 0.9,
  },
];

interface Result {
  seconds: number[];
  peakMiB: number;
  parameters: number;
  version: string;
}

/** The first runs of a process compile kernels and fill caches. */
const WARM_UP = 2;

function compare({ name, options, ratio, memory }: Case): void {
  const { runs, device } = values;
  const args = Object.entries({ ...options, runs, device }).flatMap(([key, value]) => [
    `--${key}`,
    String(value),
  ]);
  const contenders: Record<string, () => string> = {
    segcourse: () => typescript('network.ts', args),
    'PyTorch, default': () => pytorch('networks_torch.py', args),
    'PyTorch, channels last': () => pytorch('networks_torch.py', [...args, '--channels-last']),
  };
  const results: Record<string, Result[]> = {};
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [contender, start] of Object.entries(contenders))
      (results[contender] ??= []).push(JSON.parse(start()) as Result);
  }
  const rows = Object.entries(results).map(([run, all]) => {
    const times = all.flatMap(({ seconds }) => seconds.slice(WARM_UP));
    return {
      run,
      version: all[0].version,
      median: median(times),
      fastest: Math.min(...times),
      first: median(all.map(({ seconds }) => seconds[0])),
      peak: Math.max(...all.map(({ peakMiB }) => peakMiB)),
      parameters: all[0].parameters,
    };
  });
  const [ours, ...theirs] = rows;
  const best = theirs.reduce((a, b) => (b.median < a.median ? b : a));
  console.log(`\n${name}, ${ours.parameters.toLocaleString('en')} parameters`);
  console.table(
    rows.map(({ run, version, median, fastest, first, peak }) => ({
      run: `${run} ${version}`,
      'median s': Number(median.toFixed(3)),
      'fastest s': Number(fastest.toFixed(3)),
      'first s': Number(first.toFixed(2)),
      'peak MiB': Math.round(peak),
      'speed, best PyTorch = 1': Number((best.median / median).toFixed(2)),
    })),
  );
  if (theirs.some(({ parameters }) => parameters !== ours.parameters)) {
    throw new Error(`${name}: PyTorch's network has ${best.parameters} parameters; the two are not the same`);
  }
  const reached = best.median / ours.median;
  verdict(
    reached >= ratio,
    `${reached.toFixed(2)} times the speed of PyTorch; at least ${ratio} is asked for`,
  );
  if (memory === undefined) return;
  const share = ours.peak / best.peak;
  verdict(share <= memory, `${share.toFixed(2)} times the memory of PyTorch; at most ${memory} is asked for`);
}

if (values.device === 'cpu') process.env.SEGCOURSE_DEVICE = 'cpu'; // also where TensorFlow has a GPU
const wanted = values.only === '' ? CASES.map((_, index) => index + 1) : values.only.split(',').map(Number);
for (const number of wanted) compare(CASES[number - 1]);
