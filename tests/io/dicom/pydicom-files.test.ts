import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { applyPalette } from '../../../lib/io/dicom/colour';
import { readDicom, readDicomHeader } from '../../../lib/io/dicom/read-dicom';
import type { Samples } from '../../../lib/io/image';
import { golden } from '../../golden';

interface FileGolden {
  elements: number;
  shape?: number[];
  dtype?: string;
  sha256?: string;
  [keyword: string]: unknown;
}
interface Golden {
  files: Record<string, FileGolden>;
  palette: { dtype: string; sha256: string };
}

const { files, palette } = golden<Golden>('pydicom-files');
const TEXTS = [
  'PatientID',
  'PatientName',
  'Modality',
  'StudyDate',
  'SeriesInstanceUID',
  'SOPInstanceUID',
] as const;

const hash = (data: Samples) =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
    .slice(0, 16);

const dtype = (data: Samples) => data.constructor.name.replace('Array', '').toLowerCase();

async function compare(source: string | Uint8Array, name: string): Promise<void> {
  const expected = files[name];
  const { header } = await readDicomHeader(source, { name });
  for (const keyword of TEXTS) {
    assert.equal(header.dataSet.text(keyword), expected[keyword], `${name}: ${keyword}`);
  }
  if (!expected.sha256) return;
  const { header: whole, image } = await readDicom(source, { name });
  assert.equal(whole.dataSet.tags.length, expected.elements, `${name}: elements`);
  assert.ok(image, name);
  const shape = image.channels > 1 ? [...image.shape, image.channels] : image.shape;
  assert.deepEqual(
    [shape, dtype(image.data), hash(image.data)],
    [expected.shape, expected.dtype, expected.sha256],
    name,
  );
}

describe('readDicom on files of pydicom', () => {
  const stored = golden<{ files: Record<string, string> }>('pydicom-bytes').files;
  for (const [name, base64] of Object.entries(stored)) {
    it(`reads ${name} as pydicom does`, () => compare(gunzipSync(Buffer.from(base64, 'base64')), name));
  }

  it('reads all of them, where SEGCOURSE_PYDICOM_FILES names their folder', async function () {
    const folder = process.env.SEGCOURSE_PYDICOM_FILES;
    if (!folder || !existsSync(join(folder, 'CT_small.dcm'))) return this.skip();
    for (const name of Object.keys(files)) await compare(join(folder, name), name);
    const { image } = await readDicom(join(folder, 'examples_palette.dcm'));
    const colours = applyPalette(image!.data, image!.palette!);
    assert.deepEqual({ dtype: dtype(colours), sha256: hash(colours) }, palette);
  });
});
