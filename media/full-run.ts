/**
 * The recorded full run of notebook 8.3.4: notebooks/outputs/8.3.4-full-run.json and .svg.
 *
 * node -r ts-node/register tests/bench/isbi-train.ts --epochs 200 --seed 0 --out run.f32
 * node -r ts-node/register media/full-run.ts run.f32.json
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EpochRecord, lineChart } from '../lib';
import { chartBundle } from '../lib/display/chart';
import { packageRoot } from '../lib/io/package-root';
import { writeFileWhole } from '../lib/io/write-file';

async function main(history: string): Promise<void> {
  const { seed, records } = JSON.parse(readFileSync(history, 'utf8')) as { seed: number; records: EpochRecord[] };
  const round = (value: number) => Number(value.toFixed(4));
  const recorded = records.map(({ epoch, trainLoss, validationLoss }) => ({
    epoch,
    trainLoss: round(trainLoss),
    validationLoss: round(validationLoss!),
  }));
  const chart = lineChart(recorded, {
    x: 'epoch',
    y: ['trainLoss', 'validationLoss'],
    title: `ISBI 2012, 128 × 128, base 64: ${records.length} epochs`,
    yTitle: 'loss',
  });
  const { data } = await chartBundle(chart);
  const target = path.join(packageRoot(), 'notebooks', 'outputs', '8.3.4-full-run');
  writeFileWhole(`${target}.svg`, Buffer.from(String(data['image/svg+xml'])));
  writeFileWhole(`${target}.json`, Buffer.from(`${JSON.stringify({ seed, records: recorded })}\n`));
}

if (!process.argv[2]) throw new Error('full-run: got no file; expected the history that isbi-train.ts wrote');
void main(process.argv[2]);
