import type { HostileSubmission } from './submission';

const right = { answer: 'right', score: 'same' } as const;

/** Ends, stops or multiplies processes. The right answer beside it keeps its points. */
export const processAttacks: readonly HostileSubmission[] = [
  { ...right, name: 'process.exit', before: 'process.exit(0);', says: /process\.exit\(0\) is refused/ },
  { ...right, name: 'process.exit behind the answer', after: 'process.exit(0);', says: /is refused/ },
  {
    ...right,
    name: 'process.exit by a reference of its own',
    before: `import { Worker } from 'node:worker_threads';
const exits = Object.getOwnPropertyNames(process).filter((name) => /exit|abort|kill/i.test(name));
for (const name of exits) { try { (process as any)[name](0); } catch {} }`,
  },
  {
    ...right,
    name: 'exit by the prototype',
    before: `Object.getPrototypeOf(process).constructor.constructor('process.reallyExit(0)')();`,
  },
  {
    ...right,
    name: 'kill -9 of itself',
    after: `import { spawnSync } from 'node:child_process';
spawnSync('/bin/sh', ['-c', 'kill -9 $PPID']);
for (;;);`,
    says: /this cell ended the process/,
  },
  {
    ...right,
    name: 'SIGSTOP of itself',
    after: `import { spawnSync } from 'node:child_process';
spawnSync('/bin/sh', ['-c', 'kill -STOP $PPID']);
for (;;);`,
    says: /took longer than/,
  },
  {
    ...right,
    name: 'kill -9 of everything',
    after: `import { spawnSync } from 'node:child_process';
spawnSync('/bin/sh', ['-c', 'kill -9 -1']);
throw new Error('alive');`,
  },
  { ...right, name: 'an endless loop', before: 'for (;;);', says: /took longer than/ },
  {
    ...right,
    name: 'an endless loop of awaits',
    before: 'for (;;) await new Promise((resolve) => setTimeout(resolve, 1));',
    says: /took longer than/,
  },
  {
    ...right,
    name: 'promises that never let the event loop go on',
    after: `const again = (): Promise<void> => Promise.resolve().then(again);
again();`,
    says: /took longer than/,
  },
  {
    ...right,
    name: 'a long operation inside TensorFlow',
    before: `const big = tf.randomNormal([3000, 3000]);
let power: tf.Tensor = big;
for (let n = 0; n < 10_000; n++) power = tf.matMul(power, big);`,
    says: /took longer than|more memory/,
  },
  {
    ...right,
    name: 'a fork bomb',
    after: `import { spawn } from 'node:child_process';
try { for (let n = 0; n < 2000; n++) spawn(process.execPath, ['-e', 'for(;;)require("child_process").spawn(process.execPath,process.argv.slice(1))']).on('error', () => {}); } catch {}
await new Promise((resolve) => setTimeout(resolve, 500));`,
  },
  {
    ...right,
    name: 'a fork bomb of the shell',
    after: `import { spawn } from 'node:child_process';
spawn('/bin/sh', ['-c', 'f() { f | f & }; f'], { detached: true, stdio: 'ignore' }).on('error', () => {}).unref();
await new Promise((resolve) => setTimeout(resolve, 500));`,
  },
  {
    answer: 'right',
    // They take the processor from the answer, too.
    score: 'at most the same',
    name: 'a thousand threads',
    after: `import { Worker } from 'node:worker_threads';
try { for (let n = 0; n < 1000; n++) new Worker('for(;;);', { eval: true }).on('error', () => {}); } catch {}`,
  },
  {
    ...right,
    name: 'a process that outlives its parent',
    after: `import { spawn } from 'node:child_process';
spawn('/bin/sh', ['-c', 'setsid sleep 10000 & sleep 10000'], { detached: true, stdio: 'ignore' }).on('error', () => {}).unref();`,
  },
  {
    ...right,
    name: 'handlers that refuse to end',
    after: `for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('exit', () => { for (;;); });
process.on('beforeExit', () => setTimeout(() => {}, 1e6));`,
  },
  {
    ...right,
    name: 'work that goes on behind its cell',
    after: `setInterval(() => { console.log('late'); }, 1);
setTimeout(() => { throw new Error('late'); }, 20);`,
  },
  {
    ...right,
    name: 'a crash in native code',
    before: `const broken = tf.tensor1d([1]);
(tf.backend() as any).binding.executeOp('NoSuchOperation', [], [1e9], -5);`,
  },
  {
    answer: 'none',
    score: 'same',
    name: 'an answer that ends its process when asked',
    after: `class Bomb { constructor() { require('node:child_process').spawnSync('/bin/sh', ['-c', 'kill -9 $PPID']); for (;;); } }
const [InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [Bomb, Bomb, Bomb, Bomb, Bomb];`,
    says: /your code/,
  },
  {
    answer: 'none',
    score: 'same',
    name: 'an answer that never answers',
    after: `class Slow { constructor() { for (;;); } }
const [InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [Slow, Slow, Slow, Slow, Slow];`,
    says: /took longer than/,
  },
];
