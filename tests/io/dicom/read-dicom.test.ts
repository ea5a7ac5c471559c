import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { applyPalette } from '../../../lib/io/dicom/colour';
import { encodeDataSet, encodeFile, type DicomItem } from '../../../lib/io/dicom/encode';
import { readDicom, readDicomHeader } from '../../../lib/io/dicom/read-dicom';
import { EXPLICIT_LITTLE_ENDIAN } from '../../../lib/io/dicom/transfer-syntax';
import { bytesOf, compressedFile, dicomFile, fragments } from './dicom-file';

const RLE = '1.2.840.10008.1.2.5';
const DEFLATED = '1.2.840.10008.1.2.1.99';

const samples = async (file: Uint8Array) => [...(await readDicom(file)).image!.data];
const sixteen = (...values: number[]) => bytesOf(Uint16Array.from(values));

describe('readDicom', () => {
  it('gives shape, samples and header', async () => {
    const { header, image, warnings } = await readDicom(
      dicomFile({
        PatientName: 'Müller^Jürgen',
        SpecificCharacterSet: 'ISO_IR 192',
        PixelSpacing: [0.5, 0.75],
        ImagePositionPatient: [1, -2, 3.5],
        WindowCenter: [40, -600],
        WindowWidth: [400, 1500],
        RescaleSlope: 2,
        RescaleIntercept: -1024,
        ImageType: ['ORIGINAL', 'PRIMARY'],
      }),
    );
    assert.deepEqual(image!.shape, [2, 3]);
    assert.deepEqual(image!.data, Uint16Array.of(0, 1, 2, 3, 4, 65535));
    assert.equal(header.patientName, 'Müller^Jürgen');
    assert.deepEqual(header.pixelSpacing, [0.5, 0.75]);
    assert.deepEqual(header.position, [1, -2, 3.5]);
    assert.deepEqual([header.slope, header.intercept], [2, -1024]);
    assert.deepEqual(header.imageType, ['ORIGINAL', 'PRIMARY']);
    assert.deepEqual(
      header.windows.map(({ centre, width }) => [centre, width]),
      [
        [40, 400],
        [-600, 1500],
      ],
    );
    assert.deepEqual(warnings, []);
  });

  it('leaves out bits that are no part of the value', async () => {
    const stored = {
      BitsStored: 12,
      HighBit: 11,
      PixelData: sixteen(0xf001, 0xffff, 0x0800, 0x07ff, 0x1000, 0),
    };
    assert.deepEqual(await samples(dicomFile(stored)), [1, 4095, 2048, 2047, 0, 0]);
    assert.deepEqual(
      await samples(dicomFile({ ...stored, PixelRepresentation: 1 })),
      [1, -1, -2048, 2047, 0, 0],
    );
    const shifted = { ...stored, HighBit: 15, PixelData: sixteen(0x0010, 0xffff, 0x800f, 0, 0, 0) };
    assert.deepEqual(await samples(dicomFile(shifted)), [1, 4095, 2048, 0, 0, 0]);
  });

  it('reads 1, 8 and 32 bits and floats', async () => {
    const bits = { BitsAllocated: 1, BitsStored: 1, HighBit: 0, PixelData: Uint8Array.of(0b100110, 0) };
    assert.deepEqual(await samples(dicomFile(bits)), [0, 1, 1, 0, 0, 1]);
    const eight = {
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelData: Uint8Array.of(1, 2, 3, 253, 254, 255),
    };
    assert.deepEqual(await samples(dicomFile({ ...eight, PixelRepresentation: 1 })), [1, 2, 3, -3, -2, -1]);
    const wide = { BitsAllocated: 32, BitsStored: 32, HighBit: 31 };
    const numbers = Uint32Array.of(0, 1, 2, 3, 2 ** 31, 2 ** 32 - 1);
    assert.deepEqual(await samples(dicomFile({ ...wide, PixelData: bytesOf(numbers) })), [...numbers]);
    const floats = Float32Array.of(0, 0.5, -1, Infinity, 1e-40, 3);
    const float = { ...wide, PixelData: undefined, FloatPixelData: bytesOf(floats) };
    assert.deepEqual((await readDicom(dicomFile(float))).image!.data, floats);
  });

  it('brings colour planes together, and YBR to RGB', async () => {
    const colour: DicomItem = {
      SamplesPerPixel: 3,
      PhotometricInterpretation: 'RGB',
      PlanarConfiguration: 1,
      Rows: 1,
      Columns: 2,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelData: Uint8Array.of(1, 2, 3, 4, 5, 6),
    };
    assert.deepEqual(await samples(dicomFile(colour)), [1, 3, 5, 2, 4, 6]);
    const ybr = { ...colour, PhotometricInterpretation: 'YBR_FULL', PlanarConfiguration: 0 };
    // Y = 76, Cb = 85, Cr = 255 is the red of JFIF.
    const { image } = await readDicom(
      dicomFile({ ...ybr, PixelData: Uint8Array.of(76, 85, 255, 100, 128, 128) }),
    );
    assert.deepEqual([image!.photometric, ...image!.data], ['RGB', 254, 0, 0, 100, 100, 100]);
  });

  it('keeps palette indices, and gives the palette', async () => {
    const table = (...entries: number[]) => bytesOf(Uint16Array.from(entries));
    const { image } = await readDicom(
      dicomFile({
        PhotometricInterpretation: 'PALETTE COLOR',
        PixelData: sixteen(0, 10, 11, 12, 13, 99),
        RedPaletteColorLookupTableDescriptor: [3, 10, 16],
        RedPaletteColorLookupTableData: table(1, 2, 3),
        GreenPaletteColorLookupTableData: table(10, 20, 30),
        BluePaletteColorLookupTableData: table(100, 200, 300),
      }),
    );
    assert.deepEqual([...image!.data], [0, 10, 11, 12, 13, 99]);
    const colours = applyPalette(image!.data, image!.palette!);
    const [first, second, third] = [
      [1, 10, 100],
      [2, 20, 200],
      [3, 30, 300],
    ];
    assert.deepEqual([...colours], [first, first, second, third, third, third].flat());
  });

  describe('finds the fragments of each frame', () => {
    // RLE of one byte a pixel: a header of 64 bytes, then a run.
    const frame = (value: number) => {
      const bytes = Buffer.alloc(68);
      bytes.writeUInt32LE(1, 0);
      bytes.writeUInt32LE(64, 4);
      bytes.set([251, value], 64);
      return bytes;
    };
    const eight = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 };
    const halves = (value: number) => [frame(value).subarray(0, 30), frame(value).subarray(30)];
    const read = async (content: Uint8Array, frames: number) =>
      samples(compressedFile(RLE, content, { ...eight, NumberOfFrames: frames }));
    const twelve = [...Array<number>(6).fill(7), ...Array<number>(6).fill(9)];

    it('one a frame', async () => {
      assert.deepEqual(await read(fragments([], [frame(7), frame(9)]), 2), twelve);
    });
    it('one frame in several', async () => {
      assert.deepEqual(await read(fragments([], halves(7)), 1), twelve.slice(0, 6));
    });
    it('by the offset table', async () => {
      const parts = [...halves(7), ...halves(9)];
      assert.deepEqual(await read(fragments([0, 84], parts), 2), twelve);
    });
    it('not by a table that lies, and says so', async () => {
      const parts = [...halves(7), ...halves(9)];
      await assert.rejects(
        read(fragments([0, 82], parts), 2),
        /PixelData: got 4 fragments, 1 frames by their end markers; expected 2 frames/,
      );
      assert.deepEqual(await read(fragments([5, 3], [frame(7), frame(9)]), 2), twelve);
    });
    it('refuses fewer fragments than frames, whatever the frames would take', async () => {
      await assert.rejects(
        read(fragments([], [frame(7)]), 2 ** 27),
        /got 1 fragments; expected at least 134217728, one a frame/,
      );
    });
    it('refuses a frame whose runs are too short', async () => {
      await assert.rejects(
        samples(compressedFile(RLE, fragments([], [frame(1)]), { ...eight, Rows: 60000, Columns: 30000 })),
        /frame 0: got 7 bytes in RLE segment 0; expected 1800000000 for 60000 × 30000 pixels/,
      );
    });
  });

  describe('reads what pydicom reads of a damaged file', () => {
    const file = Buffer.from(dicomFile());
    const values = [0, 1, 2, 3, 4, 65535];

    it('without a preamble', async () => {
      const { image, warnings } = await readDicom(file.subarray(132));
      assert.deepEqual([...image!.data], values);
      assert.match(warnings.join(), /no "DICM" at offset 128/);
    });
    it('without meta information', async () => {
      const start = file.indexOf(Buffer.from([8, 0, 0x16, 0]));
      assert.deepEqual(await samples(file.subarray(start)), values);
    });
    it('without the length of the meta information, or with a wrong one', async () => {
      const meta = encodeDataSet({ TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN });
      const dataSet = file.subarray(132 + 12 + meta.length);
      const head = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
      assert.deepEqual(await samples(Buffer.concat([head, meta, dataSet])), values);
      const wrong = Buffer.from(file);
      wrong.writeUInt32LE(7, 140);
      assert.deepEqual(await samples(wrong), values);
    });
    it('with zeros at the end', async () => {
      for (const zeros of [1, 8, 1000]) {
        assert.deepEqual(await samples(Buffer.concat([file, Buffer.alloc(zeros)])), values);
      }
    });
    it('with a value representation that is none', async () => {
      const bytes = Buffer.from(file);
      bytes.write('zz', bytes.indexOf('LO') < 0 ? bytes.indexOf('CS', 140) : bytes.indexOf('LO'), 'latin1');
      assert.ok(await readDicomHeader(bytes));
    });
    it('with a sequence of no length', async () => {
      const bytes = dicomFile({ ReferencedSeriesSequence: [] });
      const { header } = await readDicom(bytes);
      assert.deepEqual(header.dataSet.items('ReferencedSeriesSequence'), []);
    });
    it('whose last value is cut, and says so when the pixels are asked for', async () => {
      const cut = file.subarray(0, file.length - 2);
      const { header, warnings } = await readDicomHeader(cut);
      assert.equal(header.rows, 2);
      assert.deepEqual(warnings, []);
      await assert.rejects(
        readDicom(cut, { name: 'cut.dcm' }),
        /readDicom: cut\.dcm: offset \d+, \(7fe0,0010\) PixelData: got 10 bytes; expected 12 for 1 × 2 × 3 × 1/,
      );
    });
  });

  describe('refuses', () => {
    const cases: [string, DicomItem, RegExp][] = [
      ['no rows', { Rows: undefined }, /\(0028,0010\) Rows: got none; expected an integer from 1 to 65535/],
      [
        'zero columns',
        { Columns: 0 },
        /offset \d+, \(0028,0011\) Columns: got 0; expected an integer from 1/,
      ],
      ['huge sizes', { Rows: 65535, Columns: 65535 }, /got 8589672450 bytes|65535 × 65535, 8589672450 bytes/],
      ['17 bits', { BitsAllocated: 17 }, /BitsAllocated: got 17; expected 1, 8, 16, 32/],
      ['more bits stored than allocated', { BitsStored: 33 }, /BitsStored: got 33; expected 1 to 16/],
      ['two samples', { SamplesPerPixel: 2 }, /SamplesPerPixel: got 2; expected 1 or 3/],
      ['a slope that is text', { RescaleSlope: 'steep' }, /RescaleSlope: got "steep"; expected 1 numbers/],
      ['frames that are not there', { NumberOfFrames: 1000 }, /PixelData: got 12 bytes; expected 12000/],
      ['negative frames', { NumberOfFrames: -1 }, /NumberOfFrames: got -1; expected an integer from 1/],
    ];
    for (const [name, attributes, message] of cases) {
      it(name, () => assert.rejects(readDicom(dicomFile(attributes)), message));
    }
    it('pixels of more bytes than maxBytes', () =>
      assert.rejects(
        readDicom(dicomFile(), { maxBytes: 11 }),
        /12 bytes of pixels; expected at most 11; raise maxBytes/,
      ));
    it('a transfer syntax whose pixels it cannot decode, but reads the header', async () => {
      const video = dicomFile({}, '1.2.840.10008.1.2.4.102');
      assert.equal((await readDicomHeader(video)).header.modality, 'CT');
      await assert.rejects(
        readDicom(video),
        /\(0002,0010\) TransferSyntaxUID: got "1\.2\.840\.10008\.1\.2\.4\.102"; expected one of Implicit/,
      );
    });
    it('what is no DICOM file', async () => {
      await assert.rejects(
        readDicom(Buffer.from('PNG, perhaps'), { name: 'a.png' }),
        /a\.png: offset 0: got bytes .*expected "DICM"/,
      );
      await assert.rejects(readDicom(new Uint8Array()), /header: got a file of 0 bytes/);
    });
    it('sequences nested without an end', async () => {
      const open = Buffer.from('0800401153510000ffffffff' + 'feff00e0ffffffff', 'hex');
      const bomb = Buffer.concat([dicomFile({ PixelData: undefined }), ...Array<Buffer>(10000).fill(open)]);
      await assert.rejects(readDicom(bomb), /got more than 64 nested sequences; expected at most 64/);
      const closed = (depth: number): DicomItem =>
        depth === 0 ? {} : { ReferencedSeriesSequence: [closed(depth - 1)] };
      const { header } = await readDicom(
        encodeFile({ TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN }, closed(200)),
      );
      let dataSet = header.dataSet;
      assert.throws(() => {
        for (;;) [dataSet] = dataSet.items('ReferencedSeriesSequence');
      }, /more than 64 nested sequences/);
    });
    it('a deflated data set that unpacks to more than its pixels need', async () => {
      const meta = encodeFile({ TransferSyntaxUID: DEFLATED }, {});
      const dataSet = dicomFile().subarray(
        encodeFile({ TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN }, {}).length,
      );
      const bomb = Buffer.concat([dataSet, Buffer.alloc(2 ** 27)]);
      await assert.rejects(
        readDicom(Buffer.concat([meta, deflateRawSync(bomb)])),
        /offset \d+ \(deflated data set\): got deflate that unpacks to more than 16777228 bytes/,
      );
      assert.deepEqual(await samples(Buffer.concat([meta, deflateRawSync(dataSet)])), [0, 1, 2, 3, 4, 65535]);
    });
  });

  it('reads headers without the pixels, however long they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-dicom-'));
    try {
      const path = join(folder, 'a.dcm');
      const description = Array<string>(90).fill('y'.repeat(1000)).join('');
      const privateText = Buffer.alloc(12 + description.length);
      privateText.write('\x09\0\x10\x10UT\0\0', 'latin1');
      privateText.writeUInt32LE(description.length, 8);
      privateText.write(description, 12, 'latin1');
      const file = Buffer.from(dicomFile());
      const at = file.indexOf(Buffer.from([0x20, 0, 0x0e, 0]));
      writeFileSync(path, Buffer.concat([file.subarray(0, at), privateText, file.subarray(at)]));
      const { header } = await readDicomHeader(path);
      assert.equal(header.columns, 3);
      assert.equal(header.dataSet.text(0x00091010)!.length, description.length);
      assert.equal(header.dataSet.has('PixelData'), false);
      await assert.rejects(readDicomHeader(path, { maxBytes: 100 }), /at most 100/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('decodes on after a codec failed', async () => {
    const attributes = { BitsAllocated: 8, BitsStored: 8, HighBit: 7, Rows: 4, Columns: 4 };
    const siz = Buffer.from(
      'ff4fff51002900000000000400000004000000000000000000000004000000040000000000000000000107' + '0101ff93',
      'hex',
    );
    const broken = compressedFile(
      '1.2.840.10008.1.2.4.90',
      fragments([], [Buffer.concat([siz, Buffer.alloc(1)])]),
      attributes,
    );
    await assert.rejects(readDicom(broken), /frame 0: got a jpeg-2000 frame that cannot be decoded/);
    await assert.rejects(readDicom(broken), /frame 0: got a jpeg-2000 frame that cannot be decoded/);
  });
});
