/**
 * Spatial transforms beside SciPy and scikit-image: elastic deformation, resampling to another spacing, rotation.
 *
 * npm run bench -- transforms-spatial [--rounds 3] [--runs 5] [--only elastic]
 *
 * Processes alternate, so that a slow minute of the machine slows both; both use one thread.
 */
import { parseArgs } from 'node:util';
import type { Image, Volume } from '../../lib/io/image';
import { seededRandom } from '../../lib/runtime/seed';
import { resampleToSpacing } from '../../lib/transforms/spatial/resample-spacing';
import { elasticDeform, rotate, type Elastic } from '../../lib/transforms/spatial/spatial';
import { median, pytorch, typescript, verdict } from './process';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    /** What the processes of a run are started with. */
    measure: { type: 'boolean', default: false },
  },
});

/** Speed in units of SciPy's and scikit-image's that is asked for. */
const RATIO = 1;

const noise = (shape: readonly number[]): Image<Float32Array> => {
  const random = seededRandom(1);
  const count = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length: count }, random), shape, channels: 1 };
};

function cases(): Record<string, () => unknown> {
  const picture = noise([512, 512]);
  const mask = { ...picture, data: Uint8Array.from(picture.data, (value) => value * 4) };
  const shape = [128, 128, 128] as const;
  const volume: Volume<Float32Array> = {
    ...noise(shape),
    shape,
    affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  };
  const labels = { ...volume, data: Uint8Array.from(volume.data, (value) => value * 4) };
  const random = seededRandom(2);
  const elastic = (kind: Elastic) => () =>
    elasticDeform({ image: picture, mask }, kind, random, { image: { order: 3, border: 'mirror' } });
  const spacing = [1.25, 0.8, 0.8];
  return {
    'elastic, 3 × 3 grid: 512², order 3, and mask': elastic({ kind: 'grid', points: 3, sigma: 10 }),
    'elastic, smoothed by σ 10: 512², order 3, and mask': elastic({ kind: 'smooth', alpha: 300, sigma: 10 }),
    'resample 128³ to 102 × 160 × 160, order 3': () => resampleToSpacing(volume, spacing, { order: 3 }),
    'resample 128³ to 102 × 160 × 160, order 1': () => resampleToSpacing(volume, spacing, { order: 1 }),
    'rotate 512² by 33°, order 3': () => rotate(picture, 33, { order: 3 }),
    'rotate 512² by 33°, order 1': () => rotate(picture, 33, { order: 1 }),
    'rotate 128³ by 20° about each axis, order 3': () => rotate(volume, [20, 20, 20], { order: 3 }),
    'rotate 128³ by 20° about each axis, order 1': () => rotate(volume, [20, 20, 20], { order: 1 }),
    'rotate 128³ by 20° about each axis, order 0': () => rotate(labels, [20, 20, 20], { order: 0 }),
  };
}

/** Median milliseconds of each case. */
function measure(): Record<string, number> {
  const chosen = Object.entries(cases()).filter(([name]) => name.includes(values.only));
  return Object.fromEntries(
    chosen.map(([name, run]) => {
      for (let warmUp = 0; warmUp < 2; warmUp++) run();
      const times = Array.from({ length: Number(values.runs) }, () => {
        const start = performance.now();
        run();
        return performance.now() - start;
      });
      return [name, median(times)];
    }),
  );
}

function compare(): void {
  const args = ['--runs', values.runs, '--only', values.only];
  const own: Record<string, number>[] = [];
  const reference: Record<string, number>[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    own.push(
      JSON.parse(typescript('transforms-spatial.ts', [...args, '--measure'])) as Record<string, number>,
    );
    reference.push(JSON.parse(pytorch('transforms-spatial.py', args)) as Record<string, number>);
  }
  const slow: string[] = [];
  for (const name of Object.keys(own[0])) {
    const [ours, theirs] = [own, reference].map((rounds) => median(rounds.map((times) => times[name])));
    if (theirs / ours < RATIO) slow.push(name);
    console.log(
      `${name}: ${ours.toFixed(1)} ms, SciPy or scikit-image ${theirs.toFixed(1)} ms, ` +
        `${(theirs / ours).toFixed(2)} × its speed`,
    );
  }
  verdict(
    slow.length === 0,
    `at least ${RATIO.toFixed(1)} × the speed of SciPy and scikit-image${slow.length ? `, but not: ${slow.join('; ')}` : ''}`,
  );
}

if (values.measure) console.log(JSON.stringify(measure()));
else compare();
