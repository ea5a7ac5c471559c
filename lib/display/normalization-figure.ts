import { OKABE_ITO } from './colours';
import type { NormalizationPane, PaneView } from './normalization-view';
import { element, INK, label, page } from './svg';
import { escapeText } from './text';

/** Everything that the still figure shows, in HTML and in SVG. */
export interface NormalizationFigure {
  title: string;
  caption: string;
  panes: readonly NormalizationPane[];
  views: readonly PaneView[];
  /** Of each pane: PNG data as a URI. */
  pictures: readonly string[];
  height: number;
  width: number;
  /** Columns of the table. */
  columns: readonly string[];
}

const RAMP_STEPS = 32;
const HISTOGRAM = { width: 200, height: 82 };
const CELL = 'text-align:right;padding:2px 12px';

/** The figure as HTML, without a script. The line before the caption is where a script puts its controls. */
export function normalizationHtml(figure: NormalizationFigure): string {
  const { title, caption, panes, views, pictures, height, width } = figure;
  const cells = panes.map(
    (pane, index) =>
      `<div><div style="margin-bottom:4px">${escapeText(pane.name)}</div>` +
      `<img src="${pictures[index]}" alt="${escapeText(`${pane.name}: ${caption}`)}" width="${width}" height="${height}" ` +
      'style="display:block;margin:0;width:100%;height:auto">' +
      element(
        'svg',
        {
          viewBox: `0 0 ${HISTOGRAM.width} ${HISTOGRAM.height}`,
          role: 'img',
          'aria-label': `Histogram: ${pane.name}`,
          style: 'display:block;width:100%;height:auto;margin-top:4px',
          'font-size': 11,
        },
        histogram(pane, views[index]),
      ) +
      '</div>',
  );
  return (
    `<div style="font-weight:600;margin-bottom:8px">${escapeText(title)}</div>` +
    // JupyterLab runs the script for cells run here and in notebooks that are trusted.
    '<div style="margin-bottom:8px;opacity:.8">A still picture: run the cell, or trust the notebook, to bring it to life.</div>' +
    `<figcaption style="margin-bottom:8px;min-height:1.4em;font-variant-numeric:tabular-nums">${escapeText(caption)}</figcaption>` +
    '<div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(max(140px,18%),1fr));gap:12px;' +
    `max-width:${panes.length * (width + 12)}px">${cells.join('')}</div>${table(figure)}`
  );
}

/** The same on a white page, for viewers that show no HTML. */
export function normalizationSvg(figure: NormalizationFigure): string {
  const { title, caption, panes, views, pictures, columns } = figure;
  const [side, gap] = [HISTOGRAM.width, 12];
  const tall = Math.round((side * figure.height) / figure.width);
  const width = panes.length * (side + gap) + gap;
  const tableTop = 88 + tall + HISTOGRAM.height;
  const height = tableTop + 20 * (panes.length + 1);
  const cells = panes.flatMap((pane, index) => {
    const x = gap + index * (side + gap);
    return [
      label(x, 66, pane.name),
      element('image', { x, y: 74, width: side, height: tall, href: pictures[index] }),
      element(
        'g',
        { transform: `translate(${x} ${78 + tall})`, 'font-size': 11, color: INK },
        histogram(pane, views[index]),
      ),
    ];
  });
  const line = (row: number, name: string, words: readonly string[]) => [
    label(gap, tableTop + 20 * row + 14, name),
    ...words.map((word, column) =>
      label(300 + 150 * column, tableTop + 20 * row + 14, word, { 'text-anchor': 'end' }),
    ),
  ];
  return page(
    { width, height, summary: `${title}: ${caption}` },
    label(gap, 22, title, { 'font-weight': 600 }),
    label(gap, 42, caption),
    ...cells,
    ...line(0, '', columns),
    ...panes.flatMap(({ name }, index) => line(index + 1, name, views[index].numbers)),
  );
}

/** Bars over a ramp of the greys that their values are drawn in. */
function histogram({ axis, grey, decimals }: NormalizationPane, { path, reference }: PaneView): string {
  const [first, last] = axis;
  const x = (value: number) =>
    Math.min(200, Math.max(0, (HISTOGRAM.width * (value - first)) / (last - first)));
  const [black, white] = grey.map(x);
  const step = (white - black) / RAMP_STEPS;
  const ramp = Array.from({ length: RAMP_STEPS }, (_, at) => {
    const value = Math.round((255 * (at + 0.5)) / RAMP_STEPS);
    // Half a unit wider, so that no gap shines through.
    return element('rect', {
      x: black + at * step,
      y: 60,
      width: step + 0.5,
      height: 7,
      fill: `rgb(${value},${value},${value})`,
    });
  });
  const ends = axis.map((value) => value.toFixed(decimals).replace('-', '−'));
  const line = { 'data-part': 'reference', x1: reference, x2: reference, y1: 0, y2: 56 };
  return [
    element('path', { 'data-part': 'bars', d: path, fill: OKABE_ITO.blue }),
    reference === undefined
      ? ''
      : element('line', {
          ...line,
          stroke: OKABE_ITO.vermilion,
          'stroke-width': 2,
          'stroke-dasharray': '4 2',
        }),
    element('rect', { x: 0, y: 60, width: black, height: 7, fill: '#000' }),
    ...ramp,
    element('rect', { x: white, y: 60, width: HISTOGRAM.width - white, height: 7, fill: '#fff' }),
    element('rect', { x: 0.5, y: 60, width: 199, height: 7, fill: 'none', stroke: '#767676' }),
    label(0, 79, ends[0], { fill: 'currentColor' }),
    label(200, 79, ends[1], { fill: 'currentColor', 'text-anchor': 'end' }),
  ].join('');
}

function table({ panes, views, columns }: NormalizationFigure): string {
  const head = ['normalisation', ...columns].map(
    (name, column) =>
      `<th scope="col" style="${CELL};border-bottom:1px solid currentColor${column ? '' : ';text-align:left'}">${escapeText(name)}</th>`,
  );
  const rows = panes.map(({ name }, pane) => {
    const cells = views[pane].numbers.map((number) => `<td style="${CELL}">${number}</td>`).join('');
    return `<tr><th scope="row" style="${CELL};text-align:left;font-weight:normal">${escapeText(name)}</th>${cells}</tr>`;
  });
  return (
    '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:8px 0 0;font:inherit;color:inherit;' +
    'font-variant-numeric:tabular-nums"><caption style="caption-side:top;text-align:left;padding:4px 0">' +
    `This slice, after each normalisation</caption><thead><tr>${head.join('')}</tr></thead>` +
    `<tbody>${rows.join('')}</tbody></table></div>`
  );
}
