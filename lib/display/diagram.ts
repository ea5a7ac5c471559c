import { displayable, type Displayable } from './bundle';
import { element, page, type Page } from './svg';

/** A drawing that renders itself as a cell's last expression. */
export interface Diagram extends Displayable {
  svg: string;
}

export type Point = readonly [x: number, y: number];

/** A drawing on a white page; `parts` are SVG elements. */
export function diagram(options: Page & { description: string }, ...parts: string[]): Diagram {
  const { summary } = options;
  const svg = page({ fontSize: 12, ...options }, ...parts);
  // JupyterLab does not shrink a bare SVG to the width of a cell, and strips SVG elements from untrusted HTML.
  const image = element('img', {
    src: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`,
    alt: summary,
    style: 'max-width:100%',
  });
  const data = { 'text/html': image, 'image/svg+xml': svg, 'text/plain': `[${summary}]` };
  return displayable({ svg }, () => ({ data }));
}

export interface ArrowStyle {
  colour: string;
  dashed?: boolean;
  /** How far the middle leaves the straight line, to its left as one walks. Default 0. */
  bend?: number;
}

/** An arrow; its head ends at `to`. */
export function arrow(from: Point, to: Point, { colour, dashed = false, bend = 0 }: ArrowStyle): string {
  const [length, dx, dy] = direction(from, to);
  // A quadratic curve passes half as far from the line as its control point.
  const control: Point = [(from[0] + to[0]) / 2 + 2 * bend * dy, (from[1] + to[1]) / 2 - 2 * bend * dx];
  const [, headX, headY] = bend === 0 ? [length, dx, dy] : direction(control, to);
  const head = Math.min(7, length * 0.6);
  const [baseX, baseY] = [to[0] - headX * head, to[1] - headY * head];
  const spread = head * 0.5;
  const points: Point[] = [
    to,
    [baseX - headY * spread, baseY + headX * spread],
    [baseX + headY * spread, baseY - headX * spread],
  ];
  const stroke = { stroke: colour, 'stroke-width': 2, 'stroke-dasharray': dashed ? '6 4' : undefined };
  const line =
    bend === 0
      ? element('line', { x1: from[0], y1: from[1], x2: baseX, y2: baseY, ...stroke })
      : element('path', {
          d: `M${place(from)}Q${place(control)} ${place([baseX, baseY])}`,
          fill: 'none',
          ...stroke,
        });
  return line + element('polygon', { points: points.map(place).join(' '), fill: colour });
}

function direction(from: Point, to: Point): [length: number, dx: number, dy: number] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  return [length, (to[0] - from[0]) / length, (to[1] - from[1]) / length];
}

const place = (point: Point): string => point.map((value) => value.toFixed(1)).join(',');
