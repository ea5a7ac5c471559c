import type { Image } from '../io/image';

const LABELS = ['positive', 'negative'] as const;

/** A click: pixel centres have whole coordinates, fractions lie between them. */
export interface PromptPoint {
  /** 0 … height − 1 */
  row: number;
  /** 0 … width − 1 */
  column: number;
  /** On the object, the default, or beside it. */
  label?: (typeof LABELS)[number];
}

/** The first and the last row and column of the object. */
export interface PromptBox {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** What tells a model which object is meant: points, a box, a mask, or any of them together. All are of one object. */
export interface Prompts {
  points?: readonly PromptPoint[];
  box?: PromptBox;
  /** A first guess at the image's size, above 0 inside; or the `logits` of an earlier answer for the same image. */
  mask?: Image;
}

const KINDS = ['points', 'box', 'mask'];

/**
 * @param shape the image's [height, width]
 * @param logits the size at which the model takes its own logits back
 * @throws RangeError or TypeError, naming the first prompt that is wrong: none, only negative points, an unknown kind or
 *   label, a point or box outside of the image, a box upside down, a mask of another size or with nothing inside
 */
export function requirePrompts(
  owner: string,
  prompts: Prompts,
  shape: readonly number[],
  logits: readonly number[],
): void {
  if (typeof prompts !== 'object' || prompts === null) {
    throw new TypeError(`${owner}: got ${String(prompts)} for prompts; expected { points, box, mask }`);
  }
  const unknown = Object.keys(prompts).find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined) {
    throw new TypeError(`${owner}: got the prompt '${unknown}'; expected some of: ${KINDS.join(', ')}`);
  }
  const { points = [], box, mask } = prompts;
  if (!Array.isArray(points)) {
    throw new TypeError(`${owner}: got points of type ${typeof points}; expected a list: [{ row, column }]`);
  }
  points.forEach((point, index) => requirePoint(owner, point, index, shape));
  if (box !== undefined) requireBox(owner, box, shape);
  if (mask !== undefined) requireMask(owner, mask, shape, logits);
  if (box !== undefined || mask !== undefined || points.some(({ label }) => label !== 'negative')) return;
  const got = points.length === 0 ? 'no prompts' : 'only negative points';
  throw new RangeError(
    `${owner}: got ${got}; expected a positive point, a box or a mask, such as { points: [{ row: 10, column: 20 }] }`,
  );
}

function requirePoint(owner: string, point: PromptPoint, index: number, shape: readonly number[]): void {
  const { row, column, label = 'positive' } = point ?? {};
  const name = `point ${index}`;
  if (!LABELS.includes(label)) {
    throw new RangeError(
      `${owner}: got label ${JSON.stringify(label)} for ${name}; expected ${LABELS.join(' or ')}`,
    );
  }
  if (isWithin(row, shape[0]) && isWithin(column, shape[1])) return;
  throw new RangeError(
    `${owner}: got ${name} at (row ${row}, column ${column}); expected rows 0…${shape[0] - 1} and columns ` +
      `0…${shape[1] - 1}: points are (row, column), from the top left, not (x, y)`,
  );
}

function requireBox(owner: string, box: PromptBox, [height, width]: readonly number[]): void {
  const { top, left, bottom, right } = box ?? {};
  const got = `got a box of rows ${top} to ${bottom} and columns ${left} to ${right}`;
  if (
    ![top, bottom].every((row) => isWithin(row, height)) ||
    ![left, right].every((x) => isWithin(x, width))
  ) {
    throw new RangeError(
      `${owner}: ${got}; expected rows 0…${height - 1} and columns 0…${width - 1}: cut it at the image's border`,
    );
  }
  if (top > bottom || left > right) {
    throw new RangeError(`${owner}: ${got}; expected top ≤ bottom and left ≤ right: swap them`);
  }
}

function requireMask(owner: string, mask: Image, shape: readonly number[], logits: readonly number[]): void {
  const { data, shape: own, channels } = mask ?? {};
  const fits = [shape, logits].some((sides) => String(own) === String(sides));
  if (!fits || channels !== 1 || data.length !== own[0] * own[1]) {
    throw new RangeError(
      `${owner}: got a mask of ${own?.join(' × ')}, ${channels} channel(s), ${data?.length} values; expected the ` +
        `image's ${shape.join(' × ')}, 1 channel: resize it with resizeLabels`,
    );
  }
  let inside = false;
  for (const value of data) {
    if (Number.isNaN(value)) throw new RangeError(`${owner}: got NaN in the mask; expected finite numbers`);
    inside ||= value > 0;
  }
  if (!inside) {
    throw new RangeError(`${owner}: got a mask with nothing inside; expected values above 0 on the object`);
  }
}

/** NaN and what is no number are outside. */
function isWithin(value: unknown, size: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= size - 1;
}
