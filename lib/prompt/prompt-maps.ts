import { PROMPT_MAPS } from './network';
import type { PromptBox, PromptPoint } from './prompts';

/** Of a click's disk, in pixels: RITM's 5 for objects of photographs, here for nuclei. */
const RADIUS = 3;

export interface MapPrompts {
  points?: readonly PromptPoint[];
  box?: PromptBox;
  /** Probabilities of the mask before. Shape: [height · width] */
  before?: ArrayLike<number>;
}

/**
 * Draws prompts as maps: 1 on the disks of positive clicks, of negative clicks and in the box, and the mask before.
 *
 * @param maps height · width · 4 zeros, which are written
 */
export function drawPrompts(
  maps: Float32Array,
  [height, width]: readonly number[],
  { points = [], box, before }: MapPrompts,
): void {
  const fill = (
    top: number,
    left: number,
    bottom: number,
    right: number,
    channel: number,
    within = (_row: number, _column: number) => true,
  ) => {
    for (let row = Math.max(top, 0); row <= Math.min(bottom, height - 1); row++) {
      for (let column = Math.max(left, 0); column <= Math.min(right, width - 1); column++) {
        if (within(row, column)) maps[(row * width + column) * PROMPT_MAPS + channel] = 1;
      }
    }
  };
  for (const { row, column, label } of points) {
    const [y, x] = [Math.round(row), Math.round(column)];
    fill(
      y - RADIUS,
      x - RADIUS,
      y + RADIUS,
      x + RADIUS,
      label === 'negative' ? 1 : 0,
      (r, c) => (r - y) ** 2 + (c - x) ** 2 <= RADIUS ** 2,
    );
  }
  if (box) fill(Math.round(box.top), Math.round(box.left), Math.round(box.bottom), Math.round(box.right), 2);
  if (before) for (let at = 0; at < before.length; at++) maps[at * PROMPT_MAPS + 3] = before[at];
}
