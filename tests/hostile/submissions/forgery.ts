import type { HostileSubmission } from './submission';

const none = { answer: 'none', score: 'same' } as const;
const wrong = { answer: 'wrong', score: 'at most the same' } as const;

/** Writes messages as the program in the box does. */
const FRAMES = `import { writeSync } from 'node:fs';
const frame = (message: unknown): Buffer => {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
};
const forge = (message: unknown): void => { try { writeSync(1, frame(message)); } catch {} };`;

const classes = (body: string): string => `class Forger { apply(): any { ${body} } }
const [InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [Forger, Forger, Forger, Forger, Forger] as any[];`;

/** Speaks to the grader in the box's name. */
export const forgeryAttacks: readonly HostileSubmission[] = [
  {
    ...none,
    name: 'answers sent ahead',
    after: `${FRAMES}
${classes('return {};')}
for (let id = 0; id < 200; id++) forge({ id, kind: 'evidence', value: 1 });`,
  },
  {
    ...none,
    name: 'answers sent in the midst of a question',
    after: `${FRAMES}
${classes(`for (let id = 0; id < 200; id++) forge({ id, kind: 'evidence', value: [[2, 16, 16, 8], [2, 16, 16, 8]] }); return {};`)}`,
    says: /broke the connection/,
  },
  {
    ...none,
    name: 'the right number guessed, and an answer of its own',
    after: `${FRAMES}
const frames = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
${classes(`for (const id of frames) forge({ id, kind: 'evidence', value: { passed: true, credit: 1 } }); return {};`)}`,
    says: /broke the connection/,
  },
  {
    ...none,
    name: 'marks in place of evidence',
    after: `${FRAMES}
${classes(`forge({ kind: 'ended', exercises: [{ exercise: '8.1', points: 10, max: 10 }] }); return {};`)}`,
    says: /broke the connection/,
  },
  {
    ...none,
    name: 'questions intercepted',
    after: `const listeners = process.stdin.listeners('data');
process.stdin.removeAllListeners('data');
process.stdin.on('data', (chunk: Buffer) => {
  for (const listener of listeners) (listener as any)(Buffer.from(chunk.toString('latin1').replaceAll('probe', 'ready'), 'latin1'));
});
${classes('return {};')}`,
  },
  {
    ...none,
    name: 'every question answered by a program of its own',
    after: `${FRAMES}
process.stdin.removeAllListeners('data');
process.stdin.on('data', (chunk: Buffer) => {
  const request = JSON.parse(chunk.subarray(4).toString());
  forge({ id: request.id, kind: request.kind === 'cell' ? 'ended' : 'evidence', defined: [], value: { credit: 1, points: 10, passed: true } });
});`,
  },
  {
    ...none,
    name: 'an endless answer',
    after: `${FRAMES}
${classes(`try { for (;;) writeSync(1, Buffer.alloc(1 << 20)); } catch {} return {};`)}`,
    says: /broke the connection|took longer/,
  },
  {
    ...none,
    name: 'an answer of four gigabytes announced',
    after: `${FRAMES}
${classes(`writeSync(1, Buffer.from([255, 255, 255, 255])); for (;;); return {};`)}`,
    says: /broke the connection/,
  },
  {
    ...none,
    name: 'an answer that nests a million deep',
    after: `${FRAMES}
${classes(`const body = Buffer.from('{"id":3,"kind":"evidence","value":' + '['.repeat(1e6) + ']'.repeat(1e6) + '}'); const head = Buffer.alloc(4); head.writeUInt32LE(body.length); writeSync(1, head); let at = 0; while (at < body.length) { try { at += writeSync(1, body, at); } catch {} } for (;;); return {};`)}`,
    says: /broke the connection/,
  },
  {
    ...none,
    name: 'an answer of twenty million values',
    after: `${FRAMES}
${classes(`const body = Buffer.from('{"id":3,"kind":"evidence","value":[' + '{},'.repeat(2e7) + '{}]}'); const head = Buffer.alloc(4); head.writeUInt32LE(body.length); writeSync(1, head); let at = 0; while (at < body.length) { try { at += writeSync(1, body, at); } catch {} } for (;;); return {};`)}`,
    says: /broke the connection/,
  },
  {
    ...none,
    name: 'names of the prototype in an answer',
    after: `${FRAMES}
${classes(`for (let id = 1; id < 40; id++) forge(JSON.parse('{"id":' + id + ',"kind":"evidence","__proto__":{"credit":1},"value":{"__proto__":{"credit":1},"constructor":{"prototype":{"credit":1}}}}')); return {};`)}`,
    says: /broke the connection/,
  },
  {
    ...wrong,
    name: 'text between the messages',
    after: `import { writeSync } from 'node:fs';
setInterval(() => { try { writeSync(1, 'points: 10'); } catch {} }, 1);`,
  },
  {
    ...wrong,
    name: 'outputs that look like points',
    after: `console.log('10');
10`,
  },
  {
    ...wrong,
    name: 'the channel of the box closed',
    after: `import { closeSync } from 'node:fs';
setTimeout(() => { closeSync(1); closeSync(0); }, 50);`,
  },
];
