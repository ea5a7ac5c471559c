import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NumpyArray } from '../../lib/io/torch/numpy';
import { PickleTuple } from '../../lib/io/torch/pickle/values';
import { readTorch, TorchCheckpoint } from '../../lib/io/torch/read-torch';
import { stateDict } from '../../lib/io/torch/state-dict';
import { NumberType } from '../../lib/io/torch/storage';
import { TorchTensor } from '../../lib/io/torch/tensor';
import { golden } from '../golden';
import {
  bytes,
  call,
  global,
  int,
  legacy,
  long,
  persistent,
  pickle,
  storage,
  tensor,
  text,
  tuple,
  weights,
  zipped,
} from './pickle-builder';

type Numbers = (number | string)[];
type Golden = {
  files: Record<string, { base64: string; tensors: Record<string, { shape: number[]; values: Numbers }> }>;
};
const { files } = golden<Golden>('checkpoints');

const read = (name: string) =>
  readTorch(`${name}.pth`, new Uint8Array(Buffer.from(files[name].base64, 'base64')));
const valueOf = (name: string) => read(name).value as Map<string, unknown>;

describe('readTorch', () => {
  for (const [name, { tensors }] of Object.entries(files)) {
    it(`reads every number that torch.load reads: ${name}`, () => {
      const weights = stateDict(read(name));
      assert.deepEqual(Object.keys(weights), Object.keys(tensors));
      for (const [key, { shape, values }] of Object.entries(tensors)) {
        assert.deepEqual(weights[key].shape, shape, key);
        const got = Array.from<number | bigint>(weights[key].values as Float32Array);
        got.forEach((value, index) => {
          const wanted = values[index];
          const expected = typeof value === 'bigint' ? BigInt(wanted) : toNumber(wanted);
          assert.ok(Object.is(value, expected), `${key}[${index}]: got ${value}, expected ${expected}`);
        });
        assert.equal(got.length, values.length, key);
      }
    });
  }

  it('keeps each number type in an array of its own', () => {
    const weights = stateDict(read('types, zip'));
    const types = Object.entries(weights).map(([name, { values }]) => [name, values.constructor.name]);
    assert.deepEqual(Object.fromEntries(types), {
      float16: 'Float32Array',
      bfloat16: 'Float32Array',
      float32: 'Float32Array',
      float64: 'Float64Array',
      int8: 'Int8Array',
      int16: 'Int16Array',
      int32: 'Int32Array',
      int64: 'BigInt64Array',
      uint8: 'Uint8Array',
      bool: 'Uint8Array',
    });
  });

  for (const format of ['zip', 'legacy']) {
    it(`reads what else a checkpoint holds: ${format}`, () => {
      const value = valueOf(`checkpoint, ${format}`);
      assert.equal(value.get('epoch'), 7);
      assert.deepEqual(value.get('scores'), [0.25, 0.5, -3, true]);
      assert.deepEqual((value.get('shape') as PickleTuple).items, [2, 3]);
      assert.equal(value.get('device'), 'cuda:1');
      assert.equal((value.get('dtype') as NumberType).name, 'torch.float16');
      assert.deepEqual((value.get('attributed') as TorchTensor).toArray().values, Float32Array.of(0, 1, 2));
      const array = value.get('array') as NumpyArray;
      assert.deepEqual([array.shape, array.values], [[2, 3], Int16Array.of(0, 1, 2, 3, 4, 5)]);
      const plain = value.get('plain') as Map<string, unknown>;
      assert.deepEqual(plain.get('set'), new Set([1, 2]));
      assert.deepEqual(plain.get('bytes'), Uint8Array.of(0, 255));
      assert.equal(plain.get('long'), 2n ** 70n);
      assert.equal(plain.get('negative'), -(2 ** 40));
      assert.equal(plain.get('none'), null);
      assert.deepEqual((plain.get('pair') as PickleTuple).items, [1.5, 'é']);
      assert.deepEqual(value.get('missing'), new Map([['a', [1]]]));
      const optimizer = value.get('optimizer') as Map<string, Map<number, Map<string, TorchTensor>>>;
      assert.deepEqual(optimizer.get('state')!.get(0)!.get('exp_avg')!.shape, [2, 1, 1, 1]);
    });
  }

  it('lets tied weights share memory', () => {
    for (const name of ['views, zip', 'views, legacy']) {
      const value = valueOf(name) as Map<string, TorchTensor>;
      assert.equal(
        value.get('encoder')!.storage.bytes(0, 2).byteOffset,
        value.get('decoder')!.storage.bytes(0, 2).byteOffset,
      );
    }
  });

  it('reads an older file in which a tensor lies on a view of a storage', () => {
    const view = tuple(text('1'), int(2), int(2));
    const id = [text('storage'), global('torch', 'FloatStorage'), text('0'), text('cpu'), int(4), view];
    const file = legacy(pickle(weights(tensor({ storage: persistent(...id), size: tuple(int(2)) }))));
    assert.deepEqual(stateDict(readTorch('x.pth', file)).w.values, Float32Array.of(3, 4));
  });

  it('reads text and numbers of protocol 0, as Python 2 wrote them', () => {
    const items = bytes(
      'I01\n',
      'I00\n',
      'I-7\n',
      'L12345678901234567890L\n',
      "S'a b'\n",
      'V\\u00e9\n',
      'F-1.5e3\n',
      'F-inf\n',
    );
    const { value } = readTorch('x.pth', zipped(bytes('(', items, 'l.')));
    assert.deepEqual(value, [true, false, -7, 12345678901234567890n, 'a b', 'é', -1500, -Infinity]);
  });

  it('reads long integers of either sign exactly', () => {
    const items = [
      bytes(0x8a, 0),
      long(-1),
      long(-(2n ** 62n)),
      bytes(0x8b, Buffer.from('02000000ff7f', 'hex')),
    ];
    const { value } = readTorch('x.pth', zipped(pickle('(', items, 'l')));
    assert.deepEqual(value, [0, -1, -(2n ** 62n), 32767]);
  });

  it('keeps keys like __proto__ and constructor as keys', () => {
    const items = ['__proto__', 'constructor', 'toString'].map((name) => bytes(text(name), tensor(), 's'));
    const weights = stateDict(readTorch('x.pth', zipped(pickle('}', items))));
    assert.deepEqual(Object.keys(weights), ['__proto__', 'constructor', 'toString']);
    assert.equal(Object.getPrototypeOf(weights), null);
  });

  it('reads a file from its path and names it in errors', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-torch-'));
    try {
      const file = join(folder, 'a.pth');
      writeFileSync(file, Buffer.from(files['views, zip'].base64, 'base64'));
      assert.equal(Object.keys(stateDict(readTorch(file))).length, 11);
      writeFileSync(file, 'hello');
      assert.throws(() => readTorch(file), {
        message: `readTorch: ${file}: begins with the bytes 68656c6c; expected what torch.save writes`,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('stateDict', () => {
  const checkpoint = (...parts: Parameters<typeof bytes>): TorchCheckpoint =>
    readTorch('c.pth', zipped(pickle('}', ...parts)));
  const entry = (key: string, value: Uint8Array) => bytes(text(key), value, 's');
  const names = (...list: string[]) => bytes('}', ...list.map((name) => entry(name, tensor())));

  it('prefers what training scripts call the weights, though a tensor lies beside them', () => {
    const both = checkpoint(entry('best', tensor()), entry('model', names('w')), entry('ema', names('w')));
    assert.deepEqual(Object.keys(stateDict(both)), ['w']);
  });

  it('takes the only dictionary of tensors', () => {
    assert.deepEqual(
      Object.keys(stateDict(checkpoint(entry('params', names('w')), entry('epoch', int(3))))),
      ['w'],
    );
  });

  it('asks for a key where several could be meant, and follows it', () => {
    const both = checkpoint(entry('G', names('g.w')), entry('D', names('d.w')));
    assert.throws(
      () => stateDict(both),
      /stateDict: c\.pth: got a dictionary with weights under 'G', 'D': choose one by key/,
    );
    assert.deepEqual(Object.keys(stateDict(both, { key: 'D' })), ['d.w']);
    const deep = checkpoint(entry('a', bytes('}', entry('b', names('w')))));
    assert.deepEqual(Object.keys(stateDict(deep, { key: ['a', 'b'] })), ['w']);
    assert.throws(() => stateDict(both, { key: 'E' }), {
      name: 'RangeError',
      message: /got key 'E'; there is 'G', 'D'/,
    });
  });

  it('takes wrappers off names that all have them, and no others', () => {
    const wrapped = checkpoint(entry('module._orig_mod.a', tensor()), entry('module._orig_mod.b', tensor()));
    assert.deepEqual(Object.keys(stateDict(wrapped)), ['a', 'b']);
    assert.deepEqual(Object.keys(stateDict(checkpoint(entry('module.a', tensor()), entry('b', tensor())))), [
      'module.a',
      'b',
    ]);
  });

  it('takes a prefix off, and leaves other names out', () => {
    const both = checkpoint(entry('net.a', tensor()), entry('loss.b', tensor()));
    assert.deepEqual(Object.keys(stateDict(both, { prefix: 'net.' })), ['a']);
    assert.throws(() => stateDict(both, { prefix: 'x.' }), {
      name: 'RangeError',
      message: /got prefix 'x\.'; the names are 'net\.a', 'loss\.b'/,
    });
  });

  it('says what it found where there are no weights', () => {
    assert.throws(
      () => stateDict(checkpoint(entry('epoch', int(3)))),
      /got a dictionary with 'epoch', no weights/,
    );
    assert.throws(
      () => stateDict(readTorch('c.pth', zipped(pickle(']')))),
      /got a list of 0; expected a dictionary of tensors/,
    );
    assert.throws(
      () => stateDict(readTorch('c.pth', zipped(pickle(call(global('torch', 'Size')))))),
      /got a tuple of 0/,
    );
  });

  it('refuses tensors that together are far larger than the file', () => {
    const wide = tensor({
      size: tuple(int(2 ** 20), int(1)),
      stride: tuple(int(0), int(1)),
      storage: storage(),
    });
    const many = Array.from({ length: 8 }, (_, index) => entry(String(index), wide));
    assert.throws(() => stateDict(checkpoint(...many)), /got tensors of 33554432 bytes in a file of \d+/);
  });
});

function toNumber(text: number | string): number {
  return text === 'nan' ? NaN : Number(String(text).replace('inf', 'Infinity'));
}
