import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDicom } from '../../../lib/io/dicom/read-dicom';
import { readDicomSeries } from '../../../lib/io/dicom/read-series';
import { slicesOf } from '../../../lib/io/dicom/slices';
import { dicomRefusal } from '../../../lib/io/dicom/refusal';
import { encodeDicomSegmentation } from '../../../lib/io/dicom/write-segmentation';
import { slice } from '../../io/dicom/series-files';
import { dicomDamages } from './dicom-damages';
import type { HostileFormat } from './format';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

const HEIGHTS = [0, 2.5, 5];
const intact = HEIGHTS.map((z, index) => slice(z, index, { NumberOfFrames: 1 }));

/** A folder of three slices, one of which is damaged; read as a folder, which leaves it out, or as three files. */
export const dicomSeries: HostileFormat = {
  files: () => [intact[1]],
  damages: dicomDamages,
  async read(bytes, folder) {
    const files = HEIGHTS.map((_, index) => join(folder, `${index}.dcm`));
    files.forEach((file, index) => writeFileSync(file, index === 1 ? bytes : intact[index]));
    const { volume } = await readDicomSeries(bytes.length % 4 === 0 ? folder : files, { gaps: 'warn' });
    return volume.data.byteLength;
  },
  message: /^readDicom(Series|Header): .+: .+: got .*; expected ./s,
};

const MASK = Uint8Array.of(0, 1, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2);

/** A segmentation as the library writes it, of two segments; its frames are read, and where they lie. */
export const dicomSegmentation: HostileFormat = {
  async files() {
    const folder = mkdtempSync(join(tmpdir(), 'segcourse-'));
    try {
      HEIGHTS.forEach((_, index) => writeFileSync(join(folder, `${index}.dcm`), intact[index]));
      const { volume, slices } = await readDicomSeries(folder);
      const segments = [
        { number: 1, label: 'Lung' },
        { number: 2, label: 'Bone' },
      ];
      return [new Uint8Array(encodeDicomSegmentation({ ...volume, data: MASK }, slices, { segments }))];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  damages: dicomDamages,
  async read(bytes) {
    const { header, image } = await readDicom(bytes, { name: 'mutant' });
    slicesOf(header, dicomRefusal('readDicomSeries', 'mutant'));
    return image?.data.byteLength ?? 0;
  },
  message:
    /^readDicom(Series)?: mutant: .*(offset|\([0-9a-f]{4},[0-9a-f]{4}\)|header|data set|transfer syntax).*: got .*; expected ./s,
};
