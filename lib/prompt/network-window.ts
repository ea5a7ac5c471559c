import { boundingBox } from '../metrics/bounding-box';
import { DIVISOR } from './network';
import type { MapPrompts } from './prompt-maps';

/** Pixels beyond the prompts that the decoder sees; a pixel of its answer depends on those within 64. */
const MARGIN = 192;

/** A part of a frame, whose sides are divisible by 16. */
export interface Window {
  top: number;
  left: number;
  height: number;
  width: number;
}

/**
 * The part of a frame that prompts are about: their points, their box and the inside of the mask before, with 192 pixels
 * around. A click costs the same in a large image as in a small one.
 *
 * @param prompts of at least one point, a box or a mask, in the frame's pixels
 * @param outer the frame's sides
 */
export function windowAround({ points = [], box, before }: MapPrompts, outer: readonly number[]): Window {
  const rows: Span = [Infinity, -Infinity];
  const columns: Span = [Infinity, -Infinity];
  const include = (row: number, column: number): void => {
    extend(rows, row);
    extend(columns, column);
  };
  for (const { row, column } of points) include(row, column);
  if (box) {
    include(box.top, box.left);
    include(box.bottom, box.right);
  }
  const inside = before && boundingBox([before], outer, (probability) => probability >= 0.5);
  if (inside) {
    include(inside[0].from, inside[1].from);
    include(inside[0].to - 1, inside[1].to - 1);
  }
  const [top, bottom] = widened(rows, outer[0]);
  const [left, right] = widened(columns, outer[1]);
  return { top, left, height: bottom - top, width: right - left };
}

type Span = [least: number, most: number];

function extend(span: Span, place: number): void {
  span[0] = Math.min(span[0], place);
  span[1] = Math.max(span[1], place);
}

/** In whole steps of the network, so that it sees the same pixels together as in the whole frame. */
function widened([least, most]: Span, side: number): Span {
  if (least > most) return [0, side];
  const up = Math.ceil((most + 1 + MARGIN) / DIVISOR) * DIVISOR;
  return [Math.max(0, Math.floor((least - MARGIN) / DIVISOR) * DIVISOR), Math.min(side, up)];
}
