import type { MimeBundle } from '../kernel/bridge';
import { publish } from './bundle';
import type { Grid, Pane } from './image-grid';
import { gridHtml } from './image-html';
import { gridSvg } from './image-svg';
import {
  colourTable,
  countNotFinite,
  intensityRanges,
  toRgb,
  type ColourMap,
  type IntensityScale,
  type Range,
} from './intensity';
import { coverage, paintMask, readLayers, type Layer, type Overlay } from './overlay';
import { readPictures, type ImageInput, type Picture } from './pixels';
import { pngDataUri } from './png';
import { formatNumber } from './text';

export interface ImageOptions {
  /** Above the images, in order. */
  titles?: readonly string[];
  /** Above the whole grid. */
  title?: string;
  /** Images a row. Default: up to 4. */
  columns?: number;
  /**
   * How values become brightness. Default: `full` for colour images, bytes and colour maps, `shared` for other grey
   * images, as the caption then says.
   */
  scale?: IntensityScale;
  /** Screen pixels for one image pixel. Default: whatever brings an image near 220 screen pixels. */
  zoom?: number;
  /** Masks drawn over the images. */
  overlays?: readonly Overlay[];
  /** `viridis` for probability maps and other measurements: adds a colour bar. Default `grey`. */
  colourMap?: ColourMap;
  /** What the image shows, for readers who cannot see it. Default: made of sizes, titles and masks. */
  alt?: string;
}

const OUTPUT_WIDTH = 900;
const PANE_WIDTH = 220;

/**
 * Shows images, masks and probability maps as a grid, beside each other, at once.
 *
 * The output is one self-contained piece of HTML with PNG data, and the same drawing as SVG for viewers that show no
 * HTML. Resolves when it is shown.
 *
 * @throws Error for shapes, counts or option values that do not fit, before anything is drawn
 */
export async function showImages(images: ImageInput, options: ImageOptions = {}): Promise<void> {
  publish(await imagesBundle(images, options));
}

/** The output of `showImages`, unshown. */
export async function imagesBundle(images: ImageInput, options: ImageOptions = {}): Promise<MimeBundle> {
  const pictures = await readPictures('showImages', images);
  checkOptions(pictures, options);
  const layers = await readLayers('showImages', options.overlays ?? [], pictures);
  const grid = await drawGrid(pictures, layers, options);
  const text = `[${grid.alt}]`;
  return { data: { 'text/html': gridHtml(grid), 'image/svg+xml': gridSvg(grid), 'text/plain': text } };
}

async function drawGrid(pictures: Picture[], layers: Layer[], options: ImageOptions): Promise<Grid> {
  const map = options.colourMap ?? 'grey';
  const scale = options.scale ?? defaultScale(pictures, map);
  const ranges = intensityRanges(pictures, scale);
  const columns = Math.min(options.columns ?? 4, pictures.length);
  const panes = await Promise.all(
    pictures.map(async (picture, index): Promise<Pane> => {
      const range = ranges[index] as Range;
      const raster = toRgb(picture, range, map);
      for (const layer of layers) paintMask(raster, layer.masks[index] as Picture, layer);
      const zoom = options.zoom ?? defaultZoom(picture.width, columns);
      return {
        title: options.titles?.[index],
        note: scale === 'each' ? rangeText(range) : undefined,
        alt: describePicture(picture, index, layers, options),
        uri: await pngDataUri(raster),
        height: Math.round(picture.height * zoom),
        width: Math.round(picture.width * zoom),
        pixelated: zoom >= 1,
      };
    }),
  );
  return {
    title: options.title,
    alt: options.alt ?? describeGrid(pictures, layers, options),
    columns,
    panes,
    legend: layers.flatMap((layer) => layer.entries),
    colourBar: map === 'grey' ? undefined : await drawColourBar(map, scale, ranges),
    caption: caption(pictures, scale, ranges, map),
  };
}

async function drawColourBar(
  map: ColourMap,
  scale: IntensityScale,
  ranges: Range[],
): Promise<Grid['colourBar']> {
  const uri = await pngDataUri({ data: colourTable(map), height: 1, width: 256, channels: 3 });
  const [low, high] = scale === 'each' ? ['lowest', 'highest'] : (ranges[0] as Range).map(formatNumber);
  return { uri, low: low as string, high: high as string };
}

function defaultScale(pictures: readonly Picture[], map: ColourMap): IntensityScale {
  const full = pictures.every(
    ({ data, channels }) => channels > 1 || data instanceof Uint8Array || data instanceof Uint8ClampedArray,
  );
  return full || map !== 'grey' ? 'full' : 'shared';
}

/** Whole steps up, so that every image pixel becomes an equal square; any factor down. */
function defaultZoom(width: number, columns: number): number {
  const room = OUTPUT_WIDTH / columns - 12;
  const zoom = Math.min(PANE_WIDTH, room) / width;
  if (zoom < 1) return width <= PANE_WIDTH * 1.2 && columns <= 3 ? 1 : zoom;
  const whole = Math.round(zoom);
  return whole * width <= room ? whole : Math.floor(zoom);
}

function caption(
  pictures: readonly Picture[],
  scale: IntensityScale,
  ranges: readonly Range[],
  map: ColourMap,
): string | undefined {
  const parts: string[] = [];
  if (scale === 'each') parts.push('Each image has its own scale, from its lowest to its highest value.');
  else if (scale !== 'full' && map === 'grey') {
    const [low, high] = ranges[0] as Range;
    parts.push(`Scale: ${formatNumber(low)} is black, ${formatNumber(high)} is white.`);
  }
  const bad = pictures.reduce((sum, picture) => sum + countNotFinite(picture), 0);
  if (bad > 0) parts.push(`${bad} value${bad === 1 ? ' is' : 's are'} NaN or infinite (drawn in pink).`);
  return parts.join(' ') || undefined;
}

function rangeText([low, high]: Range): string {
  return `${formatNumber(low)} to ${formatNumber(high)}`;
}

function describePicture(
  picture: Picture,
  index: number,
  layers: readonly Layer[],
  options: ImageOptions,
): string {
  const name = options.titles?.[index] ?? `image ${index + 1}`;
  const masks = layers.map((layer) => {
    const percent = (100 * coverage(layer.masks[index] as Picture, layer)).toFixed(1);
    return `; ${layer.entries.map((entry) => entry.label).join(', ')} on ${percent} % of it`;
  });
  return `${name}, ${picture.height} × ${picture.width} pixels${masks.join('')}`;
}

function describeGrid(pictures: readonly Picture[], layers: readonly Layer[], options: ImageOptions): string {
  if (pictures.length === 1) return describePicture(pictures[0] as Picture, 0, layers, options);
  const sizes = [...new Set(pictures.map(({ height, width }) => `${height} × ${width}`))];
  const labels = layers.flatMap((layer) => layer.entries.map((entry) => entry.label));
  return (
    `${options.title ? `${options.title}: ` : ''}${pictures.length} images of ${sizes.slice(0, 3).join(', ')}` +
    `${sizes.length > 3 ? ', …' : ''} pixels${labels.length ? ` with ${labels.join(', ')} marked` : ''}`
  );
}

function checkOptions(pictures: readonly Picture[], { titles, columns, zoom, scale }: ImageOptions): void {
  if (pictures.length === 0) throw new Error('showImages: got no image; expected at least one');
  if (titles && titles.length !== pictures.length) {
    throw new Error(
      `showImages: got ${titles.length} titles for ${pictures.length} image(s); expected one each`,
    );
  }
  if (columns !== undefined && !(Number.isInteger(columns) && columns > 0)) {
    throw new Error(`showImages: got columns ${columns}; expected a positive integer`);
  }
  if (zoom !== undefined && !(zoom > 0)) {
    throw new Error(`showImages: got zoom ${zoom}; expected a positive number, such as 2`);
  }
  if (Array.isArray(scale) && !(scale.length === 2 && scale[0] < scale[1])) {
    throw new Error(`showImages: got scale [${scale.join(', ')}]; expected [low, high] with low < high`);
  }
}
