import { readDicomSeries } from '../../lib/io/dicom/read-series';
import { median } from './process';

/** Loads the series of a folder some times; the last line of output is the result. */
async function main(folder: string, runs: number): Promise<void> {
  const seconds: number[] = [];
  let sum = 0;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    const { volume } = await readDicomSeries(folder);
    seconds.push((performance.now() - start) / 1000);
    sum = 0;
    for (const value of volume.data) sum += value;
  }
  console.log(JSON.stringify({ seconds, median: median(seconds), sum }));
}

void main(process.argv[2], Number(process.argv[3]));
