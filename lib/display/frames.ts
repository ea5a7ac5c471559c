import type { MimeBundle } from '../kernel/bridge';
import { DISPLAY, type Displayable } from './bundle';
import { player, type PlayerData } from './player';
import { element } from './svg';
import { escapeText } from './text';

/** A picture as SVG, or anything that draws itself with one: a chart of `lineChart`, a diagram. */
export type FramePicture = string | { svg: string } | Displayable;

/** One picture of an animation or an explorer. */
export interface Frame {
  picture: FramePicture;
  /** Below the picture, and read aloud. */
  caption?: string;
}

/** Of all pictures together. */
const MOST_BYTES = 24 * 2 ** 20;

interface Drawn {
  svg: string;
  caption: string;
  width: number;
  height: number;
}

/** Pictures with controls, as one piece of HTML that needs no kernel, with the first picture as SVG beside it. */
export async function playerBundle(
  caller: string,
  frames: readonly Frame[],
  settings: Omit<PlayerData, 'frames' | 'order'>,
): Promise<MimeBundle> {
  const { drawn, order } = await drawOnce(caller, frames);
  const width = Math.max(...drawn.map((frame) => frame.width));
  const height = Math.max(...drawn.map((frame) => frame.height));
  const { title, axes, start } = settings;
  const first = drawn[order[axes.reduce((at, { values }, axis) => at * values.length + start[axis], 0)]];
  const data: PlayerData = {
    ...settings,
    order,
    frames: drawn.map(({ svg, caption, width: own }) => ({ svg, caption, share: own / width })),
  };
  const still = element('img', {
    src: `data:image/svg+xml;base64,${Buffer.from(first.svg).toString('base64')}`,
    alt: [title, first.caption].filter(Boolean).join(': '),
    style: `display:block;margin:0;max-width:none;height:auto;width:${(100 * first.width) / width}%`,
  });
  const html =
    `<figure role="group" aria-label="${escapeText(title)}" ` +
    'style="margin:4px 0;font:13px/1.4 system-ui,sans-serif;color:var(--jp-ui-font-color1,inherit)">' +
    `<div style="font-weight:600;margin-bottom:8px">${escapeText(title)}</div>` +
    // The script puts the controls in this place. JupyterLab runs it for cells run here and in notebooks that are trusted.
    '<div style="margin-bottom:8px;opacity:.8">A still picture: run the cell, or trust the notebook, to bring it to life.</div>' +
    `<figcaption style="margin-bottom:8px;min-height:1.4em">${escapeText(first.caption)}</figcaption>` +
    `<div style="width:${width}px;max-width:100%;aspect-ratio:${width}/${height}">${still}</div>` +
    `<script>(${String(player)})(document.currentScript.parentElement,${scriptJson(data)})</script></figure>`;
  requireSmall(caller, html, frames.length);
  const text = `[${caller}: ${title}, ${frames.length} pictures]`;
  return { data: { 'text/html': html, 'image/svg+xml': first.svg, 'text/plain': text } };
}

/** @throws Error for an output that makes a notebook slow to open and to save */
export function requireSmall(caller: string, html: string, pictures: number): void {
  if (html.length <= MOST_BYTES) return;
  throw new Error(
    `${caller}: got ${pictures} pictures of ${Math.round(html.length / 2 ** 20)} MiB together; expected at ` +
      `most ${MOST_BYTES / 2 ** 20} MiB; draw fewer or simpler ones`,
  );
}

/** Equal pictures are stored once. */
async function drawOnce(
  caller: string,
  frames: readonly Frame[],
): Promise<{ drawn: Drawn[]; order: number[] }> {
  const drawn: Drawn[] = [];
  const known = new Map<string, number>();
  const order: number[] = [];
  for (const [number, { picture, caption = '' }] of frames.entries()) {
    const svg = await svgOf(caller, number, picture);
    const key = `${caption}\n${svg}`;
    if (!known.has(key)) known.set(key, drawn.push({ svg, caption, ...sizeOf(caller, number, svg) }) - 1);
    order.push(known.get(key)!);
  }
  return { drawn, order };
}

async function svgOf(caller: string, number: number, picture: FramePicture): Promise<string> {
  if (typeof picture === 'string') return picture;
  if (picture && 'svg' in picture) return picture.svg;
  const bundle = await picture?.[DISPLAY]?.();
  const svg = bundle?.data['image/svg+xml'];
  if (typeof svg === 'string') return svg;
  throw new Error(
    `${caller}: picture ${number} is ${picture === undefined ? 'missing' : 'no SVG'}; expected an SVG as text, or ` +
      'what draws one, such as a lineChart',
  );
}

function sizeOf(caller: string, number: number, svg: string): { width: number; height: number } {
  const head = /<svg[^>]*>/.exec(svg)?.[0] ?? '';
  const [width, height] = ['width', 'height'].map((side) =>
    Number(new RegExp(`\\s${side}="([\\d.]+)(?:px)?"`).exec(head)?.[1]),
  );
  if (width > 0 && height > 0) return { width, height };
  throw new Error(
    `${caller}: picture ${number} begins with ${JSON.stringify(svg.slice(0, 60))}; expected an <svg> element with ` +
      'width and height in pixels',
  );
}

/** JSON that may stand inside a script element: no tag can begin or end in it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}
