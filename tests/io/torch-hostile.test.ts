import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import seedrandom from 'seedrandom';
import { readTorch } from '../../lib/io/torch/read-torch';
import { stateDict } from '../../lib/io/torch/state-dict';
import { golden } from '../golden';
import { CASES, DANGEROUS, many, runs, SENTINEL } from './hostile-pickles';
import {
  bytes,
  global,
  int,
  legacy,
  MARK,
  persistent,
  pickle,
  tensor,
  text,
  tuple,
  weights,
  zipped,
} from './pickle-builder';

/** The outcome of a file: its weights read to the last number, or the library's own error. */
function outcome(file: Uint8Array): string | undefined {
  try {
    stateDict(readTorch('x.pth', file));
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    assert.match(message, /^(readTorch|stateDict): x\.pth: /, (error as Error).stack);
    return message;
  }
}

describe('hostile PyTorch files', () => {
  const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  afterEach(() => {
    assert.equal(existsSync(SENTINEL), false, 'a file ran a command');
    assert.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), prototype);
  });

  for (const [format, wrap] of [
    ['zip', zipped],
    ['legacy', legacy],
  ] as const) {
    for (const [module, name] of DANGEROUS) {
      it(`refuses ${module}.${name} by name: ${format}`, () => {
        const message = outcome(wrap(runs(module, name)));
        assert.ok(message?.includes(`asks for the Python global '${module}.${name}'`), message);
      });
    }
    for (const [what, data, message] of CASES) {
      it(`refuses ${what}: ${format}`, () => assert.match(outcome(wrap(data)) ?? 'nothing thrown', message));
    }
  }

  it('reads a list in a list in a list, 100,000 deep, as it reads any other', () => {
    const deep = pickle(many(100_000, ']'), many(99_999, 'a'));
    assert.match(outcome(zipped(deep))!, /got a list of 1; expected a dictionary/);
  });

  it('reads a structure that is exponentially large once unfolded', () => {
    const doubling = pickle(']', many(500, bytes('2', 0x86)));
    assert.match(outcome(zipped(doubling))!, /got a tuple of 2; expected a dictionary/);
  });

  it('reads a dictionary that holds itself', () => {
    assert.match(outcome(zipped(pickle('}', 'q', 0, text('state_dict'), 'h', 0, 's')))!, /no weights/);
  });

  it('refuses older files that lie about what follows the pickle', () => {
    const good = pickle(weights(tensor()));
    const cases: [Uint8Array, RegExp][] = [
      [legacy(good, [']']), /lacks the storage '0'/],
      [legacy(good, [']', MARK, text('0'), text('0'), 'e']), /lists the text '0' among its storages/],
      [legacy(good, [']', int(0), 'a']), /lists 0 among its storages/],
      [legacy(good, '}'), /got a dictionary of 0 as keys of storages/],
      [
        legacy(good, undefined, 2n ** 63n),
        /storage the text '0' has 9223372036854776000 numbers; its pickle says 4/,
      ],
      [bytes(pickle('N')), /got None as magic number/],
    ];
    for (const [file, message] of cases) assert.match(outcome(file)!, message);
    const view = (...numbers: number[]) =>
      persistent(
        text('storage'),
        global('torch', 'FloatStorage'),
        text('0'),
        text('cpu'),
        int(4),
        tuple(text('v'), ...numbers.map(int)),
      );
    for (const numbers of [[3, 2], [-1, 2], [2]]) {
      const file = legacy(pickle(weights(tensor({ storage: view(...numbers) }))));
      assert.match(outcome(file)!, /as a view of a storage of 4/);
    }
    const twoTypes = persistent(
      text('storage'),
      global('torch', 'HalfStorage'),
      text('0'),
      text('cpu'),
      int(4),
    );
    const file = legacy(pickle('}', text('a'), tensor(), 's', text('b'), tensor({ storage: twoTypes }), 's'));
    assert.match(outcome(file)!, /refers to storage '0' in two ways/);
  });

  it('refuses zip archives that lie', () => {
    const data = pickle(weights(tensor()));
    const good = zipped(data);
    const edited = (change: (view: DataView, at: number) => void, signature = 0x02014b50): Uint8Array => {
      const copy = new Uint8Array(good);
      const view = new DataView(copy.buffer);
      for (let at = 0; at < copy.length - 4; at++)
        if (view.getUint32(at, true) === signature) change(view, at);
      return copy;
    };
    const twice = zipSync({ 'a/data.pkl': data, 'b/data.pkl': data });
    const script = zipSync({ 'a/data.pkl': data, 'a/constants.pkl': data });
    const order = zipSync({ 'a/data.pkl': data, 'a/byteorder': Buffer.from('middle') });
    const cases: [Uint8Array, RegExp][] = [
      [
        zipSync({ 'hello.txt': Buffer.from('x') }),
        /got 0 entries data\.pkl in the zip archive \(entries: 'hello\.txt'\)/,
      ],
      [twice, /got 2 entries data\.pkl/],
      [script, /is a TorchScript program/],
      [order, /got byte order 'middle'; expected 'little' or 'big'/],
      [edited((view, at) => view.setUint16(at + 10, 12, true)), /packed by method 12/],
      [edited((view, at) => view.setUint16(at + 8, 1, true)), /is encrypted/],
      [
        edited((view, at) => view.setUint32(at + 20, 1e9, true)),
        /has 1000000000 bytes at \d+, beyond the file's/,
      ],
      [
        edited((view, at) => view.setUint32(at + 24, 1e9, true)),
        /is stored in \d+ bytes and says that it has 1000000000/,
      ],
      [edited((view, at) => view.setUint32(at + 42, 1e9, true)), /got no entry .* at 1000000000/],
      [edited((view, at) => view.setUint32(at + 24, 0xffffffff, true)), /lacks the zip64 field/],
      [
        edited((view, at) => view.setUint16(at + 10, 9999, true), 0x06054b50),
        /got no entry 2 of the directory/,
      ],
    ];
    for (const [file, message] of cases) assert.match(outcome(file) ?? 'nothing thrown', message);
  });

  it('refuses deflated entries that unpack to more than they say, or say more than a file can hold', () => {
    const zeros = deflateRawSync(Buffer.alloc(10_000_000));
    const bomb = (stated: number, packed = zeros): Uint8Array => {
      const file = zipSync({ 'a/data.pkl': [new Uint8Array(packed), { level: 0 }] });
      const view = new DataView(file.buffer, file.byteOffset);
      for (let at = 0; at < file.length - 4; at++) {
        if (view.getUint32(at, true) !== 0x02014b50) continue;
        view.setUint16(at + 10, 8, true);
        view.setUint32(at + 24, stated, true);
      }
      return file;
    };
    assert.match(outcome(bomb(100))!, /does not unpack to 100 bytes/);
    assert.match(
      outcome(bomb(4_000_000_000))!,
      /says that it has 4000000000 bytes, more than such a file can hold/,
    );
    assert.match(
      outcome(bomb(1_000_000, deflateRawSync(Buffer.alloc(10))))!,
      /has 10 bytes; it says 1000000/,
    );
  });

  it('says which other format a file is in', () => {
    const tar = Buffer.alloc(512);
    tar.write('ustar', 257);
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(), /is empty/],
      [Buffer.from('\x89HDF\r\n', 'latin1'), /is an HDF5 file/],
      [tar, /is a tar archive, PyTorch's format of before version 0\.1\.10/],
      [Buffer.from('\x10\0\0\0\0\0\0\0{"a":1}', 'latin1'), /is a safetensors file/],
    ];
    for (const [file, message] of cases) assert.match(outcome(file)!, message);
  });

  const { files } = golden<{ files: Record<string, { base64: string }> }>('checkpoints');
  const decode = (name: string) => new Uint8Array(Buffer.from(files[name].base64, 'base64'));

  for (const name of ['types, legacy', 'types, zip', 'views, deflated']) {
    it(`refuses a file that is cut off, wherever it is: ${name}`, () => {
      const whole = decode(name);
      assert.equal(outcome(whole), undefined);
      for (let length = 0; length < whole.length; length++) {
        assert.notEqual(
          outcome(whole.subarray(0, length)),
          undefined,
          `read ${length} of ${whole.length} bytes`,
        );
      }
    });
  }

  it('reads or refuses 2,000 damaged files, and fails in no other way', () => {
    const random = seedrandom('hostile');
    const below = (count: number) => Math.floor(random() * count);
    const originals = Object.keys(files).map(decode);
    let refused = 0;
    for (let round = 0; round < 2_000; round++) {
      const file = new Uint8Array(originals[below(originals.length)]);
      for (let change = below(8); change >= 0; change--) {
        // mostly in the pickle, which comes first
        const at = below(random() < 0.7 ? Math.min(1_000, file.length) : file.length);
        file[at] = random() < 0.3 ? file[below(file.length)] : below(256);
      }
      const start = below(file.length);
      if (random() < 0.1) file.copyWithin(below(file.length), start, start + below(64));
      if (outcome(file) !== undefined) refused++;
    }
    assert.ok(refused > 200 && refused < 2_000, `refused ${refused}`);
  });
});
