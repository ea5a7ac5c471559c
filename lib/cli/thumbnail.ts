import { intensityRanges, toRgb } from '../display/intensity';
import { OVERLAY_COLOURS, parseColour } from '../display/colours';
import type { Raster } from '../display/png';
import type { Preview } from './inspection';

/**
 * The preview as RGB, `height` × `width` at most: values from the smallest to the largest become black to white; labels
 * get colours, 0 black.
 */
export async function thumbnail(
  preview: Preview,
  labels: boolean,
  limits: { height: number; width: number },
): Promise<Raster> {
  const raster = labels ? labelColours(preview) : shades(preview);
  const { default: sharp } = await import('sharp');
  const [tall, wide] = [
    preview.height * Math.max(1, preview.aspect),
    preview.width * Math.max(1, 1 / preview.aspect),
  ];
  const scale = Math.min(limits.height / tall, limits.width / wide, 1);
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const [height, width] = [side(tall), side(wide)];
  const { data } = await sharp(raster.data, {
    raw: { width: raster.width, height: raster.height, channels: 3 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: 'fill', kernel: labels ? 'nearest' : 'lanczos3' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, height, width, channels: 3 };
}

function shades({ data, height, width, channels }: Preview): Raster {
  // The first channel of what is no picture, such as the points in time of a volume.
  const shown = channels === 3 || channels === 4 ? channels : 1;
  const values =
    shown === channels ? data : Float64Array.from({ length: height * width }, (_, at) => data[at * channels]);
  const picture = { data: values, height, width, channels: shown } as const;
  const [range] = intensityRanges([picture], data instanceof Uint8Array && shown > 1 ? [0, 255] : 'each');
  return toRgb(picture, range, 'grey');
}

function labelColours({ data, height, width }: Preview): Raster {
  const colours = OVERLAY_COLOURS.map(parseColour);
  const bytes = new Uint8Array(height * width * 3);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const label = data[pixel];
    if (label !== 0) bytes.set(colours[Math.abs(label - 1) % colours.length], 3 * pixel);
  }
  return { data: bytes, height, width, channels: 3 };
}

const UPPER_HALF = '▀';

/** Two pixels a character, one above the other, in 24-bit colour. */
export function halfBlocks({ data, height, width }: Raster): string {
  const colour = (row: number, column: number): string =>
    row < height ? [...data.subarray(3 * (row * width + column)).subarray(0, 3)].join(';') : '0;0;0';
  const lines: string[] = [];
  for (let row = 0; row < height; row += 2) {
    let line = '';
    for (let column = 0; column < width; column++) {
      line += `\x1b[38;2;${colour(row, column)}m\x1b[48;2;${colour(row + 1, column)}m${UPPER_HALF}`;
    }
    lines.push(`${line}\x1b[0m`);
  }
  return lines.join('\n');
}
