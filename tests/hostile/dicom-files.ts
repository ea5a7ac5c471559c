import { gunzipSync } from 'node:zlib';
import { readDicom } from '../../lib/io/dicom/read-dicom';
import { golden } from '../golden';

/** One file of each coding, from pydicom's own: small, so that damages often hit lengths and headers. */
const NAMES = [
  'SC_rgb_small_odd.dcm', // explicit little endian
  'rtdose_1frame.dcm', // implicit little endian, sequences
  'rtdose_expb_1frame.dcm', // explicit big endian
  'image_dfl.dcm', // deflated
  'SC_rgb_rle_2frame.dcm',
  'SC_rgb_jpeg_gdcm.dcm', // JPEG lossless
  'SC_rgb_dcmtk_+eb+cy+np.dcm', // JPEG baseline
  'JPEG-lossy.dcm', // JPEG extended, 12 bits
  'JPEGLSNearLossless_16.dcm',
  'SC_rgb_jls_lossy_line.dcm',
  'SC_rgb_gdcm_KY.dcm', // JPEG 2000
  'reportsi.dcm', // nested sequences, no pixels
  'rtstruct.dcm', // no meta information
];

const stored = golden<{ files: Record<string, string> }>('pydicom-bytes').files;

export const dicomFiles = NAMES.map(
  (name) => new Uint8Array(gunzipSync(Buffer.from(stored[name], 'base64'))),
);

/** Header, pixels and all sequences. */
export async function readAll(bytes: Uint8Array): Promise<void> {
  const { header } = await readDicom(bytes, { name: 'case' });
  const all = [header.dataSet];
  for (let dataSet = all.pop(); dataSet; dataSet = all.pop()) {
    for (const tag of dataSet.tags) {
      dataSet.text(tag);
      dataSet.numbers(tag, 1000);
      if (dataSet.isSequence(tag)) all.push(...dataSet.items(tag));
    }
  }
}

export const MESSAGE = /^readDicom: case: .*got .*; expected /s;
