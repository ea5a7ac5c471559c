import type { HostileSubmission } from './submission';

const right = { answer: 'right', score: 'same' } as const;

/** Aims at the compiler, which serves all students. The right answer beside it keeps its points. */
export const compilerAttacks: readonly HostileSubmission[] = [
  {
    ...right,
    name: 'types that multiply',
    before: `type Twice<T extends unknown[]> = [...T, ...T];
type A = Twice<Twice<Twice<Twice<Twice<Twice<Twice<Twice<Twice<Twice<Twice<Twice<Twice<[1]>>>>>>>>>>>>>;
const many: A['length'] = 1;`,
  },
  {
    ...right,
    name: 'types without end',
    before: `type Deep<T, N extends unknown[] = []> = N['length'] extends 999 ? T : Deep<{ [K in keyof T]: Deep<T[K], [...N, 1]> }, [...N, 1]>;
declare const deep: Deep<{ a: { b: { c: 1 } } }>;
const shallow: 1 = deep;`,
  },
  {
    ...right,
    name: 'brackets that nest',
    before: `const nested = ${'('.repeat(50_000)}1${')'.repeat(50_000)};`,
  },
  { ...right, name: 'a cell of eight megabytes', before: `const text = '${'x'.repeat(8_000_000)}';` },
  {
    ...right,
    name: 'a cell of thirty megabytes, which grow with all that is made of it',
    before: `const text = '${'€'.repeat(10_000_000)}';`,
    says: /at most 1048576/,
  },
  {
    ...right,
    name: 'names of long types',
    before: `const text = '${'x'.repeat(500_000)}';
const texts = [text, text, text, text] as const;`,
    says: /too long/,
  },
  {
    ...right,
    name: 'a union of thousands',
    before: `type U = ${Array.from({ length: 3000 }, (_, n) => `'k${n}'`).join('|')};
type P = \`\${U}\${U}\`;
const product: P = '';`,
  },
  { ...right, name: 'no text at all', before: '\u0000\u0001\uFFFF\uD800' },
  { ...right, name: 'code that is not closed', before: `const open = { a: [ \`\${` },
  {
    ...right,
    name: 'a cell that names itself a module of the library',
    before: `/** @module segcourse */
export const InputBlock = 1;`,
  },
];
