import type { Image } from '../../io/image';
import { asFloats, requireImage } from '../spatial/samples';

/** Projections of a picture: a row for each detector, a column for each angle. */
export type Sinogram = Image<Float32Array>;

export interface RadonOptions {
  /** Angles of the projections in degrees; default 0, 1, … 179. */
  angles?: readonly number[];
  /**
   * Whether only the middle square is taken, whose inscribed circle every projection sees whole, with as many detectors
   * as its side; otherwise the picture is padded until its diagonal fits. Default true.
   */
  circle?: boolean;
}

/**
 * Sums along parallel rays, equal to `skimage.transform.radon`: the ray of detector s at angle θ passes at the distance
 * s − middle from the pixel (⌊h / 2⌋, ⌊w / 2⌋), and takes samples a pixel apart, linear between pixels.
 *
 * Shape: [h, w] → [detectors, angles], float32; in units of the samples times pixels
 *
 * @throws RangeError for other than a picture of one channel, and angles that are not finite
 */
export function radon(image: Image, options: RadonOptions = {}): Sinogram {
  const owner = 'radon';
  requirePlane(owner, image);
  const { angles = wholeDegrees(), circle = true } = options;
  requireAngles(owner, angles);
  const { data, side } = circle ? middleSquare(image) : paddedSquare(image);
  const sinogram = new Float32Array(side * angles.length);
  // A border of zeros: what lies between the outermost pixels and nothing is interpolated without a question.
  const width = side + 2;
  const bordered = new Float32Array(width * width);
  for (let row = 0; row < side; row++) {
    bordered.set(data.subarray(row * side, (row + 1) * side), (row + 1) * width + 1);
  }
  const centre = Math.floor(side / 2);
  angles.forEach((angle, column) => {
    const [cosine, sine] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    for (let detector = 0; detector < side; detector++) {
      // The ray goes through (x + sine · t, y + cosine · t), in the bordered image.
      const x = cosine * (detector - centre) - sine * centre + centre + 1;
      const y = -sine * (detector - centre) - cosine * centre + centre + 1;
      const [first, last] = within(x, sine, y, cosine, side);
      let sum = 0;
      for (let step = first; step <= last; step++) {
        const across = x + sine * step;
        const down = y + cosine * step;
        const left = across | 0;
        const top = down | 0;
        const toRight = across - left;
        const at = top * width + left;
        const above = bordered[at] + (bordered[at + 1] - bordered[at]) * toRight;
        const below = bordered[at + width] + (bordered[at + width + 1] - bordered[at + width]) * toRight;
        sum += above + (below - above) * (down - top);
      }
      sinogram[detector * angles.length + column] = sum;
    }
  });
  return { data: sinogram, shape: [side, angles.length], channels: 1 };
}

/** The steps from 0 to side − 1 at which both coordinates lie between 0 and side + 1, the bordered image. */
function within(x: number, stepX: number, y: number, stepY: number, side: number): [number, number] {
  let [first, last] = [0, side - 1];
  for (const [start, step] of [
    [x, stepX],
    [y, stepY],
  ]) {
    if (Math.abs(step) < 1e-12) {
      if (!(start >= 0 && start < side + 1)) return [1, 0];
      continue;
    }
    const [a, b] = [-start / step, (side + 1 - start) / step];
    first = Math.max(first, Math.ceil(Math.min(a, b)));
    last = Math.min(last, Math.floor(Math.max(a, b)));
  }
  // Rounding may have put the ends on the far border, where there is no next pixel.
  const inside = (step: number) =>
    [x + stepX * step, y + stepY * step].every((place) => place >= 0 && place < side + 1);
  while (first <= last && !inside(first)) first++;
  while (last >= first && !inside(last)) last--;
  return [first, last];
}

/** A square of pixels. */
interface Square {
  data: Float32Array;
  side: number;
}

function middleSquare({ data, shape: [height, width] }: Image): Square {
  const side = Math.min(height, width);
  return cut(asFloats(data), width, side, Math.ceil((height - side) / 2), Math.ceil((width - side) / 2));
}

function paddedSquare({ data, shape: [height, width] }: Image): Square {
  const diagonal = Math.SQRT2 * Math.max(height, width);
  const side = height + Math.ceil(diagonal - height);
  const values = asFloats(data);
  const [top, left] = [height, width].map((size) => Math.floor(side / 2) - Math.floor(size / 2));
  const padded = new Float32Array(side * side);
  for (let row = 0; row < height; row++) {
    padded.set(values.subarray(row * width, (row + 1) * width), (row + top) * side + left);
  }
  return { data: padded, side };
}

function cut(values: Float32Array, width: number, side: number, top: number, left: number): Square {
  const data = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    const start = (row + top) * width + left;
    data.set(values.subarray(start, start + side), row * side);
  }
  return { data, side };
}

const wholeDegrees = () => Array.from({ length: 180 }, (_, angle) => angle);

/** Angles of a half turn, evenly spaced from 0°. */
export function evenAngles(count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index * 180) / count);
}

/** @throws RangeError for other than [h, w] with one channel */
export function requirePlane(owner: string, image: Image): void {
  requireImage(owner, image);
  if (image.shape.length !== 2 || image.channels !== 1) {
    throw new RangeError(
      `${owner}: got [${image.shape.join(', ')}] with ${image.channels} channels; expected [rows, columns] with 1`,
    );
  }
}

/** @throws RangeError for no angles, and such as are not finite */
export function requireAngles(owner: string, angles: readonly number[]): void {
  if (angles.length === 0 || !angles.every(Number.isFinite)) {
    throw new RangeError(
      `${owner}: got ${angles.length} angles; expected finite numbers of degrees, at least one`,
    );
  }
}
