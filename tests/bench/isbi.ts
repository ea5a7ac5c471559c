/**
 * BasicUNet beside its PyTorch twin on the ISBI 2012 stacks: scores of the same training protocol.
 *
 * npm run bench -- isbi [--seeds 0,1] [--epochs 120]
 *
 * Training runs that are in the cache already are not repeated, and shown with their date; `--fresh` repeats them.
 */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { confusion, diceScore, loadIsbi2012, membraneScores, pixelError, splitIndices } from '../../lib';
import { cacheFolder } from '../../lib/io/cache-folder';
import { mean, pytorch, typescript, verdict } from './process';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1' },
    epochs: { type: 'string', default: '120' },
    keep: { type: 'string', default: '40' },
    fresh: { type: 'boolean', default: false },
  },
});
const SIZE = 128;
const epochs = Number(values.epochs);
const keep = Number(values.keep);
const runs = path.join(cacheFolder(), 'bench');
const { validation } = splitIndices(30, { validation: 5, seed: 0 });

interface Scores {
  dice50: number;
  dice90: number;
  error50: number;
  error90: number;
  vRand: number;
  vInfo: number;
}

/** Scores of each kept epoch, averaged over the epochs; Dice and pixel error over all pixels of the five images. */
function score(file: string, truth: Uint8Array): Scores {
  const bytes = readFileSync(file);
  const area = SIZE * SIZE;
  const perEpoch = validation.length * area;
  const probabilities = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  if (probabilities.length !== keep * perEpoch) {
    throw new Error(
      `${file}: got ${probabilities.length} values; expected ${keep} epochs of ${perEpoch}; use --fresh`,
    );
  }
  const epochScores = Array.from({ length: keep }, (_, epoch): Scores => {
    const values = probabilities.subarray(epoch * perEpoch, (epoch + 1) * perEpoch);
    const [at50, at90] = [0.5, 0.9].map((threshold) => confusion(values, truth, threshold));
    const images = validation.map((_, index) => ({
      probability: values.subarray(index * area, (index + 1) * area),
      truth: truth.subarray(index * area, (index + 1) * area),
    }));
    const { vRand, vInfo } = membraneScores(images, SIZE);
    return {
      dice50: diceScore(at50),
      dice90: diceScore(at90),
      error50: pixelError(at50),
      error90: pixelError(at90),
      vRand,
      vInfo,
    };
  });
  const names = Object.keys(epochScores[0]) as (keyof Scores)[];
  return Object.fromEntries(
    names.map((name) => [name, mean(epochScores.map((each) => each[name]))]),
  ) as never;
}

async function quality(): Promise<void> {
  mkdirSync(runs, { recursive: true });
  const data = await loadIsbi2012({ size: SIZE, source: 'real' });
  const area = SIZE * SIZE;
  const truth = new Uint8Array(validation.length * area);
  validation.forEach((image, index) => {
    truth.set(data.masks.data.subarray(image * area, (image + 1) * area), index * area);
  });
  const rows: Record<string, string | number>[] = [];
  const theirs: Scores[] = [];
  const ours: Scores[] = [];
  for (const seed of values.seeds.split(',')) {
    const name = (who: string) => path.join(runs, `isbi-${who}-${epochs}-${keep}-seed${seed}.f32`);
    const trained = (file: string) => `trained ${statSync(file).mtime.toISOString().slice(0, 16)}`;
    const wanted = ['--seed', seed, '--epochs', String(epochs)];
    const torchFile = name('pytorch');
    if (values.fresh || !existsSync(torchFile)) {
      const stacks = process.env.SEGCOURSE_DATA_MIRROR;
      if (!stacks)
        throw new Error('bench isbi: set SEGCOURSE_DATA_MIRROR to the folder that holds isbi2012/');
      const split = validation.join(',');
      const data = path.join(stacks, 'isbi2012');
      pytorch('isbi_torch.py', [
        ...wanted,
        '--keep',
        String(keep),
        '--data',
        data,
        '--validation',
        split,
        '--out',
        torchFile,
      ]);
    }
    const ourFile = name('segcourse');
    if (values.fresh || !existsSync(ourFile)) {
      const range = ['--from', String(epochs - keep + 1), '--to', String(epochs)];
      typescript('isbi-train.ts', [...wanted, ...range, '--out', ourFile]);
    }
    theirs.push(score(torchFile, truth));
    ours.push(score(ourFile, truth));
    rows.push({ run: `PyTorch, seed ${seed}, ${trained(torchFile)}`, ...rounded(theirs.at(-1)!) });
    rows.push({ run: `segcourse, seed ${seed}, ${trained(ourFile)}`, ...rounded(ours.at(-1)!) });
  }
  console.log(
    `Validation images ${validation}, 128 × 128, mean over epochs ${epochs - keep + 1} to ${epochs}:`,
  );
  console.table(rows);
  for (const name of ['dice50', 'dice90'] as const) {
    const gap = Math.min(...ours.map((each) => each[name])) - Math.min(...theirs.map((each) => each[name]));
    verdict(
      gap >= -0.02,
      `${name}: our lower seed is ${gap.toFixed(4)} from PyTorch's; at least -0.02 is asked for`,
    );
  }
}

const rounded = (scores: Scores) =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, Number(value.toFixed(4))]));

void quality();
