import { displayable, type Displayable } from './bundle';
import { chartBundle, VEGA_LITE_MIME, type ChartSpec } from './chart';
import { CHART_COLOURS } from './colours';
import { scriptJson } from './frames';
import { hoverPictures, type HoverData } from './hover-pictures';
import { intensityRanges, toRgb } from './intensity';
import { readPictures, type ImageInput } from './pixels';
import { jpegDataUri } from './png';
import { element } from './svg';
import { escapeText } from './text';

/** One map of the points. */
export interface EmbeddingPanel {
  title: string;
  /** (x, y) of each point, in the order of the pictures. */
  points: readonly (readonly [number, number])[];
}

export interface EmbeddingChartOptions {
  title: string;
  /** What each point is a picture of. */
  pictures: ImageInput;
  /** The class of each point: a colour and a shape. */
  labels: readonly string[];
}

const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross'];
const SIDE = 340;
/** Side of the pictures that are carried along, in pixels. */
const THUMBNAIL = 128;

/**
 * Maps of the same pictures side by side, such as t-SNE's of two networks: each point has its class's colour and shape, and
 * shows its picture where one points at it (or steps to it by arrow keys), with its twin in the other maps. Drawn by
 * Vega-Lite. As a cell's last expression it draws itself; it needs no kernel afterwards, in JupyterLab and in exported HTML.
 *
 * @throws Error for numbers of points, pictures and labels that differ, and more classes than there are marks (35)
 */
export function embeddingChart(
  panels: readonly EmbeddingPanel[],
  { title, pictures, labels }: EmbeddingChartOptions,
): Displayable {
  const classes = [...new Set(labels)].sort();
  const most = SHAPES.length * CHART_COLOURS.length;
  if (panels.length === 0) throw new Error('embeddingChart: got no panels; expected at least one');
  if (classes.length > most) {
    throw new Error(`embeddingChart: got ${classes.length} classes; expected at most ${most}`);
  }
  for (const { title: name, points } of panels) {
    if (points.length === labels.length) continue;
    throw new Error(
      `embeddingChart: got ${points.length} points in "${name}" for ${labels.length} labels; expected one a label`,
    );
  }
  return displayable({}, async () => {
    const uris = await thumbnails(pictures, labels.length);
    const spec = specification(title, panels, labels, classes, uris);
    const { data, metadata } = await chartBundle(spec);
    const svg = data['image/svg+xml'] as string;
    const alt = `${title}: ${panels.map(({ title: name }) => name).join('; ')}; ${labels.length} points of ${classes.length} classes`;
    const html = figure(alt, { title, svg, pictures: uris, labels: [...labels] });
    const vegaLite = { [VEGA_LITE_MIME]: data[VEGA_LITE_MIME] };
    return {
      data: { 'text/html': html, ...vegaLite, 'image/svg+xml': svg, 'text/plain': `[${alt}]` },
      metadata,
    };
  });
}

async function thumbnails(input: ImageInput, count: number): Promise<string[]> {
  const pictures = await readPictures('embeddingChart', input);
  if (pictures.length !== count) {
    throw new Error(
      `embeddingChart: got ${pictures.length} pictures for ${count} labels; expected one a label`,
    );
  }
  const ranges = intensityRanges(pictures, 'full');
  return Promise.all(
    pictures.map((picture, index) => jpegDataUri(toRgb(picture, ranges[index], 'grey'), THUMBNAIL)),
  );
}

function specification(
  title: string,
  panels: readonly EmbeddingPanel[],
  labels: readonly string[],
  classes: readonly string[],
  uris: readonly string[],
): ChartSpec {
  const scale = (range: readonly string[]) => ({ domain: classes, range });
  const colours = classes.map((_, index) => CHART_COLOURS[index % CHART_COLOURS.length]);
  const shapes = classes.map((_, index) => SHAPES[Math.floor(index / CHART_COLOURS.length)]);
  const legend = { title: null, orient: 'right', symbolStrokeWidth: 1 };
  const axis = { axis: { labels: false, ticks: false, grid: false, title: null } };
  return {
    title,
    description: title,
    // Vega, which draws without a page here, overestimates long titles: panels would stand far apart.
    bounds: 'flush',
    hconcat: panels.map(({ title: name, points }, panel) => ({
      title: { text: name, fontSize: 13, fontWeight: 500 },
      width: SIDE,
      height: SIDE,
      data: {
        values: points.map(([x, y], index) => ({
          x,
          y,
          label: labels[index],
          mark: `${panel + 1}:${index + 1} ${labels[index]}`,
          image: uris[index],
        })),
      },
      mark: { type: 'point', filled: true, size: 70, opacity: 1 },
      encoding: {
        x: { field: 'x', type: 'quantitative', scale: { zero: false, padding: 12 }, ...axis },
        y: { field: 'y', type: 'quantitative', scale: { zero: false, padding: 12 }, ...axis },
        color: { field: 'label', type: 'nominal', scale: scale(colours), legend },
        shape: { field: 'label', type: 'nominal', scale: scale(shapes), legend },
        description: { field: 'mark', type: 'nominal' },
        tooltip: [
          { field: 'image', type: 'nominal' },
          { field: 'label', type: 'nominal', title: 'class' },
        ],
      },
    })),
    // Frames without numbers: distances on these maps have no unit.
    config: { view: { stroke: '#bbbbbb' } },
  };
}

function figure(alt: string, data: HoverData): string {
  const still = element('img', {
    src: `data:image/svg+xml;base64,${Buffer.from(data.svg).toString('base64')}`,
    alt,
    style: 'display:block;max-width:100%;margin:0',
  });
  return (
    `<figure role="group" aria-label="${escapeText(data.title)}" ` +
    'style="margin:4px 0;font:13px/1.4 system-ui,sans-serif;color:var(--jp-ui-font-color1,inherit)">' +
    `${still}<figcaption style="margin-top:6px;min-height:1.4em">A still picture: run the cell, or trust the notebook, ` +
    'to bring it to life.</figcaption>' +
    `<script>(${String(hoverPictures)})(document.currentScript.parentElement,${scriptJson(data)})</script></figure>`
  );
}
