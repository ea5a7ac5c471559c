import { publish } from '../display/bundle';
import { OKABE_ITO } from '../display/colours';
import { gridHtml } from '../display/image-html';
import type { Pane } from '../display/image-grid';
import { gridSvg } from '../display/image-svg';
import { pngDataUri, type Raster } from '../display/png';
import type { Image } from '../io/image';
import type { PromptBox, PromptPoint } from '../prompt/prompts';
import { paintObjects } from './picture';

/** An image with what was asked and what was answered. */
export interface PromptedPicture {
  /** Gray or RGB, bytes 0…255 or floats 0…1. */
  image: Image;
  /** Shape: the image's [height, width]; any but 0 inside. */
  mask?: Image;
  points?: readonly PromptPoint[];
  box?: PromptBox;
  title: string;
}

export interface PromptedPicturesOptions {
  /** Above all of them. */
  title?: string;
  /** Pictures a row; default 3. */
  columns?: number;
}

type Rgb = readonly [number, number, number];
const WHITE: Rgb = [255, 255, 255];
const POSITIVE: Rgb = [0, 102, 76];
const NEGATIVE: Rgb = [179, 38, 30];
const OUTPUT_WIDTH = 900;
/** Of the disc of a click, in pixels of the screen. */
const RADIUS = 6;

/**
 * Shows images side by side, each with its prompts, as discs with + and − and a frame, and the mask that they gave.
 *
 * @throws RangeError for a mask that is not of its image's size
 */
export async function showPrompted(
  pictures: readonly PromptedPicture[],
  { title, columns = 3 }: PromptedPicturesOptions = {},
): Promise<void> {
  const widest = Math.floor(OUTPUT_WIDTH / columns) - 12;
  const panes = await Promise.all(pictures.map((picture) => paneOf(picture, widest)));
  const legend = [
    { label: 'mask', colour: OKABE_ITO.orange, contour: true },
    ...(pictures.some(({ points = [] }) => points.length > 0)
      ? [{ label: 'clicks: + on the object, − beside it', colour: '#00664c', contour: false }]
      : []),
  ];
  const alt = `${title ?? 'Prompts and their masks'}: ${panes.map((pane) => pane.alt).join('; ')}`;
  const grid = { title, alt, columns: Math.min(columns, panes.length), panes, legend };
  publish({
    data: { 'text/html': gridHtml(grid), 'image/svg+xml': gridSvg(grid), 'text/plain': `[${alt}]` },
  });
}

async function paneOf(
  { image, mask, points = [], box, title }: PromptedPicture,
  widest: number,
): Promise<Pane> {
  const [height, width] = image.shape;
  if (mask && String(mask.shape) !== String(image.shape)) {
    throw new RangeError(
      `showPrompted: got a mask of ${mask.shape.join(' × ')} for '${title}'; expected the image's ${height} × ${width}`,
    );
  }
  const data = mask && Uint8Array.from(mask.data, Number);
  const object = data && {
    ...{ image: 0, label: '', score: 1, points, colour: OKABE_ITO.orange },
    mask: { ...mask, data },
  };
  const small = paintObjects(image, object ? [object] : [], widest);
  const zoom = Math.max(1, Math.floor(widest / small.width));
  const raster = enlarged(small, zoom);
  const scale = raster.width / width;
  const place = (position: number) => Math.round((position + 0.5) * scale);
  if (box)
    frame(raster, [
      place(box.top - 0.5),
      place(box.left - 0.5),
      place(box.bottom + 0.5),
      place(box.right + 0.5),
    ]);
  for (const { row, column, label } of points) disc(raster, place(row), place(column), label !== 'negative');
  const asked = [
    ...(points.length > 0 ? [`${points.length} click${points.length === 1 ? '' : 's'}`] : []),
    ...(box ? ['a box'] : []),
  ].join(' and ');
  return {
    title,
    alt: `${title}${asked ? `, ${asked}` : ''}${data ? `, mask on ${((100 * data.filter(Boolean).length) / data.length).toFixed(1)} % of it` : ''}`,
    uri: await pngDataUri(raster),
    height: raster.height,
    width: raster.width,
    pixelated: true,
  };
}

function enlarged({ data, height, width }: Raster, zoom: number): Raster {
  const large = new Uint8Array(height * width * zoom * zoom * 3);
  for (let row = 0; row < height * zoom; row++) {
    for (let column = 0; column < width * zoom; column++) {
      const from = 3 * (Math.floor(row / zoom) * width + Math.floor(column / zoom));
      large.set(data.subarray(from, from + 3), 3 * (row * width * zoom + column));
    }
  }
  return { data: large, height: height * zoom, width: width * zoom, channels: 3 };
}

function paint({ data, height, width }: Raster, row: number, column: number, colour: Rgb): void {
  if (row >= 0 && row < height && column >= 0 && column < width) data.set(colour, 3 * (row * width + column));
}

/** A click: a filled disc in a white ring, with a sign that tells the kinds apart without colours. */
function disc(raster: Raster, row: number, column: number, positive: boolean): void {
  const outer = RADIUS + 2;
  for (let down = -outer; down <= outer; down++) {
    for (let across = -outer; across <= outer; across++) {
      const distance = Math.hypot(down, across);
      if (distance > outer) continue;
      const onSign =
        (Math.abs(down) < 1 && Math.abs(across) <= 3) ||
        (positive && Math.abs(across) < 1 && Math.abs(down) <= 3);
      const colour = distance > RADIUS || onSign ? WHITE : positive ? POSITIVE : NEGATIVE;
      paint(raster, row + down, column + across, colour);
    }
  }
}

function frame(raster: Raster, [top, left, bottom, right]: readonly number[]): void {
  for (const inset of [0, 1]) {
    for (let column = left; column <= right; column++) {
      paint(raster, top + inset, column, WHITE);
      paint(raster, bottom - inset, column, WHITE);
    }
    for (let row = top; row <= bottom; row++) {
      paint(raster, row, left + inset, WHITE);
      paint(raster, row, right - inset, WHITE);
    }
  }
}
