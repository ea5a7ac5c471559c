import type { HostileSubmission } from './submission';

const none = { answer: 'none', score: 'same' } as const;
const wrong = { answer: 'wrong', score: 'at most the same' } as const;

/** Classes of the right names that do nothing. */
const EMPTY = `class Empty { apply(): any { return {}; } }
const [InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock] = [Empty, Empty, Empty, Empty, Empty] as any[];`;

/** Changes what runs beside it, so that a wrong answer looks right. What is judged elsewhere does not change with it. */
export const tamperingAttacks: readonly HostileSubmission[] = [
  {
    ...wrong,
    name: 'assertions that never fail',
    before: `import assert from 'node:assert';
for (const name of Object.keys(assert)) { try { (assert as any)[name] = () => {}; } catch {} }
(globalThis as any).assert = () => true;`,
  },
  { ...wrong, name: 'a console that lies', before: `console.log = console.error = () => {};` },
  {
    ...wrong,
    name: 'JSON that says what it likes',
    before: `const stringify = JSON.stringify;
JSON.stringify = ((value: any, ...rest: any[]) => stringify(value?.kind === 'evidence' ? { ...value, value: 1 } : value, ...rest)) as any;
JSON.parse = () => ({ points: 10 });`,
  },
  {
    ...wrong,
    name: 'toJSON on every object',
    before: `Object.defineProperty(Object.prototype, 'toJSON', { value() { return { credit: 1, points: 10 }; }, configurable: true });`,
  },
  {
    ...wrong,
    name: 'arrays that agree with everything',
    before: `Array.prototype.every = () => true;
Array.prototype.some = () => true;
Array.prototype.includes = () => true;
Float32Array.prototype.every = () => true;`,
  },
  {
    ...wrong,
    name: 'numbers that are always close',
    before: `Math.abs = () => 0;
Math.max = () => 0;
Number.isFinite = () => true;
Object.is = () => true;`,
  },
  {
    ...wrong,
    name: 'promises that resolve to full marks',
    before: `const then = Promise.prototype.then;
Promise.prototype.then = function (this: any, ok: any, bad: any): any { return then.call(this, ok && ((value: any) => ok(value)), () => ok?.({ credit: 1 })); } as any;`,
  },
  {
    ...wrong,
    name: 'a vm that runs nothing',
    after: `import vm from 'node:vm';
(vm as any).runInThisContext = () => () => undefined;
(vm.Script.prototype as any).runInThisContext = () => () => undefined;`,
  },
  {
    ...wrong,
    name: 'tslab taken apart',
    before: `try { const tslab = require('tslab/dist/executor'); tslab.createExecutor = () => ({ execute: async () => true }); } catch {}
(globalThis as any).__tslab__ = { exports: {}, require: () => ({}) };`,
  },
  {
    ...wrong,
    name: "the cells' runtime replaced",
    before: `try { Object.defineProperty(globalThis, Symbol.for('segcourse.cell'), { value: () => ({}) }); } catch {}
try { Object.defineProperty(globalThis, Symbol.for('segcourse.kernel'), { value: { display() {} } }); } catch {}`,
  },
  {
    ...wrong,
    name: 'tensor arithmetic that finds no difference',
    before: `for (const name of ['sub', 'abs', 'max', 'notEqual']) {
  try { (tf as any)[name] = () => tf.scalar(0); } catch {}
  try { (tf.Tensor.prototype as any)[name] = () => tf.scalar(0); } catch {}
}`,
  },
  {
    ...wrong,
    name: 'batch normalisation that is made afterwards',
    before: `const original = tf.LayersModel.prototype.countParams;
tf.LayersModel.prototype.countParams = function () { return original.call(this) + 16; };`,
  },
  {
    ...none,
    name: 'the program in the box replaced in the module cache',
    after: `for (const [file, module] of Object.entries(require.cache ?? {})) {
  const exported = (module as any).exports;
  if (/check.exercise\\.js$/.test(file)) for (const name of ['runProbe', 'requireParts']) {
    try { exported[name] = async () => ({ credit: 1, points: 10, passed: true }); } catch {}
  }
}
${EMPTY}`,
  },
  {
    ...none,
    name: 'Module._load hijacked',
    after: `import Module from 'node:module';
(Module as any)._load = () => ({ runProbe: async () => 1, exercises: {} });
${EMPTY}`,
  },
  {
    ...none,
    name: 'the list of probes replaced',
    after: `const loaded = Object.entries(require.cache ?? {}).find(([file]) => /check.exercises\\.js$/.test(file));
try { for (const exercise of Object.values((loaded![1] as any).exports.exercises) as any[]) for (const name of Object.keys(exercise.probes)) exercise.probes[name] = () => ({ credit: 1 }); } catch {}
${EMPTY}`,
  },
  {
    ...none,
    name: 'probes that say what is right of every network',
    after: `const [, loaded] = Object.entries(require.cache ?? {}).find(([file]) => /check.exercises\\.js$/.test(file))!;
const { probes } = (loaded as any).exports.exercises['8.1'];
const kinds = { kernel: [0, 0.08], bias: [0, 0], gamma: [1, 0], beta: [0, 0], mean: [0, 0], variance: [1, 0] } as const;
Object.assign(probes, {
  maxima: () => ({ equal: 0, different: 1 }),
  skipEffect: () => 1,
  gradients: () => Array.from({ length: 14 }, () => ({ name: 'kernel 3×3×4×8', size: 1 })),
  initialWeights: () => Object.entries(kinds).map(([kind, [mean, deviation]]) => ({ kind, shape: kind === 'kernel' ? [3, 3, 32, 32] : [32], mean, deviation, beyond: 0.0455 })),
});
${EMPTY}`,
  },
  {
    ...none,
    name: 'the scores written by hand',
    after: `import { writeFileSync, mkdirSync } from 'node:fs';
for (const folder of ['/tmp', process.cwd(), '/home/student/autograded', '/home/student/feedback']) {
  try { mkdirSync(folder, { recursive: true }); writeFileSync(folder + '/result.json', JSON.stringify({ exercises: [{ exercise: '8.1', points: 10, max: 10 }] })); writeFileSync(folder + '/gradebook.db', 'SQLite format 3'); } catch {}
}
10`,
  },
  {
    ...none,
    name: "the library's own class under another name",
    after: `import * as library from 'segcourse';
const { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock } = library;`,
    says: /withheld|not there while this exercise is graded/,
  },
  {
    ...none,
    name: "a class that extends the library's",
    after: `import * as library from 'segcourse';
class InputBlock extends library.InputBlock {}
class DownsamplingBlock extends library.DownsamplingBlock {}
class BottleneckBlock extends library.BottleneckBlock {}
class UpsamplingBlock extends library.UpsamplingBlock {}
class OutputBlock extends library.OutputBlock {}`,
    says: /not there while this exercise is graded/,
  },
  {
    ...none,
    name: "the library's class by its file",
    after: ({ project }) =>
      `const { InputBlock, DownsamplingBlock, BottleneckBlock, UpsamplingBlock, OutputBlock } = require('${project}/.build/lib/nn/blocks.js');`,
    says: /not there while this exercise is graded/,
  },
  {
    ...none,
    name: 'the answer given after the check',
    after: 'const nothingYet = 1;',
    late: EMPTY,
  },
];
