/**
 * Post-processing beside SciPy, scikit-image and cc3d: components, morphology, watershed, contours, surfaces.
 *
 * npm run bench -- postprocessing [--rounds 3] [--runs 5] [--only components]
 */
import { connectedComponents } from '../../lib/metrics/components';
import { distanceTransform } from '../../lib/metrics/distance-transform';
import { keepLargestComponent, removeSmallComponents } from '../../lib/postprocessing/components';
import { findContours } from '../../lib/postprocessing/contours';
import { marchingCubes } from '../../lib/postprocessing/marching-cubes';
import { dilation, erosion, opening } from '../../lib/postprocessing/morphology';
import { watershed } from '../../lib/postprocessing/watershed';
import { fillHoles } from '../../lib/transforms/spatial/fill-holes';
import { beside, type Cases } from './beside';

/** As in postprocessing.py: smooth hills. */
function waves([depth, height, width]: readonly number[]): Float32Array {
  const field = new Float32Array(depth * height * width);
  for (let z = 0, at = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        field[at++] =
          Math.sin(0.21 * x + 0.13 * y) +
          Math.sin(0.17 * y - 0.19 * z) +
          Math.sin(0.23 * z - 0.12 * x) +
          0.5 * Math.sin(1.3 * x + 0.7 * y + 1.1 * z);
      }
    }
  }
  return field;
}

function cases(): Cases {
  const plane = [1024, 1024];
  const space = [128, 160, 160];
  const [picture, volume] = [waves([1, ...plane]), waves(space)];
  const masked = (field: Float32Array) => Uint8Array.from(field, (value) => (value > 0.4 ? 1 : 0));
  const [pictureMask, mask] = [masked(picture), masked(volume)];
  const grey = Uint8Array.from(volume, (value) => Math.min(255, Math.max(0, Math.round(60 * (value + 2)))));
  const distances = distanceTransform(pictureMask, plane);
  const markers = connectedComponents(
    Uint8Array.from(distances, (value) => (value > 4 ? 1 : 0)),
    plane,
  ).labels;
  const depths = distances.map((value) => -value);
  return {
    'components of 26, 128 × 160², beside cc3d': () => connectedComponents(mask, space, 26),
    'components of 6, 128 × 160², beside SciPy': () => connectedComponents(mask, space, 6),
    'components of 8, 1024², beside cc3d': () => connectedComponents(pictureMask, plane, 8),
    'largest component, 128 × 160², beside SciPy': () =>
      keepLargestComponent(mask, space, { connectivity: 6 }),
    'largest component, 128 × 160², beside cc3d': () =>
      keepLargestComponent(mask, space, { connectivity: 6 }),
    'small components, 128 × 160², beside scikit-image': () => removeSmallComponents(mask, space, 50),
    'holes, 128 × 160², beside SciPy': () => fillHoles(mask, space),
    'erosion by a cross, 128 × 160² mask, beside SciPy': () => erosion(mask, space),
    'dilation by a ball of 4, 128 × 160² mask, beside SciPy': () =>
      dilation(mask, space, { element: 'ball', radius: 4 }),
    'grey opening by a ball of 2, 128 × 160², beside scikit-image': () =>
      opening(grey, space, { element: 'ball', radius: 2 }),
    'grey erosion by a square of 5, 128 × 160², beside SciPy': () =>
      erosion(grey, space, { element: 'square', radius: 5 }),
    'watershed of distances, 1024², beside scikit-image': () =>
      watershed(depths, markers, plane, { mask: pictureMask }),
    'contours, 1024², beside scikit-image': () => findContours(picture, plane, { level: 0.4 }),
    'surface, 128 × 160², beside scikit-image': () => marchingCubes(volume, space, { level: 0.4 }),
  };
}

beside({ file: __filename, peers: 'SciPy, scikit-image and cc3d' }, cases);
