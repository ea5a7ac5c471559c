import type { HostileSubmission } from './submission';

const right = { answer: 'right', score: 'same' } as const;

/** Uses up memory, disk and attention. */
export const resourceAttacks: readonly HostileSubmission[] = [
  {
    ...right,
    name: "a bomb in JavaScript's heap",
    before: 'const heap: number[][] = []; for (;;) heap.push(Array.from({ length: 1e5 }, (_, n) => n));',
    says: /this cell (ended|used|took)/,
  },
  {
    ...right,
    name: 'a bomb of buffers',
    before: 'const buffers: Buffer[] = []; for (;;) buffers.push(Buffer.alloc(1 << 27, 1));',
    says: /this cell (ended|used|took)|RangeError/,
  },
  {
    ...right,
    name: 'a bomb of tensors',
    before: 'const tensors: tf.Tensor[] = []; for (;;) tensors.push(tf.ones([1 << 25]));',
    says: /this cell (ended|used|took)|Error/,
  },
  {
    ...right,
    name: 'a bomb in a child',
    after: `import { spawnSync } from 'node:child_process';
spawnSync(process.execPath, ['--max-old-space-size=100000', '-e', 'const a=[];for(;;)a.push(Buffer.alloc(1<<26,1))'], { timeout: 4000 });`,
  },
  {
    ...right,
    name: 'a full disk',
    before: `import { writeFileSync } from 'node:fs';
for (let n = 0; ; n++) writeFileSync('/tmp/full-' + n, Buffer.alloc(1 << 24, 1));`,
    says: /ENOSPC|more memory/,
  },
  {
    ...right,
    name: 'a million files',
    before: `import { writeFileSync } from 'node:fs';
try { for (let n = 0; n < 100_000; n++) writeFileSync('/tmp/file-' + n, ''); } catch {}`,
  },
  {
    ...right,
    name: 'a flood of prints',
    before: `for (let n = 0; n < 300_000; n++) console.log('flood', n);`,
    says: /more output was cut/,
  },
  {
    ...right,
    name: 'one print of a hundred megabytes',
    before: `console.log('x'.repeat(1e8));`,
  },
  {
    ...right,
    name: 'a flood past the console',
    before: `import { writeSync } from 'node:fs';
try { for (let n = 0; n < 5000; n++) writeSync(2, 'x'.repeat(65536)); } catch {}`,
  },
  {
    ...right,
    name: 'an enormous picture',
    before: `({ [Symbol.for('Jupyter.display')]: () => ({ data: { 'image/png': 'A'.repeat(5e7) } }) })`,
  },
  {
    ...right,
    name: 'a value that takes for ever to print',
    before: `const deep: any = {}; let inner = deep;
for (let n = 0; n < 1e5; n++) inner = inner.next = {};
deep`,
  },
  {
    ...right,
    name: 'an error message of a hundred megabytes',
    before: `throw new Error('x'.repeat(1e8));`,
  },
  {
    ...right,
    name: 'a page that steals from its reader',
    before: `({ [Symbol.for('Jupyter.display')]: () => ({ data: {
  'text/html': '<script>document.title = "stolen-by-html"</script>',
  'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg" onload="stolen-by-svg"></svg>',
  'image/png': 'AA" onerror="stolen-by-png' } }) })`,
  },
];
