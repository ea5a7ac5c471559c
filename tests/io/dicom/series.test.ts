import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { DicomItem } from '../../../lib/io/dicom/encode';
import { readDicomSeries } from '../../../lib/io/dicom/read-series';
import type { ReadDicomSeriesOptions, SeriesProgress } from '../../../lib/io/dicom/series-options';
import { golden } from '../../golden';
import { realData } from '../../real-data';
import { bytesOf } from './dicom-file';
import { inFolder, slice, writeAll } from './series-files';

/** Reads files of a folder; values of the first voxel of each slice. */
async function read(files: Record<string, Uint8Array>, options?: ReadDicomSeriesOptions) {
  let result: {
    values: number[];
    names: string[];
    warnings: string;
    affine: readonly number[];
    type: string;
  };
  await inFolder(async (folder) => {
    writeAll(folder, files);
    const { volume, slices, warnings } = await readDicomSeries(folder, options);
    const area = volume.shape[1] * volume.shape[2];
    result = {
      values: slices.map((_, index) => volume.data[index * area]),
      names: slices.map(({ file }) => basename(file)),
      warnings: warnings.join('\n'),
      affine: volume.affine,
      type: volume.data.constructor.name,
    };
  });
  return result!;
}

const rejects = (files: Record<string, Uint8Array>, message: RegExp, options?: ReadDicomSeriesOptions) =>
  assert.rejects(read(files, options), message);

/** Slices at heights, the value of each 10 × its number. */
const at = (...heights: number[]) =>
  Object.fromEntries(heights.map((z, index) => [`${'dcba'[index % 4]}${index}.dcm`, slice(z, 10 * index)]));

describe('readDicomSeries', () => {
  it('equals pydicom and SimpleITK on a chest CT', async function () {
    const folder = join(realData(this, 'ct/lidc-idri-0314'), 'ct/lidc-idri-0314');
    interface Golden {
      shape: number[];
      sha256: string;
      affine: number[];
      instances: number[];
    }
    const expected = golden<Golden>('dicom-series');
    const progress: SeriesProgress[] = [];
    const { volume, slices, warnings } = await readDicomSeries(folder, {
      onProgress: (one) => progress.push(one),
    });
    assert.deepEqual(volume.shape, expected.shape);
    assert.equal(createHash('sha256').update(bytesOf(volume.data)).digest('hex'), expected.sha256);
    volume.affine.forEach((value, index) => assert.ok(Math.abs(value - expected.affine[index]) < 1e-9));
    assert.deepEqual(
      slices.filter((_, index) => index % 16 === 0).map(({ header }) => header.instanceNumber),
      expected.instances,
    );
    assert.deepEqual(warnings, []);
    assert.deepEqual(progress.at(-1), { stage: 'pixels', done: 128, total: 128 });
    assert.equal(progress.length, 256);
  });

  it('sorts by position, not by name', async () => {
    const { values, names, affine, warnings, type } = await read(at(4, 0, 2));
    assert.deepEqual(names, ['c1.dcm', 'b2.dcm', 'd0.dcm']);
    assert.deepEqual(values, [10, 20, 0]);
    assert.deepEqual(affine, [0, 0, -0.75, 10, 0, -0.5, 0, 20, 2, 0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual([warnings, type], ['', 'Int16Array']);
  });

  it('sorts along the normal of slices that are not axial', async () => {
    const sagittal = (x: number, value: number) =>
      slice(0, value, {
        SOPInstanceUID: `1.2.${100 + x}`,
        ImagePositionPatient: [x, 5, 6],
        ImageOrientationPatient: [0, 1, 0, 0, 0, -1],
      });
    // Rows run to the back, columns to the feet: the normal is −x, to the patient's right.
    const { values, affine } = await read({ a: sagittal(1, 1), b: sagittal(4, 2), c: sagittal(7, 3) });
    assert.deepEqual(values, [3, 2, 1]);
    assert.deepEqual(affine, [3, 0, 0, -7, 0, 0, -0.75, -5, 0, -0.5, 0, 6, 0, 0, 0, 1]);
  });

  it('rescales each slice by its own slope and intercept', async () => {
    const rescaled = (z: number, slope: number, intercept: number) =>
      slice(z, 100, { RescaleSlope: slope, RescaleIntercept: intercept });
    const files = { a: rescaled(0, 1, -1024), b: rescaled(2, 2, -1000) };
    const { values, type } = await read(files);
    assert.deepEqual([values, type], [[-924, -800], 'Int16Array']);
    assert.deepEqual((await read(files, { rescale: false })).values, [100, 100]);
    const fraction = await read({ a: rescaled(0, 0.5, 0.25), b: rescaled(2, 1, 0) });
    assert.deepEqual([fraction.values, fraction.type], [[50.25, 100], 'Float32Array']);
    const signed = {
      PixelRepresentation: 1,
      RescaleSlope: 3,
      PixelData: bytesOf(new Uint16Array(6).fill(0x0fff)),
    };
    assert.deepEqual((await read({ a: slice(0, 0, signed), b: slice(2, 5) })).values, [-3, 5]);
  });

  it('turns MONOCHROME1 round, and replaces padding', async () => {
    const white = { PhotometricInterpretation: 'MONOCHROME1', RescaleIntercept: -1000 };
    const files = { a: slice(0, 95, white), b: slice(2, 0) };
    assert.deepEqual((await read(files)).values, [4095 - 95 - 1000, 0]);
    assert.deepEqual((await read(files, { monochrome1: 'keep' })).values, [-905, 0]);
    const padded = { a: slice(0, 95, { PixelPaddingValue: 95 }), b: slice(2, 96, { PixelPaddingValue: 95 }) };
    assert.deepEqual((await read(padded)).values, [95, 96]);
    assert.deepEqual((await read(padded, { padding: -2000 })).values, [-2000, 96]);
  });

  it('finds missing slices and uneven gaps', async () => {
    const missing = at(0, 2, 4, 10, 12, 14);
    await rejects(
      missing,
      /2 missing between .*b2\.dcm and .*a3\.dcm \(6 mm, elsewhere 2 mm\); expected even distances/,
    );
    const { warnings, affine } = await read(missing, { gaps: 'warn' });
    assert.match(warnings, /2 missing between .*; the affine has the mean distance/);
    assert.equal(affine[8], 14 / 5);
    await rejects(
      at(0, 2, 4.5, 6.5),
      /an uneven gap between .*c1\.dcm and .*b2\.dcm \(2\.5 mm, elsewhere 2 mm\)/,
    );
    // Rounding of positions is no gap.
    assert.equal((await read(at(0, 0.6, 1.3, 1.9))).warnings, '');
  });

  it('finds slices that are shifted to the side', async () => {
    const files = { ...at(0, 2, 6), x: slice(4, 1, { ImagePositionPatient: [-5, -20, 4] }) };
    await rejects(files, /slices beside the line of the others: .*x; expected/);
  });

  it('says how much a gantry is tilted, and keeps the shear', async () => {
    const tilted = (z: number) =>
      slice(z, z, { ImagePositionPatient: [-10, -20 + z * Math.tan(Math.PI / 18), z] });
    const { warnings, affine } = await read({ a: tilted(0), b: tilted(2), c: tilted(4) });
    assert.match(warnings, /sheared by 10° \(gantry tilt\)/);
    assert.ok(Math.abs(affine[4] + 2 * Math.tan(Math.PI / 18)) < 1e-12);
  });

  it('finds several slices at one place', async () => {
    const files = {
      ...at(0, 2),
      other: slice(2, 7, { SOPInstanceUID: '1.9', InstanceNumber: 1 }),
    };
    await rejects(files, /got 2 at one place: .*; expected one at each place; the option duplicates/);
    const first = await read(files, { duplicates: 'first' });
    assert.deepEqual(first.values, [0, 7]);
    assert.match(first.warnings, /2 slices at one place .*read is .*other/);
    assert.deepEqual((await read(files, { duplicates: 'last' })).values, [0, 10]);
    const select: ReadDicomSeriesOptions = { select: ({ file }) => !file.endsWith('other') };
    assert.deepEqual((await read(files, select)).values, [0, 10]);
  });

  it('leaves out second copies of a slice, localizers and other files, and says so', async () => {
    const files = {
      ...at(0, 2),
      copy: slice(2, 10),
      scout: slice(1, 5, { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'], SeriesInstanceUID: '1.7' }),
      'notes.txt': Buffer.from('not a DICOM file'),
      screen: slice(1, 5, { ImagePositionPatient: undefined }),
    };
    const { values, warnings } = await read(files);
    assert.deepEqual(values, [0, 10]);
    for (const name of [
      'copies of .*copy',
      'localizers, left out: .*scout',
      'left out: .*notes.txt',
      'screen: an image without',
    ]) {
      assert.match(warnings, new RegExp(name));
    }
  });

  it('asks which of several series', async () => {
    const other: DicomItem = { SeriesInstanceUID: '1.5', SeriesDescription: 'thin' };
    const files = { ...at(0, 2, 4), x: slice(0, 1, other), y: slice(2, 2, other) };
    await rejects(
      files,
      /got 2 series: 1\.2 \(CT, 3 slices, .*\); 1\.5 \(CT, thin, 2 slices, .*expected one; choose it/,
    );
    assert.deepEqual((await read(files, { series: '1.5' })).values, [1, 2]);
    const largest = await read(files, { series: 'largest' });
    assert.deepEqual(largest.values, [0, 10, 20]);
    assert.match(largest.warnings, /2 series, read is the largest/);
    await rejects(files, /option series: got 1\.4; expected one of 1\.2 .*1\.5/, { series: '1.4' });
  });

  it('refuses slices of different sizes, spacings, orientations, and colours', async () => {
    const wide = slice(4, 1, { Columns: 2, Rows: 3 });
    await rejects(
      { ...at(0, 2), wide },
      /2 × 3 pixels of .*; 3 × 2 pixels of .*wide; expected slices of one size/,
    );
    await rejects(
      { ...at(0, 2), x: slice(4, 1, { PixelSpacing: [0.5, 0.8] }) },
      /expected slices of one size, spacing/,
    );
    const turned = slice(4, 1, { ImageOrientationPatient: [0, 1, 0, 1, 0, 0] });
    await rejects({ ...at(0, 2), turned }, /orientation 0\\1\\0\\1\\0\\0: .*turned/);
    const colour = { SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', PlanarConfiguration: 0 };
    await rejects(
      { a: slice(0, 1, colour), b: slice(2, 1, colour) },
      /got colours in .*; expected one sample/,
    );
  });

  it('reads the frames of one file as slices', async () => {
    const planes = [4, 0, 2].map((z) => ({ PlanePositionSequence: [{ ImagePositionPatient: [0, 0, z] }] }));
    const shared: DicomItem = {
      PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }],
      PixelMeasuresSequence: [{ PixelSpacing: [1, 1] }],
      PixelValueTransformationSequence: [{ RescaleSlope: 2, RescaleIntercept: 1 }],
    };
    const { values, affine } = await read({
      enhanced: slice(0, 0, {
        ImagePositionPatient: undefined,
        ImageOrientationPatient: undefined,
        PixelSpacing: undefined,
        NumberOfFrames: 3,
        SharedFunctionalGroupsSequence: [shared],
        PerFrameFunctionalGroupsSequence: planes,
        PixelData: bytesOf(Uint16Array.from({ length: 18 }, (_, index) => Math.floor(index / 6))),
      }),
    });
    assert.deepEqual(values, [3, 5, 1]);
    assert.equal(affine[8], 2);
  });

  it('reads files that are named, and refuses those that are none', async () => {
    await inFolder(async (folder) => {
      writeAll(folder, { ...at(0, 2, 4), bad: Buffer.from('not a DICOM file') });
      const files = ['d0.dcm', 'c1.dcm'].map((name) => join(folder, name));
      assert.deepEqual((await readDicomSeries(files)).volume.shape, [2, 2, 3]);
      await assert.rejects(readDicomSeries([...files, join(folder, 'bad')]), /bad: offset 0: got bytes/);
    });
    await rejects({ a: Buffer.from('nothing') }, /no image with a position in 1 files/);
    await rejects({}, /files: got none; expected at least one DICOM file/);
  });

  it('refuses pixels that differ from the header, and volumes above maxBytes', async () => {
    await rejects({ ...at(0, 2), c: slice(4, 0, { PixelData: undefined }) }, /c: file: got no pixels/);
    await rejects(at(0, 2), /volume: got 24 bytes; expected at most 20/, { maxBytes: 20 });
  });

  it('refuses options that are none', async () => {
    const bad = (options: object) => readDicomSeries('nowhere', options);
    await assert.rejects(bad({ gaps: 'no' }), /readDicomSeries: got gaps 'no'; expected one of error, warn/);
    await assert.rejects(bad({ concurrency: 0 }), /got concurrency 0; expected an integer from 1/);
  });
});
