import { gunzipSync } from 'node:zlib';
import { readDicom } from '../../../lib/io/dicom/read-dicom';
import { golden } from '../../golden';
import { OBJECT } from '../honest-need';
import { claimedPixels, compressedDamages, dicomDamages } from './dicom-damages';
import type { HostileFormat } from './format';

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

export const dicom: HostileFormat = {
  files: () => {
    const stored = golden<{ files: Record<string, string> }>('pydicom-bytes').files;
    return NAMES.map((name) => new Uint8Array(gunzipSync(Buffer.from(stored[name], 'base64'))));
  },
  damages: { ...dicomDamages, ...compressedDamages },
  /** Header, pixels and all sequences. */
  async read(bytes) {
    const { header, image } = await readDicom(bytes, { name: 'mutant' });
    const all = [header.dataSet];
    let objects = 0;
    for (let dataSet = all.pop(); dataSet; dataSet = all.pop()) {
      for (const tag of dataSet.tags) {
        dataSet.text(tag);
        dataSet.numbers(tag, 1000);
        if (dataSet.isSequence(tag)) {
          const items = dataSet.items(tag);
          objects += items.length;
          for (const item of items) all.push(item);
        }
      }
    }
    if (!image) return OBJECT * objects;
    const { data, shape, channels } = image;
    if (data.length !== channels * shape.reduce((product, size) => product * size, 1)) {
      throw new TypeError(`${data.length} samples of [${shape}] × ${channels}`);
    }
    return data.byteLength + OBJECT * objects;
  },
  message:
    /^readDicom: mutant: .*(offset|\([0-9a-f]{4},[0-9a-f]{4}\)|header|data set|transfer syntax).*: got .*; expected ./s,
  claimed: claimedPixels,
};
