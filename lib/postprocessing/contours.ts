import { requireGrid } from '../metrics/grid';
import { contourSegments, pointOf, type Crossing, type Segments } from './marching-squares';

export interface ContourOptions {
  /** Default halfway between the smallest and the largest finite value. */
  level?: number;
  /** Which values hang together over corners: those above the level, or (default) the others. */
  connected?: 'high' | 'low';
  /** Around which values a contour runs counterclockwise as the picture is seen: default `'low'`. */
  orientation?: 'high' | 'low';
}

/** A line along which an image has one value. */
export interface Contour {
  /** Row and column of each point in turn: [row, column, row, column …]; 0 is the middle of the first pixel. */
  points: Float64Array;
  /** Whether the last point is the first; else the line begins and ends at the image's border, or at NaN. */
  closed: boolean;
}

/**
 * The lines of one value of an image, with subpixel precision: marching squares (Lorensen and Cline 1987 in the plane),
 * linear between pixels. Equals `skimage.measure.find_contours`, order and points included.
 *
 * @param values row-major; squares with a NaN have no line
 * @param shape [height, width], each at least 2
 * @throws RangeError for a shape that does not fit, a level that is not finite
 */
export function findContours(
  values: ArrayLike<number>,
  shape: readonly number[],
  { level = middleOf(values), connected = 'low', orientation = 'low' }: ContourOptions = {},
): Contour[] {
  requireGrid('findContours', values, shape);
  if (shape.length !== 2 || shape.some((size) => size < 2)) {
    throw new RangeError(
      `findContours: got shape [${shape.join(', ')}]; expected [height, width], each at least 2`,
    );
  }
  if (!Number.isFinite(level)) {
    throw new RangeError(`findContours: got level ${level}; expected a finite number`);
  }
  for (const [name, side] of [['connected', connected] as const, ['orientation', orientation] as const]) {
    if (side === 'high' || side === 'low') continue;
    throw new RangeError(`findContours: got ${name} '${String(side)}'; expected 'high' or 'low'`);
  }
  const segments = contourSegments(values, shape[1], level, connected === 'high');
  return joined(segments).map((keys) => {
    const closed = keys.length > 2 && keys[0] === keys[keys.length - 1];
    if (orientation === 'high') keys.reverse();
    const points = new Float64Array(2 * keys.length);
    keys.forEach((key, index) => points.set(pointOf(segments, key), 2 * index));
    return { points, closed };
  });
}

function middleOf(values: ArrayLike<number>): number {
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    if (values[at] < low) low = values[at];
    if (values[at] > high) high = values[at];
  }
  return (low + high) / 2;
}

/** A line that grows at both ends. */
class Line {
  /** What came before the first point, the nearest first. */
  readonly before: Crossing[] = [];

  constructor(
    readonly number: number,
    readonly after: Crossing[],
  ) {}

  get first(): Crossing {
    return this.before.length > 0 ? this.before[this.before.length - 1] : this.after[0];
  }

  get last(): Crossing {
    return this.after[this.after.length - 1];
  }

  points(): Crossing[] {
    return [...this.before.slice().reverse(), ...this.after];
  }
}

/** The segments put end to end; of lines that meet, the one that began first goes on, so that they are in scan order. */
function joined({ from, to }: Segments): Crossing[][] {
  const lines = new Map<number, Line>();
  const starts = new Map<Crossing, Line>();
  const ends = new Map<Crossing, Line>();
  const taken = (places: Map<Crossing, Line>, at: Crossing) => {
    const line = places.get(at);
    if (line) places.delete(at);
    return line;
  };
  for (let segment = 0; segment < from.length; segment++) {
    const [first, last] = [from[segment], to[segment]];
    const tail = taken(starts, last);
    const head = taken(ends, first);
    if (tail && head) {
      if (tail === head) head.after.push(last);
      else if (tail.number > head.number) {
        for (const point of tail.points()) head.after.push(point);
        lines.delete(tail.number);
        starts.set(head.first, head);
        ends.set(head.last, head);
      } else {
        for (const point of head.points().reverse()) tail.before.push(point);
        starts.delete(head.first);
        lines.delete(head.number);
        starts.set(tail.first, tail);
        ends.set(tail.last, tail);
      }
    } else if (tail) {
      tail.before.push(first);
      starts.set(first, tail);
    } else if (head) {
      head.after.push(last);
      ends.set(last, head);
    } else {
      const line = new Line(segment, [first, last]);
      lines.set(segment, line);
      starts.set(first, line);
      ends.set(last, line);
    }
  }
  return [...lines.values()].map((line) => line.points());
}
