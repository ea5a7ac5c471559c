import { type Rgb, LABEL_COLOURS, parseColour } from './colours';
import type { PixelArray } from './pixels';

/** Labels this many pixels apart count as neighbours: the lines between cells are often two pixels wide. */
const REACH = 3;

/**
 * A map of labels as a picture for `showImages`: label 0 is black, each other label gets a colour that no neighbour has,
 * as far from theirs in lightness as can be. So neighbours are told apart without seeing hues, and in print.
 *
 * Equal colours mean nothing: there are six of them, and thousands of labels.
 *
 * @param labels whole numbers from 0, row by row: instances, cells, classes
 * @param shape [height, width]
 * @returns RGB bytes
 * @throws RangeError for labels that do not fill the shape, or are no whole numbers from 0
 */
export function labelMap(labels: ArrayLike<number>, shape: readonly number[]): PixelArray {
  const [height, width] = shape;
  if (shape.length !== 2 || labels.length !== height * width) {
    throw new RangeError(
      `labelMap: got ${labels.length} labels for a shape [${shape.join(', ')}]; expected [height, width] and one a pixel`,
    );
  }
  const neighbours = neighboursOf(labels, width);
  const colours = new Map<number, Rgb>();
  for (const [label, place] of assign(neighbours)) colours.set(label, parseColour(LABEL_COLOURS[place]));
  const data = new Uint8Array(3 * labels.length);
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] > 0) data.set(colours.get(labels[at]) as Rgb, 3 * at);
  }
  return { data, height, width, channels: 3 };
}

/** Which labels lie within `REACH` of each other, along rows, columns and diagonals. */
function neighboursOf(labels: ArrayLike<number>, width: number): Map<number, Set<number>> {
  const neighbours = new Map<number, Set<number>>();
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at];
    if (!Number.isSafeInteger(label) || label < 0) {
      throw new RangeError(`labelMap: got label ${label} at pixel ${at}; expected whole numbers from 0`);
    }
    if (label > 0 && !neighbours.has(label)) neighbours.set(label, new Set());
  }
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0) continue;
    const column = at % width;
    for (let step = 1; step <= REACH; step++) {
      const [left, right] = [column >= step, column + step < width];
      if (right) join(labels[at], labels[at + step]);
      for (const [fits, across] of [
        [left, -step],
        [true, 0],
        [right, step],
      ] as const) {
        if (fits) join(labels[at], labels[at + step * width + across]);
      }
    }
  }
  return neighbours;

  function join(one: number, other: number | undefined): void {
    if (!other || one === other) return;
    neighbours.get(one)!.add(other);
    neighbours.get(other)!.add(one);
  }
}

/**
 * A place in the palette for each label. The label with the fewest neighbours is taken out again and again, and the last
 * one out is coloured first (Matula and Beck 1983): regions of a plane never need more than six colours so.
 */
function assign(neighbours: ReadonlyMap<number, ReadonlySet<number>>): Map<number, number> {
  const order = smallestLast(neighbours);
  const places = new Map<number, number>();
  for (const label of order) {
    const taken = [...neighbours.get(label)!].flatMap((other) => places.get(other) ?? []);
    places.set(label, farthest(taken, places.size));
  }
  return places;
}

/** The place that is farthest from all that are taken; of equal ones, another as the labels go on. */
function farthest(taken: readonly number[], turn: number): number {
  const count = LABEL_COLOURS.length;
  let [best, most] = [0, -1];
  for (let n = 0; n < count; n++) {
    const place = (turn + n) % count;
    const distance = Math.min(count, ...taken.map((other) => Math.abs(other - place)));
    if (distance > most) [best, most] = [place, distance];
  }
  return best;
}

function smallestLast(neighbours: ReadonlyMap<number, ReadonlySet<number>>): number[] {
  const degrees = new Map([...neighbours].map(([label, others]) => [label, others.size]));
  const buckets: Set<number>[] = [];
  const bucket = (degree: number) => (buckets[degree] ??= new Set());
  for (const [label, degree] of degrees) bucket(degree).add(label);
  const removed: number[] = [];
  while (degrees.size > 0) {
    const smallest = buckets.find((labels) => labels?.size > 0)!;
    const [label] = smallest;
    smallest.delete(label);
    degrees.delete(label);
    removed.push(label);
    for (const other of neighbours.get(label)!) {
      const degree = degrees.get(other);
      if (degree === undefined) continue;
      bucket(degree).delete(other);
      bucket(degree - 1).add(other);
      degrees.set(other, degree - 1);
    }
  }
  return removed.reverse();
}
