/**
 * Intensity transforms beside scikit-image and SciPy: CLAHE, histogram equalisation, Gaussian blur, Radon transform.
 *
 * npm run bench -- transforms-intensity [--rounds 3] [--runs 9] [--only CLAHE]
 *
 * Processes alternate, so that a slow minute of the machine slows both; both use one thread.
 */
import { parseArgs } from 'node:util';
import type { Image } from '../../lib/io/image';
import { seededRandom } from '../../lib/runtime/seed';
import { inverseRadon } from '../../lib/transforms/artefacts/inverse-radon';
import { radon } from '../../lib/transforms/artefacts/radon';
import { gaussianBlur } from '../../lib/transforms/intensity/blur';
import { clahe } from '../../lib/transforms/intensity/clahe';
import { claheOpenCv } from '../../lib/transforms/intensity/clahe-opencv';
import { equalizeHistogram } from '../../lib/transforms/intensity/equalize';
import { clipPercentiles } from '../../lib/transforms/intensity/normalize';
import { median, pytorch, typescript, verdict } from './process';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '9' },
    only: { type: 'string', default: '' },
    /** What the processes of a run are started with. */
    measure: { type: 'boolean', default: false },
  },
});

/** Speed in units of scikit-image's and SciPy's that is asked for. */
const RATIO = 1;
/** Measured, and not asked for: OpenCV's has vector instructions, NumPy's percentile too. */
const ASIDE = ['OpenCV', 'percentile'];

const noise = (shape: readonly number[]): Image<Float32Array> => {
  const random = seededRandom(1);
  const count = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length: count }, random), shape, channels: 1 };
};

function cases(): Record<string, () => unknown> {
  const picture = noise([512, 512]);
  const bytes = { ...picture, data: Uint8Array.from(picture.data, (value) => value * 256) };
  const volume = noise([96, 96, 96]);
  const slice = noise([256, 256]);
  const sinogram = noise([256, 180]);
  return {
    'CLAHE 512², float32': () => clahe(picture),
    'CLAHE 512², 8-bit': () => clahe(bytes),
    'CLAHE 96³, float32': () => clahe(volume),
    'CLAHE 512², 8-bit, OpenCV': () => claheOpenCv(bytes, { clipLimit: 2 }),
    'histogram equalisation 512², float32': () => equalizeHistogram(picture),
    'histogram equalisation 512², 8-bit': () => equalizeHistogram(bytes),
    'Gaussian blur 512², σ 1': () => gaussianBlur(picture, 1),
    'Gaussian blur 512², σ 4': () => gaussianBlur(picture, 4),
    'Gaussian blur 96³, σ 1': () => gaussianBlur(volume, 1),
    'percentile clip 96³': () => clipPercentiles(volume),
    'Radon transform 256², 180 angles': () => radon(slice),
    'filtered back-projection 256², 180 angles': () => inverseRadon(sinogram),
  };
}

/** Median milliseconds of each case. */
function measure(): Record<string, number> {
  const chosen = Object.entries(cases()).filter(([name]) => name.includes(values.only));
  return Object.fromEntries(
    chosen.map(([name, run]) => {
      for (let warmUp = 0; warmUp < 3; warmUp++) run();
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
      JSON.parse(typescript('transforms-intensity.ts', [...args, '--measure'])) as Record<string, number>,
    );
    reference.push(JSON.parse(pytorch('transforms-intensity.py', args)) as Record<string, number>);
  }
  const slow: string[] = [];
  for (const name of Object.keys(own[0])) {
    const [ours, theirs] = [own, reference].map((rounds) => median(rounds.map((times) => times[name])));
    if (theirs / ours < RATIO && !ASIDE.some((part) => name.includes(part))) slow.push(name);
    console.log(
      `${name}: ${ours.toFixed(1)} ms, reference ${theirs.toFixed(1)} ms, ${(theirs / ours).toFixed(2)} × its speed`,
    );
  }
  verdict(
    slow.length === 0,
    `at least ${RATIO.toFixed(1)} × the speed of scikit-image and SciPy${slow.length ? `, but not: ${slow.join('; ')}` : ''}`,
  );
}

if (values.measure) console.log(JSON.stringify(measure()));
else compare();
