/**
 * Intensity transforms beside scikit-image and SciPy: CLAHE, histogram equalisation, Gaussian blur, Radon transform.
 *
 * npm run bench -- transforms-intensity [--rounds 3] [--runs 9] [--only CLAHE]
 */
import type { Image } from '../../lib/io/image';
import { seededRandom } from '../../lib/runtime/seed';
import { inverseRadon } from '../../lib/transforms/artefacts/inverse-radon';
import { radon } from '../../lib/transforms/artefacts/radon';
import { gaussianBlur } from '../../lib/transforms/intensity/blur';
import { clahe } from '../../lib/transforms/intensity/clahe';
import { claheOpenCv } from '../../lib/transforms/intensity/clahe-opencv';
import { equalizeHistogram } from '../../lib/transforms/intensity/equalize';
import { clipPercentiles } from '../../lib/transforms/intensity/normalize';
import { beside, type Cases } from './beside';

/** Measured, and not asked for: OpenCV's has vector instructions, NumPy's percentile too. */
const ASIDE = ['OpenCV', 'percentile'];

const noise = (shape: readonly number[]): Image<Float32Array> => {
  const random = seededRandom(1);
  const count = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length: count }, random), shape, channels: 1 };
};

function cases(): Cases {
  const picture = noise([512, 512]);
  const bytes = { ...picture, data: Uint8Array.from(picture.data, (value) => value * 256) };
  const volume = noise([96, 96, 96]);
  const slice = noise([256, 256]);
  const sinogram = noise([256, 180]);
  return {
    'CLAHE 512², float32': () => clahe(picture),
    'CLAHE 512², 8-bit': () => clahe(bytes),
    'CLAHE 96³, float32': () => clahe(volume),
    'CLAHE 512², 8-bit, OpenCV': () => claheOpenCv(bytes, { clipLimit: 2 }),
    'histogram equalisation 512², float32': () => equalizeHistogram(picture),
    'histogram equalisation 512², 8-bit': () => equalizeHistogram(bytes),
    'Gaussian blur 512², σ 1': () => gaussianBlur(picture, 1),
    'Gaussian blur 512², σ 4': () => gaussianBlur(picture, 4),
    'Gaussian blur 96³, σ 1': () => gaussianBlur(volume, 1),
    'percentile clip 96³': () => clipPercentiles(volume),
    'Radon transform 256², 180 angles': () => radon(slice),
    'filtered back-projection 256², 180 angles': () => inverseRadon(sinogram),
  };
}

beside({ file: __filename, peers: 'scikit-image and SciPy', runs: 9, aside: ASIDE }, cases);
