/**
 * A volume through a three-dimensional U-Net, window by window, beside MONAI's `sliding_window_inference` with the same
 * network, windows and weights on the processor.
 *
 * npm run bench -- sliding-window [--size 256] [--window 96] [--overlap 0.25] [--base 16] [--depth 3] [--batch 1]
 *   [--rounds 2] [--runs 2]
 *
 * Processes alternate, so that a slow minute of the machine slows all of them. The better of PyTorch's two layouts
 * counts, and the fastest run of each.
 */
import { parseArgs } from 'node:util';
import { pytorch, typescript, verdict } from './process';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '256' },
    window: { type: 'string', default: '96' },
    overlap: { type: 'string', default: '0.25' },
    base: { type: 'string', default: '16' },
    depth: { type: 'string', default: '3' },
    batch: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '2' },
    runs: { type: 'string', default: '2' },
  },
});

interface Result {
  seconds: number[];
  peakMiB: number;
  windows: number;
  version: string;
}

const { rounds, ...options } = values;
const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
const contenders: Record<string, () => string> = {
  segcourse: () => typescript('sliding-window-segcourse.ts', args),
  'MONAI, default': () => pytorch('sliding_window_monai.py', args),
  'MONAI, channels last': () => pytorch('sliding_window_monai.py', [...args, '--channels-last']),
};
const results: Record<string, Result[]> = {};
for (let round = 1; round <= Number(rounds); round++) {
  for (const [name, run] of Object.entries(contenders)) {
    const result = JSON.parse(run()) as Result;
    (results[name] ??= []).push(result);
    const seconds = result.seconds.map((second) => second.toFixed(1)).join(', ');
    console.log(
      `round ${round}, ${name} (${result.version}): ${seconds} s for ${result.windows} windows, ` +
        `${result.peakMiB.toFixed(0)} MiB`,
    );
  }
}
const fastest = (name: string) => Math.min(...results[name].flatMap(({ seconds }) => seconds));
const [ours, ...theirs] = Object.keys(contenders).map(fastest);
const windows = new Set(Object.values(results).flatMap((all) => all.map((result) => result.windows)));
verdict(windows.size === 1, 'the same number of windows');
const ratio = Math.min(...theirs) / ours;
verdict(
  ratio >= 1,
  `${options.size}³ by ${options.window}³: ${ratio.toFixed(2)} × as fast as MONAI, 1 asked for`,
);
