/**
 * How long the kernel lets people wait: `npm run bench -- kernel [repetitions]` prints JSON,
 * all times in milliseconds, medians over the repetitions.
 */
import { KernelClient } from '../kernel/client';

const IMPORT = "import { tf } from 'segcourse';\ntf.zeros([1]).shape";
const CELLS = 40;

interface Times {
  start: number;
  firstCell: number;
  trivialCell: number;
  importAtOnce: number;
  importAfterIdle: number;
  laterCell: number;
  lines200k: number;
  lines1M: number;
  interrupt: number;
}

async function timed<T>(work: () => Promise<T>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function measure(): Promise<Times> {
  let kernel = await KernelClient.start();
  const importAtOnce = await timed(() => kernel.execute(IMPORT));
  await kernel.close();

  const begun = performance.now();
  kernel = await KernelClient.start();
  const start = performance.now() - begun;
  const firstCell = await timed(() => kernel.execute('1 + 1'));
  const trivial: number[] = [];
  for (let i = 0; i < CELLS; i++) trivial.push(await timed(() => kernel.execute(`${i} + 1`)));
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const importAfterIdle = await timed(() => kernel.execute(IMPORT));
  const later: number[] = [];
  for (let i = 0; i < CELLS; i++) {
    const code = `const x${i} = tf.ones([2, 2]);\nconst y${i} = x${i}.add(1).mul(2);\ny${i}.shape`;
    later.push(await timed(() => kernel.execute(code)));
  }
  const lines200k = await timed(() => kernel.execute('for (let i = 0; i < 200_000; i++) console.log(i)'));
  const lines1M = await timed(() => kernel.execute('for (let i = 0; i < 1_000_000; i++) console.log(i)'));
  const loop = await kernel.begin("console.log('go'); for (;;) await tf.nextFrame();");
  await kernel.printed(loop.id, 'go');
  const interrupt = await timed(async () => {
    await kernel.interrupt();
    await loop.done;
  });
  await kernel.close();
  const [trivialCell, laterCell] = [median(trivial), median(later)];
  return {
    start,
    firstCell,
    trivialCell,
    importAtOnce,
    importAfterIdle,
    laterCell,
    lines200k,
    lines1M,
    interrupt,
  };
}

async function main(): Promise<void> {
  const repetitions = Number(process.argv[2] ?? 3);
  const runs: Times[] = [];
  for (let i = 0; i < repetitions; i++) runs.push(await measure());
  const keys = Object.keys(runs[0]) as (keyof Times)[];
  const medians = keys.map((key) => [key, Math.round(median(runs.map((run) => run[key])))]);
  console.log(
    JSON.stringify({ node: process.version, repetitions, ...Object.fromEntries(medians) }, null, 2),
  );
}

void main();
