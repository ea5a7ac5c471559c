/**
 * A series of DICOM slices as a volume in Hounsfield units, beside pydicom and NumPy.
 *
 * npm run bench -- dicom [--folder ../shared/data/ct/lidc-idri-0314] [--rounds 5] [--runs 5]
 *
 * Processes alternate, so that a slow minute of the machine slows both. The Python is SEGCOURSE_TORCH_PYTHON, or that of
 * the other benches, with pydicom.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, pytorch, typescript, verdict } from './process';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: path.resolve(__dirname, '../../../shared/data/ct/lidc-idri-0314') },
    rounds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '5' },
  },
});

interface Result {
  seconds: number[];
  sum: number;
}

const contenders: Record<string, () => string> = {
  segcourse: () => typescript('dicom-series.ts', [values.folder, values.runs]),
  'pydicom + NumPy': () => pytorch('dicom_series.py', [values.folder, values.runs]),
};
const results: Record<string, Result[]> = {};
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, start] of Object.entries(contenders))
    (results[name] ??= []).push(JSON.parse(start()) as Result);
}
const rows = Object.entries(results).map(([run, all]) => ({
  run,
  median: median(all.flatMap(({ seconds }) => seconds)),
  fastest: Math.min(...all.flatMap(({ seconds }) => seconds)),
  first: median(all.map(({ seconds }) => seconds[0])),
  sum: all[0].sum,
}));
console.table(
  rows.map(({ run, median, fastest, first, sum }) => ({
    run,
    'median s': Number(median.toFixed(3)),
    'fastest s': Number(fastest.toFixed(3)),
    'first s': Number(first.toFixed(3)),
    sum,
  })),
);
const [ours, theirs] = rows;
if (ours.sum !== theirs.sum)
  throw new Error(`sums of values ${ours.sum} and ${theirs.sum}; expected the same`);
const ratio = theirs.median / ours.median;
const first = theirs.first / ours.first;
verdict(ratio >= 1, `${ratio.toFixed(2)} times the speed of pydicom and NumPy; at least 1 is asked for`);
console.log(`the first load of a process: ${first.toFixed(2)} times their speed`);
