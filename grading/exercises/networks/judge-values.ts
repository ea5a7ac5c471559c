import type { Verdict } from '../../../lib/check/case';
import { describe, equals, field, Plain } from '../../../lib/check/plain';

/** A feature map as plain data. */
export interface MapValues {
  shape: number[];
  values: Float32Array;
}

type Maps = () => Promise<MapValues[]>;

/** What a network gives where it is right, and where it goes wrong in a way that is known. */
export interface ExpectedValues {
  /** One set of maps for each right way; most answers equal the first. */
  right: Maps[];
  /** Wrong ways; credit 1 where the slip was made, and costs points, in another exercise. */
  slips: { maps: Maps; hint: string; credit?: 0 | 1 }[];
}

/** Share of the largest value that a value may be off: rounding, and an ε of 1e-3 in batch normalisation. */
const TOLERANCE = 0.01;

const WORDS = `the values of the reference network with the same weights, to within ${TOLERANCE * 100} %`;

/** Judges a network's outputs by their values, wherever they are right; names the slip where they are wrong. */
export async function judgeValues(evidence: Plain, { right, slips }: ExpectedValues): Promise<Verdict> {
  const expected = WORDS;
  const reference = await right[0]();
  const maps = mapsOf(evidence, reference.length);
  if (maps === undefined) {
    const hint = 'The output is no feature map, or there are more or fewer of them than asked for.';
    return { credit: 0, got: describe(evidence), expected, hint };
  }
  let error = Infinity;
  for (const way of right) {
    error = Math.min(error, largestError(maps, await way()));
    if (error <= TOLERANCE) return { credit: 1, got: 'the values of the reference network', expected };
  }
  const slip = await firstOf(slips, async (each) => largestError(maps, await each.maps()) <= TOLERANCE);
  if (slip?.credit === 1) {
    return {
      credit: 1,
      got: `the values of a network of other blocks, which is not counted here. ${slip.hint}`,
      expected,
    };
  }
  const off = reference.findIndex(({ shape }, index) => !equals(maps[index].shape, shape));
  if (off >= 0) {
    const hint = slip?.hint ?? shapeHint(maps, reference, off);
    return { credit: 0, got: 'an output of another shape than asked for', expected, hint };
  }
  return {
    credit: 0,
    got: Number.isFinite(error)
      ? `values that are off by up to ${describe(error * 100)} %`
      : 'values that are no numbers',
    expected,
    hint:
      slip?.hint ??
      'The shapes are right, the values not: compare each layer, its order and what it is applied to with the text.',
  };
}

/** The maps in the evidence, if it is as many as asked for and each has as many values as its shape says. */
export function mapsOf(evidence: Plain, count: number): MapValues[] | undefined {
  if (!Array.isArray(evidence) || evidence.length !== count) return undefined;
  const maps = (evidence as Plain[]).map((each) => ({
    shape: field(each, 'shape'),
    values: field(each, 'values'),
  }));
  const sound = maps.every(
    ({ shape, values }) =>
      values instanceof Float32Array &&
      Array.isArray(shape) &&
      shape.length <= 6 &&
      shape.every((side) => Number.isSafeInteger(side) && side >= 0) &&
      (shape as number[]).reduce((product, side) => product * side, 1) === values.length,
  );
  return sound ? (maps as MapValues[]) : undefined;
}

async function firstOf<Item>(
  items: readonly Item[],
  fits: (item: Item) => Promise<boolean>,
): Promise<Item | undefined> {
  for (const item of items) if (await fits(item)) return item;
  return undefined;
}

/** The largest error of any map's values, as a share of that map's largest value; infinite for another shape or NaN. */
function largestError(maps: MapValues[], right: MapValues[]): number {
  let worst = 0;
  for (const [index, { shape, values }] of right.entries()) {
    if (!equals(maps[index]?.shape, shape)) return Infinity;
    let largest = 0;
    let error = 0;
    values.forEach((value, position) => {
      largest = Math.max(largest, Math.abs(value));
      error = Math.max(error, Math.abs(maps[index].values[position] - value));
    });
    const share = error / largest;
    if (!(share <= worst)) worst = Number.isNaN(share) ? Infinity : share;
  }
  return worst;
}

function shapeHint(maps: MapValues[], right: MapValues[], off: number): string {
  const [got, wanted] = [maps[off].shape, right[off].shape];
  const sorted = (all: MapValues[]) => all.map(({ shape }) => shape.join()).sort();
  if (equals(sorted(maps), sorted(right)))
    return 'The maps come in another order: the largest skip is the first.';
  if (got.length !== wanted.length) return 'A feature map is [batch, height, width, channels].';
  const [height, width, channels] = [1, 2, 3].map((axis) => got[axis] - wanted[axis]);
  if (channels !== 0 && height === 0) {
    return got[3] === 2 * wanted[3]
      ? 'There are twice the channels: the transposed convolution halves them.'
      : 'The number of channels is wrong; the size is right.';
  }
  if (got[1] === wanted[1] / 2) {
    return 'The map has half the size: an upsampling is missing, or there is one pooling too many.';
  }
  if (got[1] === wanted[1] * 2) {
    return 'The map has twice the size: a pooling is missing, or there is one upsampling too many.';
  }
  if (height < 0 && height === width) {
    return "The map is smaller by a border: each 3 × 3 convolution needs padding 'same'.";
  }
  return 'Height and width are wrong.';
}
