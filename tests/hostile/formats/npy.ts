import { gunzipSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { decodeNpy } from '../../../lib/io/npy';
import { decodeNpz } from '../../../lib/io/npz';
import { golden } from '../../golden';
import { EXTREMES, pick, put, replaced, within, type Damage } from '../damage';
import { BLIND } from '../mutations';
import type { HostileFormat } from './format';
import { zipDamages } from './zip-damages';

const stored = golden<{ cases: { file: string }[]; archives: Record<string, string> }>('npy');
const unpack = (packed: string) => new Uint8Array(gunzipSync(Buffer.from(packed, 'base64')));

const SHAPES = [
  '()',
  '(0,)',
  '(-1,)',
  '(0, 9007199254740993)',
  '(4294967296, 4294967296)',
  '(1000000000,)',
  '(18446744073709551616,)',
  '(3, 3.5)',
  `(${'1, '.repeat(70)})`,
  `(${'2, '.repeat(60)})`,
  '(((((3)))))',
  '[3]',
  '(3',
  'None',
];
const TYPES = [
  "'|O'",
  "'<c16'",
  "'<U4294967295'",
  "'V8'",
  "'<f16'",
  "'<i4'",
  "'>f8'",
  "'<M8[ns]'",
  "[('a', '<f4')]",
  '3',
];

/** The header's text; the beginning of a version 1 file. */
function headerEnd(bytes: Buffer): number {
  return bytes.length < 12 ? bytes.length : Math.min(bytes.length, 10 + bytes.readUInt16LE(8));
}

/** Writes another value for a key of the header, whose length is kept true. */
function headerValue(key: string, values: readonly string[]): Damage {
  return (bytes, random) => {
    const text = bytes.toString('latin1', 10, headerEnd(bytes));
    const value = /^\s*('[^']*'|\([^)]*\)|True|False)/;
    const start = text.indexOf(`'${key}':`) + key.length + 3;
    const changed = text.slice(0, start) + text.slice(start).replace(value, ` ${pick(random, values)}`);
    const other = replaced(bytes, 10, headerEnd(bytes), Buffer.from(changed, 'latin1'));
    return put(other, 8, 2, changed.length);
  };
}

const damages: Readonly<Record<string, Damage>> = {
  'another shape': headerValue('shape', SHAPES),
  'another type': headerValue('descr', TYPES),
  'the other order': headerValue('fortran_order', ['True', 'False', 'Maybe', '1']),
  'length of the header': (bytes, random) => put(bytes, 8, pick(random, [2, 4]), pick(random, EXTREMES)),
  'another version': (bytes, random) => put(bytes, 6, 1, pick(random, [0, 1, 2, 3, 4, 255])),
  'a header without an end': (bytes) => {
    const header = Buffer.from(`{${"'a': ((((".repeat(5000)}`);
    return put(replaced(bytes, 10, headerEnd(bytes), header), 8, 2, header.length);
  },
};

/** Small files of every type, order and version, as NumPy wrote them. */
export const npy: HostileFormat = {
  files: () => stored.cases.map(({ file }) => unpack(file)),
  damages,
  async read(bytes) {
    const { values, shape } = await decodeNpy(bytes, 'mutant');
    if (values.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new TypeError(`${values.length} values of [${shape}]`);
    }
    return values.byteLength;
  },
  message: /^readNpy: mutant: (offset|header|data).*: got .+; expected ./s,
};

const inEntry = within(
  (bytes) => bytes,
  {
    entry: (bytes, random) => {
      const entries = unzipSync(bytes);
      const name = pick(random, Object.keys(entries));
      const damage = pick(random, [...Object.values(damages), ...Object.values(BLIND)]);
      return Buffer.from(zipSync({ ...entries, [name]: damage(Buffer.from(entries[name]), random) }));
    },
  },
  (bytes) => bytes,
);

/** Archives of NumPy's, packed and not. */
export const npz: HostileFormat = {
  files: () => Object.values(stored.archives).map(unpack),
  damages: { ...zipDamages, 'a damaged array': inEntry },
  async read(bytes) {
    const arrays = await decodeNpz(bytes, 'mutant');
    return Object.values(arrays).reduce((sum, { values }) => sum + values.byteLength, 0);
  },
  message: /^readNp[yz]: mutant: .+: got .+; expected ./s,
};
