import type { Volume } from '../io/image';
import type { Interval } from '../transforms/intensity/planes';
import { requireImage } from '../transforms/spatial/samples';
import type { MimeBundle } from '../kernel/bridge';
import { displayable, type Displayable } from './bundle';
import { requireSmall, scriptJson } from './frames';
import { normalizationHtml, normalizationSvg, type NormalizationFigure } from './normalization-figure';
import { normalizationPage, type NormalizationPageData } from './normalization-page';
import { normalizationStack, sheetsOf, SLICES_PER_SHEET } from './normalization-stack';
import { normalizationView } from './normalization-view';
import { pngDataUri } from './png';
import { escapeText, formatNumber } from './text';

export interface NormalizationExplorerOptions {
  title: string;
  /** The slice to begin with, and the only one where no scripts run: its index. Default the middle one. */
  start?: number;
  /** Values of the volume that are drawn black and white. Default its lowest and highest. */
  grey?: Interval;
  /** Of the values, such as `HU`; default none. */
  unit?: string;
  /** A value to follow through the normalisations, such as `{ name: 'muscle', value: 50 }`. */
  reference?: { name: string; value: number };
  /** Most pixels of a picture's longer side. Default 256. Statistics are those of the volume as it is. */
  size?: number;
}

/**
 * A volume slice by slice under a slider: as it is, and with z-score and min–max normalisation by the statistics of each
 * slice and of the volume, side by side, with their histograms and a table of statistics. The greys of both scopes are
 * those that make the normalised volume look as the raw one, so that what changes from slice to slice is the
 * normalisation.
 *
 * As a cell's last expression it draws itself. All is drawn in the page, from one byte a pixel: it needs no kernel
 * afterwards, in JupyterLab and in exported HTML. Viewers without scripts show one slice.
 *
 * @throws RangeError for other than a volume of one channel, options out of range, and values that are NaN or infinite;
 * while it is drawn, Error for more than 24 MiB
 */
export function normalizationExplorer(volume: Volume, options: NormalizationExplorerOptions): Displayable {
  const owner = 'normalizationExplorer';
  requireImage(owner, volume);
  requireOptions(owner, volume, options);
  const { grey, size = 256, reference } = options;
  const { slices, ...measured } = normalizationStack(owner, volume, { grey, size });
  const data = { ...measured, reference: reference?.value };
  const { start = slices.length >> 1 } = options;
  const captions = slices.map((_, slice) => `Slice ${slice + 1} of ${slices.length}`);
  const [{ height, width }] = slices;

  return displayable({}, async (): Promise<MimeBundle> => {
    const views = normalizationView(data, start);
    const figure: NormalizationFigure = {
      title: options.title,
      caption: captions[start],
      panes: data.panes,
      views,
      pictures: await Promise.all(
        views.map(({ greys }) => {
          const grey = Uint8Array.from(slices[start].data, (byte) => greys[byte]);
          return pngDataUri({ data: grey, height, width, channels: 1 });
        }),
      ),
      height,
      width,
      columns: [
        'lowest',
        'highest',
        'mean',
        'standard deviation',
        ...(reference ? [referenceName(options)] : []),
      ],
    };
    const sheets = await sheetsOf(slices);
    const page: NormalizationPageData = {
      ...data,
      sheets,
      slicesPerSheet: SLICES_PER_SHEET,
      height,
      width,
      start,
      captions,
    };
    const html =
      `<figure role="group" aria-label="${escapeText(options.title)}" ` +
      'style="margin:4px 0;font:13px/1.4 system-ui,sans-serif;color:var(--jp-ui-font-color1,inherit)">' +
      `${normalizationHtml(figure)}<script>(${String(normalizationPage)})(document.currentScript.parentElement,` +
      `${scriptJson(page)},${String(normalizationView)})</script></figure>`;
    requireSmall(owner, html, slices.length);
    const text = `[${owner}: ${options.title}, ${slices.length} slices]`;
    return { data: { 'text/html': html, 'image/svg+xml': normalizationSvg(figure), 'text/plain': text } };
  });
}

function referenceName({ reference, unit }: NormalizationExplorerOptions): string {
  return `${reference!.name} (${formatNumber(reference!.value)}${unit ? ` ${unit}` : ''})`;
}

function requireOptions(
  owner: string,
  { shape, channels }: Volume,
  options: NormalizationExplorerOptions,
): void {
  if (shape.length !== 3 || channels !== 1) {
    throw new RangeError(
      `${owner}: got [${shape.join(', ')}] with ${channels} channels; expected a volume [slices, rows, columns] with 1`,
    );
  }
  const { start = 0, grey, size = 256, reference } = options;
  if (!Number.isInteger(start) || start < 0 || start >= shape[0]) {
    throw new RangeError(`${owner}: got start ${start}; expected a slice from 0 to ${shape[0] - 1}`);
  }
  if (grey && !(Number.isFinite(grey[0]) && Number.isFinite(grey[1]) && grey[0] < grey[1])) {
    throw new RangeError(
      `${owner}: got grey [${grey.join(', ')}]; expected [black, white] with black < white`,
    );
  }
  if (!Number.isInteger(size) || size < 16 || size > 1024) {
    throw new RangeError(`${owner}: got size ${size}; expected an integer from 16 to 1024`);
  }
  if (reference && !Number.isFinite(reference.value)) {
    throw new RangeError(`${owner}: got reference ${reference.value}; expected a finite value`);
  }
}
