import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Inspection } from '../../lib/cli/inspection';
import { main } from '../../lib/cli/main';
import { encodePng } from '../../lib/display/png';
import type { Image, Volume } from '../../lib/io/image';
import { writeMgh } from '../../lib/io/mgh-write';
import { writeNifti } from '../../lib/io/nifti-write';
import { encodeNpy } from '../../lib/io/npy';
import { writeNpz } from '../../lib/io/npz';
import { readPicture } from '../../lib/io/picture';
import { encodeSafetensors } from '../../lib/io/safetensors';
import { writeTiff } from '../../lib/io/tiff-write';
import { writeVideo } from '../../lib/io/video-write';
import { realData } from '../real-data';
import { requireSystem } from '../system';

const TRUECOLOUR = { COLORTERM: 'truecolor' };

async function segcourse(args: string[], { env = {}, isTTY = false } = {}) {
  let [output, errors] = ['', ''];
  const code = await main(args, {
    out: { write: (text) => (output += text), isTTY, columns: 60, rows: 24 },
    errors: { write: (text) => (errors += text) },
    env,
  });
  return { code, output, errors };
}

async function json(...paths: string[]): Promise<Inspection> {
  const { code, output, errors } = await segcourse(['inspect', '--json', ...paths]);
  assert.equal(code, 0, errors);
  return JSON.parse(output) as Inspection;
}

/** 3 × 8 × 6, spacing 2.5 × 0.5 × 0.75 mm in slices, rows and columns, values 0 … 143 in a float that is no label. */
const volume: Volume<Float32Array> = {
  data: Float32Array.from({ length: 144 }, (_, at) => at + 0.5),
  shape: [3, 8, 6],
  channels: 1,
  affine: [0, 0, 0.75, -10, 0, 0.5, 0, -20, 2.5, 0, 0, 5, 0, 0, 0, 1],
};

describe('cli/inspect', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'segcourse-inspect-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));
  /** No name tells a format. */
  const place = (name: string) => join(folder, `${name}.dat`);
  const write = (name: string, bytes: Uint8Array): string => {
    writeFileSync(place(name), bytes);
    return place(name);
  };

  it('tells volumes: shape, spacing, orientation, values', async () => {
    const nifti = join(folder, 'volume.nii.gz');
    await writeNifti(nifti, volume);
    const mgh = join(folder, 'volume.mgz');
    await writeMgh(mgh, volume);
    for (const [path, format] of [
      [nifti, 'NIfTI'],
      [mgh, 'MGH'],
      [write('renamed', readFileSync(nifti)), 'NIfTI'],
    ]) {
      const told = await json(path);
      assert.equal(told.format, format);
      assert.deepEqual([told.shape, told.type, told.orientation], [[3, 8, 6], 'float32', 'RAS']);
      told.spacing!.forEach((distance, axis) =>
        assert.ok(Math.abs(distance - [2.5, 0.5, 0.75][axis]) < 1e-6),
      );
      const { minimum, maximum, mean, histogram, labels } = told.values!;
      assert.deepEqual([minimum, maximum, mean, labels], [0.5, 143.5, 72, undefined]);
      assert.deepEqual(histogram, new Array(48).fill(3));
    }
  });

  it('counts the labels of a mask, and takes no image for one', async () => {
    const labels = Uint16Array.from({ length: 32 * 32 }, (_, at) => 20 * Math.floor(at / 64));
    const mask = join(folder, 'mask.tif');
    await writeTiff(mask, { data: labels, shape: [32, 32], channels: 1 });
    const told = await json(mask);
    assert.deepEqual([told.format, told.shape, told.type], ['TIFF', [32, 32], 'uint16']);
    assert.deepEqual(
      told.values!.labels,
      Array.from({ length: 16 }, (_, at) => ({ value: 20 * at, count: 64 })),
    );
    const noise = Uint8Array.from({ length: 32 * 32 }, (_, at) => (at * 37) % 16);
    await writeTiff(mask, { data: noise, shape: [32, 32], channels: 1 });
    assert.equal((await json(mask)).values!.labels, undefined);
    const few = Uint8Array.from({ length: 32 * 32 }, (_, at) => at % 2);
    await writeTiff(mask, { data: few, shape: [32, 32], channels: 1 });
    assert.deepEqual((await json(mask)).values!.labels, [
      { value: 0, count: 512 },
      { value: 1, count: 512 },
    ]);
  });

  it('tells pictures, and writes a thumbnail of the right proportions', async () => {
    const data = Uint8Array.from({ length: 600 * 300 * 3 }, (_, at) => (at % 3 === 0 ? 255 : 0));
    const png = write('picture', await encodePng({ data, height: 600, width: 300, channels: 3 }));
    const told = await json(png);
    assert.deepEqual([told.format, told.shape, told.channels, told.type], ['PNG', [600, 300], 3, 'uint8']);
    const out = join(folder, 'thumbnail.png');
    const { code } = await segcourse(['inspect', png, '--thumbnail', out]);
    const small = await readPicture(out);
    assert.deepEqual([code, small.shape, small.channels], [0, [256, 128], 3]);
    assert.deepEqual([...small.data.subarray(0, 3)], [255, 0, 0]);
  });

  it('draws volumes by their spacing and labels in colours', async () => {
    const out = join(folder, 'slice.png');
    const label = { ...volume, data: volume.data.map((_, at) => (at % 6 < 3 ? 0 : 1)) };
    const path = join(folder, 'label.nii');
    await writeNifti(path, label);
    await segcourse(['inspect', path, '--thumbnail', out]);
    const { data, shape } = await readPicture(out);
    assert.deepEqual(shape, [8, 9], 'columns are 1.5 times as far apart as rows');
    assert.deepEqual([...data.subarray(0, 3)], [0, 0, 0]);
    assert.ok(new Set(data.subarray(8 * 3, 9 * 3)).size > 1, 'a colour');
  });

  it('tells arrays by name, shape and type', async () => {
    const values = Float32Array.of(1, NaN, 3, 4, 5, 6);
    const file = encodeSafetensors({
      arrays: { weight: { shape: [2, 3], values }, bias: { shape: [1], values: Int32Array.of(7) } },
      metadata: { made: 'here' },
    });
    const told = await json(write('weights', file));
    assert.equal(told.format, 'safetensors');
    assert.deepEqual(told.arrays, [
      { name: 'weight', shape: [2, 3], type: 'float32' },
      { name: 'bias', shape: [1], type: 'int32' },
    ]);
    assert.deepEqual(told.details, { arrays: 2, numbers: 7, made: 'here' });
    assert.deepEqual(told.warnings, ['weight has NaN or infinity']);
    const npy = await json(write('array', encodeNpy({ shape: [2, 3], values })));
    assert.deepEqual([npy.format, npy.shape, npy.type], ['NumPy array', [2, 3], 'float32']);
    assert.deepEqual([npy.values!.notFinite, npy.values!.minimum, npy.values!.mean], [1, 1, 3.8]);
    const npz = join(folder, 'archive');
    await writeNpz(npz, { a: { shape: [6], values } });
    assert.deepEqual((await json(npz)).arrays, [{ name: 'a', shape: [6], type: 'float32' }]);
  });

  it('tells videos', async function () {
    requireSystem(this, 'ffmpeg');
    const frame: Image<Uint8Array> = {
      data: new Uint8Array(16 * 32).fill(100),
      shape: [16, 32],
      channels: 1,
    };
    const clip = join(folder, 'clip');
    await writeVideo(clip, [frame, frame, frame], { fps: 3 });
    const told = await json(clip);
    assert.deepEqual([told.format, told.shape, told.channels], ['video', [3, 16, 32], 3]);
    assert.equal(told.details.duration, '1.00 s');
  });

  it('sums up a folder', async () => {
    const inner = join(folder, 'some', 'inner');
    mkdirSync(inner, { recursive: true });
    const npy = encodeNpy({ shape: [2], values: Float32Array.of(1, 2) });
    writeFileSync(join(inner, 'a'), npy);
    writeFileSync(join(folder, 'some', 'b'), npy);
    writeFileSync(join(inner, 'c'), 'text');
    const told = await json(join(folder, 'some'));
    assert.equal(told.bytes, 2 * npy.length + 4);
    assert.deepEqual(told.contents, [
      { format: 'NumPy array', files: 2, bytes: 2 * npy.length },
      { format: 'unknown', files: 1, bytes: 4 },
    ]);
  });

  it('reads as text, and draws where the terminal shows colours', async () => {
    const path = join(folder, 'volume.nii.gz');
    const { code, output } = await segcourse(['inspect', path]);
    assert.equal(code, 0);
    for (const line of [
      /^.*volume\.nii\.gz: NIfTI, \d+\.?\d* \w+$/m,
      /size +3 × 8 × 6$/m,
      /spacing +2\.5 × 0\.5 × 0\.75 mm/,
    ])
      assert.match(output, line);
    assert.ok(!output.includes('\x1b'));
    const coloured = await segcourse(['inspect', path], { isTTY: true, env: TRUECOLOUR });
    assert.match(coloured.output, /\x1b\[38;2;0;0;0m/); // eslint-disable-line no-control-regex
    assert.match(coloured.output, /slice 2 of 3/);
    const others = [
      segcourse(['inspect', path], { isTTY: true, env: { ...TRUECOLOUR, NO_COLOR: '1' } }),
      segcourse(['inspect', path], { isTTY: true }),
      segcourse(['inspect', '--no-picture', path], { isTTY: true, env: TRUECOLOUR }),
    ];
    for (const other of await Promise.all(others)) assert.equal(other.output, output);
  });

  it('lets no file write to the terminal', async () => {
    const npz = join(folder, 'evil');
    await writeNpz(npz, { 'a\x1b[2J': { shape: [1], values: Float32Array.of(1) } });
    const { output } = await segcourse(['inspect', npz]);
    assert.match(output, /a�\[2J/);
  });

  it('ends with 1 for what it cannot read, and tells the rest', async () => {
    const good = write('good', encodeNpy({ shape: [1], values: Float32Array.of(1) }));
    const cases: [string, RegExp][] = [
      [join(folder, 'none'), /none: got no such file; expected a file or folder/],
      [write('text', Buffer.from('some text')), /bytes 736f6d6520746578; expected one of: PNG, .*MGH/],
      [write('empty', new Uint8Array()), /got an empty file/],
      [write('cut', gzipSync('not a volume').subarray(0, 12)), /begins with the bytes 1f8b/],
      [write('damaged', Buffer.from('\x93NUMPY\x01\x00', 'latin1')), /readNpy: .*damaged\.dat/],
    ];
    for (const [path, message] of cases) {
      const { code, output, errors } = await segcourse(['inspect', path, good]);
      assert.equal(code, 1);
      assert.match(errors, message);
      assert.match(output, /good\.dat: NumPy array/);
    }
  });

  it('ends with 2 for a command line that is none', async () => {
    const cases: [string[], RegExp][] = [
      [[], /inspect/],
      [['nothing'], /got command 'nothing'; expected one of: inspect/],
      [['toString'], /got command 'toString'/],
      [['inspect'], /inspect: got no file/],
      [['inspect', '--wrong'], /--wrong/],
      [['inspect', 'a', 'b', '--thumbnail', 'c.png'], /got --thumbnail and 2 files/],
    ];
    for (const [args, message] of cases) {
      const { code, errors, output } = await segcourse(args);
      assert.deepEqual([code, output], [2, '']);
      assert.match(errors, message);
    }
    for (const args of [['--help'], ['help'], ['inspect', '--help']]) {
      const { code, output } = await segcourse(args);
      assert.equal(code, 0);
      assert.match(output, /inspect/);
    }
  });

  it('takes no TensorFlow', () => {
    const code = `require('./lib/cli/main'); console.log(Object.keys(require.cache).filter((f) => f.includes('tfjs')).length)`;
    const output = execFileSync(process.execPath, ['-r', 'ts-node/register', '-e', code], {
      cwd: join(__dirname, '../..'),
      encoding: 'utf8',
    });
    assert.equal(output.trim(), '0');
  });

  it('tells the course’s data', async function () {
    const root = realData(this, 'ct');
    const labels = await json(join(root, 'isbi2012/train-labels.tif'));
    assert.deepEqual(labels.shape, [30, 512, 512]);
    assert.deepEqual(
      labels.values!.labels!.map(({ value, count }) =>
        [value, count / (30 * 512 * 512)].map((x) => x.toFixed(4)),
      ),
      [
        ['0.0000', '0.2196'],
        ['255.0000', '0.7804'],
      ],
    );
    const slice = await json(join(root, 'ct/lidc-idri-0314/000022.dcm'));
    assert.deepEqual([slice.format, slice.shape, slice.spacing], ['DICOM', [512, 512], [0.78125, 0.78125]]);
    const series = await json(join(root, 'ct/lidc-idri-0314'));
    assert.deepEqual([series.shape, series.orientation], [[128, 512, 512], 'LPS']);
    assert.deepEqual(
      series.spacing!.map((distance) => distance.toFixed(5)),
      ['1.00000', '0.78125', '0.78125'],
    );
    const brain = await json(join(root, 'brain3d/aparc.a2009s+aseg.mgz'));
    assert.equal(brain.values!.labels!.length, 189);
  });
});
