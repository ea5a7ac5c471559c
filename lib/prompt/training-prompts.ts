import { dilation, erosion } from '../postprocessing/morphology';
import type { MapPrompts } from './prompt-maps';
import type { PromptPoint } from './prompts';
import { nextClick } from './simulated-clicks';
import { SIDE, type Random } from './training-crop';

/** Shares of how an object is first pointed at: a click, a box, both; else a rough mask. */
const CLICK = 0.7;
const BOX = 0.14;
const BOTH = 0.08;
/** Share of clicks into the middle of what they point at, as careful users click; the others fall anywhere in it. */
const CENTRAL = 0.5;
/** How far a box is off, of its sides. */
const BOX_ERROR = 0.15;
/** Share of later prompts without the mask before. */
const FORGOTTEN = 0.15;
/** Probability in a rough mask. */
const ROUGH = 0.95;

/** What a user may begin with. */
export function firstPrompts(object: Uint8Array, random: Random): MapPrompts {
  const drawn = random();
  if (drawn < CLICK) return { points: [firstClick(object, random)] };
  if (drawn < CLICK + BOX) return { box: roughBox(object, random) };
  if (drawn < CLICK + BOX + BOTH) {
    return { points: [firstClick(object, random)], box: roughBox(object, random) };
  }
  return { before: roughMask(object, random) };
}

/**
 * One click more, into the middle of the largest error or anywhere in what is wrong (Kirillov et al. 2023), and mostly the
 * mask before.
 *
 * @param probabilities of the mask that the prompts gave
 */
export function nextPrompts(
  prompts: MapPrompts,
  object: Uint8Array,
  probabilities: Float32Array,
  random: Random,
): MapPrompts {
  if (random() < CENTRAL) {
    const click = nextClick(pictured(object), pictured(probabilities.map((value) => Number(value >= 0.5))));
    return withClick(prompts, click, probabilities, random);
  }
  const missing = object.map((inside, at) => Number(inside === 1 && probabilities[at] < 0.5));
  const superfluous = object.map((inside, at) => Number(inside === 0 && probabilities[at] >= 0.5));
  const sum = (mask: Uint8Array) => mask.reduce((total, value) => total + value, 0);
  const positive = sum(missing) >= sum(superfluous);
  const click = positive ? clickIn(missing, 'positive', random) : clickIn(superfluous, 'negative', random);
  return withClick(prompts, click, probabilities, random);
}

function withClick(
  prompts: MapPrompts,
  click: PromptPoint | undefined,
  probabilities: Float32Array,
  random: Random,
): MapPrompts {
  return {
    ...prompts,
    points: [...(prompts.points ?? []), ...(click ? [click] : [])],
    before: random() < FORGOTTEN ? undefined : probabilities,
  };
}

function firstClick(object: Uint8Array, random: Random): PromptPoint {
  return random() < CENTRAL ? nextClick(pictured(object))! : clickIn(object, 'positive', random)!;
}

const pictured = <Data extends Uint8Array | Float32Array>(data: Data) => ({
  data,
  shape: [SIDE, SIDE],
  channels: 1,
});

/** Any pixel of a mask, those away from its border more often: the innermost of three. */
function clickIn(mask: Uint8Array, label: PromptPoint['label'], random: Random): PromptPoint | undefined {
  const inside: number[] = [];
  mask.forEach((value, at) => value === 1 && inside.push(at));
  if (inside.length === 0) return undefined;
  const drawn = Array.from({ length: 3 }, () => inside[Math.floor(random() * inside.length)]);
  const depths = drawn.map((at) => neighbours(mask, at));
  const at = drawn[depths.indexOf(Math.max(...depths))];
  return { row: Math.floor(at / SIDE), column: at % SIDE, label };
}

/** Pixels of the mask around a pixel. */
function neighbours(mask: Uint8Array, at: number): number {
  const [row, column] = [Math.floor(at / SIDE), at % SIDE];
  let count = 0;
  for (let y = Math.max(row - 3, 0); y <= Math.min(row + 3, SIDE - 1); y++) {
    for (let x = Math.max(column - 3, 0); x <= Math.min(column + 3, SIDE - 1); x++)
      count += mask[y * SIDE + x];
  }
  return count;
}

function roughBox(object: Uint8Array, random: Random): MapPrompts['box'] {
  let [top, left, bottom, right] = [SIDE, SIDE, 0, 0];
  object.forEach((inside, at) => {
    if (inside === 0) return;
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  });
  const off = (from: number, to: number) => (random() - 0.5) * 2 * BOX_ERROR * (to - from);
  const [tall, wide] = [bottom - top, right - left].map((size) => Math.max(size, 4));
  return {
    top: top + off(0, tall) - 0.05 * tall,
    left: left + off(0, wide) - 0.05 * wide,
    bottom: bottom + off(0, tall) + 0.05 * tall,
    right: right + off(0, wide) + 0.05 * wide,
  };
}

/** The object smaller or larger, and moved: what a neighbouring slice has. */
function roughMask(object: Uint8Array, random: Random): Float32Array {
  const options = { element: 'ball' as const, radius: 1 + Math.floor(3 * random()) };
  const changed = (random() < 0.5 ? erosion : dilation)(object, [SIDE, SIDE], options);
  const shape = changed.includes(1) ? changed : object;
  const [down, along] = [0, 0].map(() => Math.round(6 * (random() - 0.5)));
  return Float32Array.from(shape, (_, at) => {
    const [row, column] = [Math.floor(at / SIDE) - down, (at % SIDE) - along];
    const within = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
    return within && shape[row * SIDE + column] === 1 ? ROUGH : 1 - ROUGH;
  });
}
