/**
 * What `segcourse train --minutes` makes of the course's data sets, real ones: Dice of the held-out cases, and beside it,
 * on ISBI 2012, of BasicUNet trained by the course's protocol for as long on the same sections.
 *
 * npm run bench -- workflow [--only nuclei,isbi2012,brain3d] [--minutes 20] [--seed 0] [--keep <folder>]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  BasicUNet,
  batches,
  binaryCrossEntropy,
  confusion,
  diceScore,
  fit,
  loadIsbi2012,
  setSeed,
  splitIndices,
  tf,
  toTensors,
  trainFolder,
  writeCourseDataset,
} from '../../lib';
import { trainingProgress } from '../../lib/workflow/training-observers';
import { writeJson } from '../../lib/workflow/results';
import { mean, verdict } from './process';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'nuclei,isbi2012,brain3d' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '0' },
    keep: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
/** Side of the sections, and how many are held out, as in the bench `isbi`. */
const [SIDE, HELD_OUT] = [128, 5];
const NUCLEI_DICE = 0.88;

/** Seconds, and seconds of all processor cores together. */
interface Cost {
  seconds: number;
  processor: number;
}

async function timed<T>(work: () => Promise<T>): Promise<Cost & { result: T }> {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (performance.now() - begun) / 1000, processor: (user + system) / 1e6 };
}

const told = ({ seconds, processor }: Cost) =>
  `${(seconds / 60).toFixed(1)} min, ${(processor / 60).toFixed(1)} min of processor cores`;

async function train(
  name: string,
  folder: string,
  options: { size?: number; spacing?: number; splits?: string } = {},
) {
  const raw = join(folder, name);
  if (!existsSync(join(raw, 'dataset.json')))
    await writeCourseDataset(name, raw, { source: 'real', ...options });
  const { result, ...cost } = await timed(() =>
    trainFolder(raw, join(folder, `${name}-results-${seed}`), {
      ...{ minutes, seed, splits: options.splits },
      onNotice: (line) => console.log(`  ${line}`),
      observers: (_fold, settings) => [trainingProgress(`  ${name}`, settings, process.stderr)],
    }),
  );
  const summary = result[0]?.summary;
  if (!summary)
    throw new Error(`bench workflow: ${name} is trained in ${folder} already; choose another folder to keep`);
  const dice = summary.foreground_mean.Dice!;
  const cases = summary.metric_per_case.length;
  console.log(`${name}, seed ${seed}: Dice ${dice.toFixed(4)} of ${cases} held-out cases, in ${told(cost)}`);
  if (Object.keys(summary.mean).length > 1) console.table(summary.mean);
  return { dice, cost };
}

async function isbi(folder: string): Promise<void> {
  const { training, validation } = splitIndices(30, { validation: HELD_OUT, seed: 0 });
  const named = (pages: number[]) => pages.map((page) => `section_${String(page).padStart(2, '0')}`);
  const splits = join(folder, 'isbi2012-splits.json');
  writeJson(splits, [{ train: named(training), val: named(validation) }]);
  const ours = await train('isbi2012', folder, { size: SIDE, splits });
  const { result: theirs, ...cost } = await timed(() => basicUNet(training, validation, ours.cost.processor));
  console.log(
    `BasicUNet: ${theirs.epochs} epochs in ${told(cost)}; Dice at 0.5: ${theirs.at50.toFixed(4)}, at 0.9: ${theirs.at90.toFixed(4)}`,
  );
  verdict(
    ours.dice >= theirs.at50,
    `ours is ${(ours.dice - theirs.at50).toFixed(4)} above BasicUNet's Dice at 0.5`,
  );
  verdict(
    ours.dice >= theirs.at90,
    `ours is ${(ours.dice - theirs.at90).toFixed(4)} above BasicUNet's Dice at 0.9`,
  );
}

/** The course's protocol of the bench `isbi`, for as many epochs as so many seconds of processor cores make. */
async function basicUNet(training: number[], validation: number[], processor: number) {
  const data = await loadIsbi2012({ size: SIDE, source: 'real' });
  const heldOut = toTensors(data, validation);
  setSeed(seed);
  const model = new BasicUNet({ inputChannels: 1 });
  const before = process.cpuUsage();
  const { records } = await fit(model, {
    batches: (epoch) => batches(data, { indices: training, batchSize: 8, augment: true, seed, epoch }),
    loss: (masks, logits) => binaryCrossEntropy(masks, logits, { positiveWeight: 9 }),
    optimizer: tf.train.adam(1e-3),
    validation: heldOut,
    epochs: 1_000_000,
    endsAfter() {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6 >= processor;
    },
  });
  const probabilities = tf.tidy(() =>
    (model.predict(heldOut.images) as tf.Tensor).sigmoid().dataSync<'float32'>(),
  );
  const truth = heldOut.masks.dataSync();
  const area = SIDE * SIDE;
  const at = (threshold: number) =>
    mean(
      validation.map((_, page) => {
        const part = <T extends Float32Array | Int32Array | Uint8Array>(all: T) =>
          all.subarray(page * area, (page + 1) * area) as T;
        return diceScore(confusion(part(probabilities), part(truth), threshold));
      }),
    );
  return { epochs: records.length, at50: at(0.5), at90: at(0.9) };
}

async function main(): Promise<void> {
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'segcourse-bench-'));
  try {
    for (const name of values.only.split(',')) {
      if (name === 'isbi2012') await isbi(folder);
      else if (name === 'nuclei') {
        const { dice } = await train(name, folder);
        verdict(dice >= NUCLEI_DICE, `nuclei: Dice ${dice.toFixed(4)}; at least ${NUCLEI_DICE} is asked for`);
      } else await train(name, folder, { spacing: 2 });
    }
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true });
  }
}

void main();
