import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { parseDicom, type DataSet } from 'dicom-parser';
import type { DicomDataSet } from '../../../lib/io/dicom/data-set';
import { readDicomHeader } from '../../../lib/io/dicom/read-dicom';
import { golden } from '../../golden';

/** Damaged or unusual files that dicom-parser refuses or reads otherwise; pydicom's goldens have them. */
const NOT_ITS_OWN = /no_meta|NoMeta|rtstruct|rtplan_truncated|UN_sequence|SC_rgb_jpeg\.dcm|image_dfl/;

/** "x7fe00010" → 0x7fe00010 */
const tagOf = (name: string) => parseInt(name.slice(1), 16);

/** Every attribute of the data set, its sequences' items included, has the same place and the same bytes. */
function assertSame(own: DicomDataSet, other: DataSet, path: string): number {
  // It lists the file's meta information with the data set's attributes, and delimiters with those of an item.
  const theirs = Object.entries(other.elements).filter(([name]) => {
    const group = tagOf(name) >>> 16;
    return group !== 2 && group !== 0xfffe;
  });
  assert.deepEqual(
    [...own.tags].sort((a, b) => a - b),
    theirs.map(([name]) => tagOf(name)).sort((a, b) => a - b),
    path,
  );
  let compared = 0;
  for (const [name, element] of theirs) {
    const tag = tagOf(name);
    const place = `${path}/${name}`;
    compared++;
    if (element.items && own.isSequence(tag)) {
      const items = own.items(tag);
      assert.equal(items.length, element.items.length, place);
      items.forEach((item, index) => (compared += assertSame(item, element.items![index].dataSet!, place)));
    } else if (!element.hadUndefinedLength) {
      const { dataOffset, length } = element;
      const stored = other.byteArray.subarray(dataOffset, dataOffset + length);
      assert.equal(Buffer.compare(own.bytes(tag)!, stored), 0, place);
    }
  }
  return compared;
}

/** Two parsers that share nothing; what both of them say of a file is so. */
describe('readDicom beside dicom-parser', () => {
  const { files } = golden<{ files: Record<string, string> }>('pydicom-bytes');
  for (const [name, packed] of Object.entries(files)) {
    if (NOT_ITS_OWN.test(name)) continue;
    it(`finds the same attributes, items and bytes in ${name}`, async () => {
      const bytes = new Uint8Array(gunzipSync(Buffer.from(packed, 'base64')));
      const whole = parseDicom(bytes);
      const { header } = await readDicomHeader(bytes, { name });
      // Headers end before the pixels.
      for (const tag of Object.keys(whole.elements)) if (tagOf(tag) >= 0x7fe00001) delete whole.elements[tag];
      assert.ok(assertSame(header.dataSet, whole, name) > 0);
    });
  }
});
