import type { Image } from '../../io/image';
import { requireCounts, requireOneOf } from '../../nn/options';
import { asFloats } from '../spatial/samples';
import { filterProjections, PROJECTION_FILTERS, type ProjectionFilter } from './projection-filters';
import { evenAngles, requireAngles, requirePlane } from './radon';

export interface InverseRadonOptions {
  /** Angles of the projections in degrees; default evenly spaced over a half turn. */
  angles?: readonly number[];
  /** Default 'ramp'. */
  filter?: ProjectionFilter;
  /** Side of the picture; default that of which `radon` makes as many detectors, rounded down. */
  size?: number;
  /** As of `radon`; pixels outside of the circle become 0. Default true. */
  circle?: boolean;
}

/**
 * The picture of a sinogram by filtered back-projection, equal to `skimage.transform.iradon` with linear interpolation:
 * every projection is filtered and then laid over the picture along its rays.
 *
 * Shape: [detectors, angles] → [size, size], float32
 *
 * @throws RangeError for other than a plane of one channel, another number of angles than columns, and an unknown filter
 */
export function inverseRadon(sinogram: Image, options: InverseRadonOptions = {}): Image<Float32Array> {
  const owner = 'inverseRadon';
  requirePlane(owner, sinogram);
  const [detectors, columns] = sinogram.shape;
  const { angles = evenAngles(columns), filter = 'ramp', circle = true } = options;
  const { size = circle ? detectors : Math.floor(Math.sqrt(detectors ** 2 / 2)) } = options;
  requireAngles(owner, angles);
  requireOneOf(owner, 'filter', filter, PROJECTION_FILTERS);
  requireCounts(owner, { size });
  if (angles.length !== columns) {
    throw new RangeError(
      `${owner}: got ${angles.length} angles for ${columns} projections; expected one for each`,
    );
  }
  // In a circle, projections count as the middle of those of the square around it.
  const length = circle ? Math.ceil(Math.SQRT2 * detectors) : detectors;
  const before = Math.floor(length / 2) - Math.floor(detectors / 2);
  const padded = new Float32Array(length * columns);
  padded.set(asFloats(sinogram.data), before * columns);
  const fourierSize = Math.max(64, 2 ** Math.ceil(Math.log2(2 * length)));
  const lines = filterProjections(padded, length, columns, filter, fourierSize);
  const picture = backProject(lines, angles, size, length, circle);
  return { data: picture, shape: [size, size], channels: 1 };
}

function backProject(
  lines: readonly Float64Array[],
  angles: readonly number[],
  size: number,
  length: number,
  circle: boolean,
): Float32Array {
  const radius = Math.floor(size / 2);
  const middle = Math.floor(length / 2);
  const gain = Math.PI / (2 * angles.length);
  const picture = new Float32Array(size * size);
  const row = new Float64Array(size);
  const turns = angles.map((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]);
  for (let y = 0; y < size; y++) {
    row.fill(0);
    const down = y - radius;
    const half = circle ? Math.floor(Math.sqrt(Math.max(radius * radius - down * down, 0))) : size;
    const [first, last] = circle
      ? [Math.max(radius - half, 0), Math.min(radius + half, size - 1)]
      : [0, size - 1];
    for (let angle = 0; angle < lines.length; angle++) {
      const line = lines[angle];
      const [cosine, sine] = turns[angle];
      const start = middle - down * sine - radius * cosine;
      for (let x = first; x <= last; x++) {
        const place = start + x * cosine;
        const below = place | 0;
        if (place < 0 || below >= length - 1) {
          // The last detector itself is still within.
          if (place === length - 1) row[x] += line[length - 1];
          continue;
        }
        row[x] += line[below] + (line[below + 1] - line[below]) * (place - below);
      }
    }
    for (let x = first; x <= last; x++) picture[y * size + x] = row[x] * gain;
  }
  return picture;
}
