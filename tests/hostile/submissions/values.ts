import type { HostileSubmission } from './submission';

const none = { answer: 'none', score: 'same' } as const;

const blocks = (body: string, head = ''): string => `${head}
class Odd { constructor(..._: any[]) {} apply(...maps: any[]): any { ${body} } }
const [InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [Odd, Odd, Odd, Odd, Odd] as any[];`;

/** Gives back values that are hard to hold: the box or the judge must not trip over any. */
export const valueAttacks: readonly HostileSubmission[] = [
  {
    ...none,
    name: 'proxies that answer every question',
    after: blocks(
      'return new Proxy(function () {}, { get: (_t, key) => key === Symbol.toPrimitive ? () => 1 : key === "shape" ? [2, 16, 16, 8] : 1, has: () => true });',
    ),
  },
  {
    ...none,
    name: 'getters that change their mind',
    after: blocks(
      'let n = 0; return { get output() { return n++ % 2 ? maps[0] : undefined; }, get skip() { throw new Error("no"); }, get shape() { return [n++]; } };',
    ),
  },
  {
    ...none,
    name: 'a value in a circle',
    after: blocks(
      'const ring: any = { shape: [] }; ring.shape.push(ring); ring.output = ring.skip = ring; return ring;',
    ),
  },
  {
    ...none,
    name: 'a shape of a hundred million numbers',
    after: blocks(
      'const shape = new Array(1e8).fill(1); return { shape, output: { shape }, skip: { shape } };',
    ),
  },
  {
    ...none,
    name: 'a shape that nests',
    after: blocks(
      'let shape: any = []; for (let n = 0; n < 1e5; n++) shape = [shape]; return { shape, output: { shape }, skip: { shape } };',
    ),
  },
  {
    ...none,
    name: 'numbers that are none',
    after: blocks(
      'const map = tf.fill([2, 16, 16, 8], NaN); return { shape: map.shape, output: map, skip: map };',
    ),
  },
  {
    ...none,
    name: 'infinities',
    after: blocks(
      'const map = tf.fill([2, 16, 16, 8], Infinity); return { shape: map.shape, output: map, skip: map };',
    ),
  },
  {
    ...none,
    name: 'another type of number',
    after: blocks(
      'const map = tf.complex(tf.ones([2, 2]), tf.ones([2, 2])); return { shape: map.shape, output: map, skip: map };',
    ),
  },
  {
    ...none,
    name: 'strings in a tensor',
    after: blocks('const map = tf.tensor(["a", "b"]); return { shape: map.shape, output: map, skip: map };'),
  },
  {
    ...none,
    name: 'a disposed tensor',
    after: blocks(
      'const map = tf.ones([2, 2]); map.dispose(); return { shape: map.shape, output: map, skip: map };',
    ),
  },
  {
    ...none,
    name: 'bigints, symbols and dates',
    after: blocks(
      'return { shape: [1n, Symbol("x"), new Date()], output: { shape: [1n] }, skip: { shape: [Symbol("x")] } };',
    ),
  },
  {
    ...none,
    name: 'an error that cannot be read',
    after: blocks(
      'throw new Proxy({}, { get() { throw new Error("nested"); }, getPrototypeOf() { throw new Error("nested"); } });',
    ),
  },
  {
    ...none,
    name: 'an error without end',
    after: blocks(
      'const error: any = new Error("x".repeat(1e7)); error.stack = "y".repeat(5e7); error.cause = error; throw error;',
    ),
  },
  { ...none, name: 'nothing thrown', after: blocks('throw undefined;') },
  {
    ...none,
    name: 'classes that cannot be made',
    after: `const [InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [Symbol, Promise, Proxy, WeakRef, Function] as any[];`,
  },
  {
    ...none,
    name: 'answers that are no classes',
    after: `const [InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [1, 'two', null, undefined, {}] as any[];`,
    says: /expected the class/,
  },
  { ...none, name: 'a promise in place of a map', after: blocks('return new Promise(() => {});') },
  {
    ...none,
    name: 'a thenable that never comes',
    after: blocks(
      'return { then() {}, shape: { then() {} }, output: { shape: [1], then() {} }, skip: { then() {} } };',
    ),
  },
  {
    answer: 'wrong',
    score: 'at most the same',
    name: 'a million tensors left behind',
    after: 'for (let n = 0; n < 200_000; n++) tf.scalar(n);',
  },
];
