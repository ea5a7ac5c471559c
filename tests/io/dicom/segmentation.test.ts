import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cielab } from '../../../lib/io/dicom/cielab';
import { decimal } from '../../../lib/io/dicom/encode';
import { dicomRefusal } from '../../../lib/io/dicom/refusal';
import { readDicom } from '../../../lib/io/dicom/read-dicom';
import { readDicomSeries, type DicomSeries } from '../../../lib/io/dicom/read-series';
import type { WriteDicomSegmentationOptions } from '../../../lib/io/dicom/segmentation-options';
import { slicesOf } from '../../../lib/io/dicom/slices';
import { encodeDicomSegmentation, writeDicomSegmentation } from '../../../lib/io/dicom/write-segmentation';
import type { Volume } from '../../../lib/io/image';
import { golden } from '../../golden';
import { inFolder, slice } from './series-files';

const SEGMENTS = [
  {
    number: 1,
    label: 'Lung — Lunge',
    type: { value: '39607008', scheme: 'SCT', meaning: 'Lung' },
    colour: [200, 60, 30] as const,
  },
  { number: 2, label: 'Bone' },
];

async function series(folder: string): Promise<DicomSeries> {
  [0, 2.5, 5].forEach((z, index) => {
    const attributes = { StudyInstanceUID: '1.7', PatientName: 'Müller', SpecificCharacterSet: 'ISO_IR 192' };
    writeFileSync(join(folder, `${9 - index}.dcm`), slice(z, index, attributes));
  });
  return readDicomSeries(folder);
}

/** A series with a mask of it, both written and read within `work`. */
async function withMask(
  work: (series: DicomSeries, mask: Volume<Uint8Array>, folder: string) => void | Promise<void>,
) {
  await inFolder(async (folder) => {
    const one = await series(folder);
    const data = Uint8Array.of(0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2);
    await work(one, { ...one.volume, data }, folder);
  });
}

describe('writeDicomSegmentation', () => {
  it('writes frames, places and references that read back', () =>
    withMask(async ({ slices }, mask, folder) => {
      const path = join(folder, 'mask.dcm');
      writeDicomSegmentation(path, mask, slices, { segments: SEGMENTS });
      const { header, image, warnings } = await readDicom(path);
      assert.deepEqual(warnings, []);
      assert.deepEqual(image!.shape, [4, 2, 3]);
      const frames = [
        [0, 1, 1, 0, 0, 0],
        [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 1],
        [1, 0, 0, 0, 0, 1],
      ];
      assert.deepEqual([...image!.data], frames.flat());
      const places = slicesOf(header, dicomRefusal('test', path));
      assert.deepEqual(
        places.map(({ position, pixelSpacing }) => [...position, ...pixelSpacing]),
        [0, 5, 0, 5].map((z) => [-10, -20, z, 0.5, 0.75]),
      );
      const groups = header.dataSet.items('PerFrameFunctionalGroupsSequence');
      const numbers = groups.map((group) =>
        group.items('SegmentIdentificationSequence')[0].number('ReferencedSegmentNumber'),
      );
      assert.deepEqual(numbers, [1, 1, 2, 2]);
      const sources = groups.map((group) =>
        group
          .items('DerivationImageSequence')[0]
          .items('SourceImageSequence')[0]
          .text('ReferencedSOPInstanceUID'),
      );
      assert.deepEqual(sources, ['1.2.3.1000', '1.2.3.1050', '1.2.3.1000', '1.2.3.1050']);
      assert.deepEqual(
        [header.studyInstanceUid, header.patientName, header.modality],
        ['1.7', 'Müller', 'SEG'],
      );
      const [first] = header.dataSet.items('SegmentSequence');
      assert.equal(first.text('SegmentLabel'), 'Lung — Lunge');
      assert.equal(first.items('SegmentedPropertyTypeCodeSequence')[0].text('CodeMeaning'), 'Lung');
    }));

  it('writes probabilities', () =>
    withMask(async ({ slices }, mask) => {
      const data = new Float32Array(2 * mask.data.length);
      data[3] = 0.25;
      data[12 * 2] = 1;
      const fractional = { ...mask, data, channels: 2 };
      const { header, image } = await readDicom(
        encodeDicomSegmentation(fractional, slices, { segments: SEGMENTS, kind: 'fractional' }),
      );
      assert.equal(header.dataSet.number('MaximumFractionalValue'), 255);
      assert.deepEqual([...image!.data], [255, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0]);
    }));

  it('writes one empty frame of an empty mask', () =>
    withMask(async ({ slices }, mask) => {
      const empty = { ...mask, data: new Uint8Array(18) };
      const { image } = await readDicom(encodeDicomSegmentation(empty, slices, { segments: SEGMENTS }));
      assert.deepEqual(
        [image!.shape, [...image!.data]],
        [
          [2, 3],
          [0, 0, 0, 0, 0, 0],
        ],
      );
    }));

  it('refuses masks and segments that do not fit', () =>
    withMask(({ slices }, mask) => {
      const bad =
        (changes: Partial<Volume>, options: Partial<WriteDicomSegmentationOptions> = {}) =>
        () =>
          encodeDicomSegmentation({ ...mask, ...changes }, slices, { segments: SEGMENTS, ...options });
      assert.throws(bad({ shape: [3, 3, 2] }), /got a mask of 3 × 3 × 2; expected 3 × 2 × 3 like the series/);
      const moved = mask.affine.map((value, index) => (index === 3 ? value + 1 : value));
      assert.throws(bad({ affine: moved }), /affine differs by 1; expected the affine of the series/);
      assert.throws(
        bad({ data: mask.data.map((value) => value + 1) }),
        /got 3 in the mask, at index 5; expected 0 or/,
      );
      assert.throws(bad({}, { segments: [SEGMENTS[1]] }), /got segment number 2 at place 0/);
      assert.throws(bad({}, { segments: [] }), /got 0 segments/);
      assert.throws(bad({}, { segments: [{ number: 1, label: ' ' }] }), /got an empty label of segment 1/);
      assert.throws(bad({}, { kind: 'fractional' }), /got 1 channels in the mask; expected 2: one a segment/);
      assert.throws(
        bad({}, { segments: [{ number: 1, label: 'x'.repeat(65) }, SEGMENTS[1]] }),
        /\(0062,0005\) SegmentLabel; expected at most 64 characters/,
      );
    }));

  it('stores colours as highdicom does', () => {
    const { colours } = golden<{ colours: { rgb: [number, number, number]; cielab: number[] }[] }>(
      'dicom-colours',
    );
    for (const { rgb, cielab: expected } of colours) assert.deepEqual(cielab(rgb), expected, String(rgb));
  });

  it('writes numbers in at most 16 characters', () => {
    for (const value of [0, 1 / 3, -1e-7 / 3, 123456.78901234567, -0.9999999999999996, 1e22, -609.800049]) {
      assert.ok(decimal(value).length <= 16, decimal(value));
      assert.ok(Math.abs(Number(decimal(value)) - value) <= 1e-9 * Math.abs(value), decimal(value));
    }
  });
});
